/** What no page of ours may do, whatever is in it: leave, open windows, ask for permissions, reach the
 *  network, download, embed. Electron's security checklist, items 5, 12, 13, 14 and 15. */

import { shell, type App, type Session } from "electron";
import type { Log } from "../base/log.ts";
import { drop } from "../base/drop.ts";
import { pageScheme } from "./page-protocol.ts";

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
  session.webRequest.onBeforeRequest((request, decide) => {
    const scheme = URL.parse(request.url)?.protocol ?? "";
    const isAllowed = [`${pageScheme}:`, "data:", "blob:", "devtools:"].includes(scheme);
    decide({ cancel: !isAllowed });
  });
}

/** The address in the form in which it may be handed to the operating system, or null: only what
 *  opens a browser or a mail program, never what starts something else. */
export function safeExternalUrl(text: string): string | null {
  const url = URL.parse(text);
  const isAllowed = url !== null && ["https:", "http:", "mailto:"].includes(url.protocol);
  // A user name before the host is how addresses pretend to be others.
  return isAllowed && url.username === "" && url.password === "" ? url.href : null;
}

function openLink(text: string, log: Log): void {
  const url = safeExternalUrl(text);
  if (url === null) log.warn("a link was not opened: its kind is not allowed");
  else drop(shell.openExternal(url), "opening a link", log);
}
