/** What no page of ours may do, whatever is in it: leave, open windows, ask for permissions, reach the
 *  network, download, embed. Electron's security checklist, items 5, 12, 13, 14 and 15. */

import { shell, type App, type Session } from "electron";
import type { Log } from "../base/log.ts";
import { drop } from "../base/drop.ts";
import { safeExternalUrl } from "./external-links.ts";

const forbiddenUrls = ["http", "https", "ws", "wss", "ftp", "file", "filesystem", "chrome"].map(
  (scheme) => `${scheme}://*/*`,
);

/** Applies to every web contents of the program, present and future. */
export function lockDownContents(app: App, log: Log): void {
  app.on("web-contents-created", (_event, contents) => {
    contents.on("will-navigate", (event) => {
      event.preventDefault();
    });
    contents.on("will-frame-navigate", (event) => {
      event.preventDefault();
    });
    contents.on("will-redirect", (event) => {
      event.preventDefault();
    });
    contents.on("will-attach-webview", (event) => {
      event.preventDefault();
    });
    contents.setWindowOpenHandler(({ url }) => {
      openLink(url, log);
      return { action: "deny" };
    });
  });
}

export function lockDownSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => {
    decide(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.on("will-download", (event) => {
    event.preventDefault();
  });
  // Everything that reaches the network or the disk. The page's own scheme is not asked about: each
  // question costs the start several milliseconds.
  session.webRequest.onBeforeRequest({ urls: [...forbiddenUrls] }, (_request, decide) => {
    decide({ cancel: true });
  });
}

function openLink(text: string, log: Log): void {
  const url = safeExternalUrl(text);
  if (url === null) log.warn("a link was not opened: its kind is not allowed");
  else drop(shell.openExternal(url), "opening a link", log);
}
