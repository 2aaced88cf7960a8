/** Runs in the page's process before the page, and does one thing: hands the page its port. Nothing
 *  of Electron or Node is exposed. */

import { ipcRenderer } from "electron";
import { portMessage } from "./contract/port.ts";

// Only once the page asks: earlier, the main process cannot see yet which page this is.
window.addEventListener("message", function onAsked(event) {
  if (event.source !== window || event.data !== portMessage || event.ports.length > 0) return;
  window.removeEventListener("message", onAsked);
  ipcRenderer.once(portMessage, ({ ports }) => {
    window.postMessage(portMessage, location.origin, [...ports]);
  });
  ipcRenderer.send(portMessage);
});
