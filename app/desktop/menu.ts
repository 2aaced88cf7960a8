/** The menu bar. On macOS people expect one; elsewhere it is hidden and only lends its keys. Every
 *  entry is one of Electron's own roles, so its words are the system's. */

import { Menu } from "electron";

export function makeMenu(platform: NodeJS.Platform): Menu {
  const appMenu = platform === "darwin" ? [{ role: "appMenu" as const }] : [];
  return Menu.buildFromTemplate([
    ...appMenu,
    { role: "fileMenu" },
    { role: "editMenu" },
    {
      role: "viewMenu",
      submenu: [
        { role: "resetZoom" },
        { role: "zoomIn" },
        { role: "zoomOut" },
        { role: "togglefullscreen" },
      ],
    },
    { role: "windowMenu" },
  ]);
}
