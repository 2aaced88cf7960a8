/** Gives a window its port: the only file that touches Electron's ipcMain.
 *
 *  Asked once per page load. Who asks is checked here, so that nothing later has to: a port is only
 *  ever in the hands of our own page, in the main frame of a window that we made. */

import { ipcMain, MessageChannelMain, type WebContents } from "electron";
import { portMessage } from "../contract/port.ts";
import type { Clock } from "../base/clock.ts";
import { drop } from "../base/drop.ts";
import type { Log } from "../base/log.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { Subscriber, type Hub } from "./hub.ts";

export interface PortOptions {
  readonly dispatcher: Dispatcher;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly log: Log;
  /** The origin of our own page. */
  readonly origin: string;
  /** Whether a window is ours. */
  readonly isOurs: (contents: WebContents) => boolean;
}

export function servePorts(options: PortOptions): void {
  const { dispatcher, hub, clock, log, origin, isOurs } = options;
  ipcMain.on(portMessage, (event) => {
    const frame = event.senderFrame;
    // Not `detached`: Electron says that of the main frame, too, once its process has died and been
    // replaced.
    const isMainFrame = frame !== null && frame.parent === null;
    if (!isMainFrame || frame.origin !== origin || !isOurs(event.sender)) {
      log.error(`a port was refused to ${frame?.url ?? "no frame"}`);
      return;
    }
    const { port1, port2 } = new MessageChannelMain();
    const subscriber = new Subscriber((delivery) => {
      port1.postMessage(delivery);
    }, clock);
    const receive = dispatcher.connect(subscriber);
    const leave = hub.add(subscriber);
    port1.on("message", ({ data }) => {
      drop(receive(data), "answering a window", log);
    });
    port1.on("close", leave);
    port1.start();
    event.sender.postMessage(portMessage, null, [port2]);
    log.info("a page is connected");
  });
}
