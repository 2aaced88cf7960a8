/** The shell: one program for each person, its window with the page in it, and nothing that the page may
 *  do. Everything behind the window is in program.ts. */

import { join } from "node:path";
import { app, BrowserWindow, dialog, Menu, nativeTheme, session } from "electron";
import { drop } from "./base/drop.ts";
import { describe, Log } from "./base/log.ts";
import { LayoutMemory } from "./desktop/layout.ts";
import { lockDownContents, lockDownSession } from "./desktop/lockdown.ts";
import { makeLogFile } from "./desktop/log-file.ts";
import { openMainWindow } from "./desktop/main-window.ts";
import { makeMenu } from "./desktop/menu.ts";
import { pageOrigin } from "./desktop/page-files.ts";
import { declarePageScheme, servePage } from "./desktop/page-protocol.ts";
import { servePorts } from "./ipc/port.ts";
import { startProgram } from "./program.ts";

performance.mark("linnet/main");

function main(): void {
  // As root Chromium has no sandbox and says so; forcing it would leave no process that starts.
  if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox();
  declarePageScheme();
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write("Linnet is already running; its window was brought to the front.\n");
    app.exit(0);
    return;
  }
  const folder = app.getPath("userData");
  const log = new Log("", makeLogFile(logFileOptions(folder)));
  process.on("uncaughtException", (error) => {
    log.error(`uncaught: ${error.stack ?? describe(error)}`);
  });
  process.on("unhandledRejection", (reason) => {
    log.error(`unhandled: ${describe(reason)}`);
  });
  lockDownContents(app, log.child("desktop"));

  const layoutMemory = new LayoutMemory(folder, log.child("desktop"));
  const openWindow = (): void => {
    openMainWindow({
      layoutMemory,
      preloadFolder: join(import.meta.dirname, "../preload"),
      log: log.child("desktop"),
    });
  };
  app.on("second-instance", () => {
    const [window] = BrowserWindow.getAllWindows();
    if (!window) openWindow();
    else {
      if (window.isMinimized()) window.restore();
      window.focus();
    }
  });
  app.on("activate", () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow();
  });
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  const start = async (): Promise<void> => {
    await app.whenReady();
    servePage(session.defaultSession, join(import.meta.dirname, "../renderer"));
    lockDownSession(session.defaultSession);
    Menu.setApplicationMenu(makeMenu(process.platform));
    // What is behind the window begins first: it works in threads while the window is being made.
    const started = startProgram({
      folder,
      scripts: import.meta.dirname,
      log,
      applyTheme(theme) {
        nativeTheme.themeSource = theme;
        layoutMemory.remember({ theme });
      },
    });
    if (!started.ok) {
      refuseToStart(started.error, log);
      return;
    }
    servePorts({
      ...started.value,
      log: log.child("ipc"),
      origin: pageOrigin,
      isOurs: (contents) => BrowserWindow.fromWebContents(contents) !== null,
    });
    openWindow();
  };
  drop(start(), "starting", log);
}

/** A policy that cannot be read is an administrator's mistake, and is said as such. */
function refuseToStart(reason: string, log: Log): void {
  log.error(`policy: ${reason}`);
  process.stderr.write(`Linnet cannot start: ${reason}\n`);
  dialog.showErrorBox("Linnet cannot start", reason);
  app.exit(1);
}

function logFileOptions(folder: string): Parameters<typeof makeLogFile>[0] {
  return {
    path: join(folder, "logs", "linnet.log"),
    level: app.commandLine.hasSwitch("debug-log") ? "debug" : "info",
    isEchoed: !app.isPackaged,
  };
}

main();
