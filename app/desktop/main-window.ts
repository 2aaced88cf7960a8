/** The window. */

import { join } from "node:path";
import { BrowserWindow, nativeTheme, screen } from "electron";
import { systemClock } from "../base/clock.ts";
import { drop } from "../base/drop.ts";
import type { Log } from "../base/log.ts";
import type { Layout, LayoutMemory } from "./layout.ts";
import { pageUrl } from "./page-files.ts";

/** The surface colours of theme/tokens.css, so that the first frame is not a flash. */
const background = { light: "#ffffff", dark: "#16181d" };

const reloadDelayMs = 1_000;

export interface MainWindowOptions {
  readonly layoutMemory: LayoutMemory;
  /** The folder of the built preload script. */
  readonly preloadFolder: string;
  readonly log: Log;
}

export function openMainWindow({
  layoutMemory,
  preloadFolder,
  log,
}: MainWindowOptions): BrowserWindow {
  const { layout } = layoutMemory;
  nativeTheme.themeSource = layout.theme;
  const window = new BrowserWindow({
    title: "Linnet",
    width: 1100,
    height: 760,
    minWidth: 360,
    minHeight: 320,
    ...visibleBounds(layout),
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(preloadFolder, "preload.cjs"),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      enableWebSQL: false,
      navigateOnDragDrop: false,
    },
  });
  const rememberBounds = (): void => {
    if (!window.isDestroyed() && !window.isMaximized() && !window.isFullScreen()) {
      layoutMemory.remember({ bounds: window.getBounds() });
    }
  };
  window.on("close", rememberBounds);
  // A page that crashed is loaded again: everything it showed is still on the disk. Not from within the
  // event, which would take the whole program along, and not so fast that a page that crashes each time
  // keeps the computer busy.
  window.webContents.on("render-process-gone", (_event, details) => {
    log.error(`the page's process ended: ${details.reason}`);
    if (details.reason === "clean-exit") return;
    systemClock.after(reloadDelayMs, () => {
      if (!window.isDestroyed()) drop(window.loadURL(pageUrl), "reloading", log);
    });
  });
  drop(window.loadURL(pageUrl), "loading the page", log);
  return window;
}

/** The remembered place, if it is still on a screen. */
function visibleBounds({ bounds }: Layout): Electron.Rectangle | undefined {
  if (!bounds) return undefined;
  const { workArea } = screen.getDisplayMatching(bounds);
  const overlapX =
    Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x);
  const overlapY =
    Math.min(bounds.y + bounds.height, workArea.y + workArea.height) -
    Math.max(bounds.y, workArea.y);
  return overlapX > 100 && overlapY > 100 ? bounds : undefined;
}
