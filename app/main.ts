/** The composition root: policy, keychain, store, accounts, ipc, window, one after the other.
 *
 *  Everything is created here and handed to whoever needs it; nothing finds anything by itself. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { app, BrowserWindow, dialog, Menu, nativeTheme, session } from "electron";
import { systemKeychain } from "../native/keychain.ts";
import { Profile } from "./account/profile.ts";
import { systemClock } from "./base/clock.ts";
import { drop } from "./base/drop.ts";
import { describe, Log } from "./base/log.ts";
import { systemRandom } from "./base/random.ts";
import { LayoutMemory } from "./desktop/layout.ts";
import { lockDownContents, lockDownSession } from "./desktop/lockdown.ts";
import { makeLogFile } from "./desktop/log-file.ts";
import { openMainWindow } from "./desktop/main-window.ts";
import { makeMenu } from "./desktop/menu.ts";
import { pageOrigin } from "./desktop/page-files.ts";
import { declarePageScheme, servePage } from "./desktop/page-protocol.ts";
import { Dispatcher } from "./ipc/dispatcher.ts";
import { Hub } from "./ipc/hub.ts";
import { servePorts } from "./ipc/port.ts";
import { accountHandlers } from "./ipc/services/accounts.ts";
import { chatHandlers } from "./ipc/services/chats.ts";
import { rosterHandlers } from "./ipc/services/roster.ts";
import { searchHandlers } from "./ipc/services/search.ts";
import { settingsHandlers } from "./ipc/services/settings.ts";
import { timelineHandlers } from "./ipc/services/timeline.ts";
import { appHandlers, vaultHandlers } from "./ipc/services/vault.ts";
import { readPolicy, systemPolicyPath } from "./policy/policy.ts";
import { Vault } from "./store/vault.ts";

performance.mark("linnet/main");

/** Connecting waits for the first screen, but not longer: then something is wrong with the page. */
const firstScreenMs = 5_000;

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

  const policy = readPolicy(policyPath());
  if (!policy.ok) {
    refuseToStart(policy.error, log);
    return;
  }
  const hub = new Hub();
  const firstScreen = Promise.withResolvers<null>();
  systemClock.after(firstScreenMs, () => {
    firstScreen.resolve(null);
  });
  const profile = new Profile({
    vault: new Vault(folder, systemKeychain, log.child("vault")),
    policy: policy.value,
    publisher: hub,
    storeScript: join(import.meta.dirname, "store-worker.cjs"),
    mayConnect: firstScreen.promise,
    clock: systemClock,
    random: systemRandom,
    log,
  });
  const layoutMemory = new LayoutMemory(folder, log.child("desktop"));
  const dispatcher = new Dispatcher(
    {
      app: appHandlers(profile, hub, { platform: platform(), version: app.getVersion() }, () => {
        firstScreen.resolve(null);
      }),
      vault: vaultHandlers(profile),
      accounts: accountHandlers(profile, hub),
      chats: chatHandlers(profile, hub),
      timeline: timelineHandlers(profile, hub),
      roster: rosterHandlers(profile, hub),
      search: searchHandlers(profile),
      settings: settingsHandlers(profile, hub, {
        chooseCertificateFile,
        applyTheme(theme) {
          nativeTheme.themeSource = theme;
          layoutMemory.remember({ theme });
        },
      }),
    },
    log.child("ipc"),
  );
  servePorts({
    dispatcher,
    hub,
    clock: systemClock,
    log: log.child("ipc"),
    origin: pageOrigin,
    isOurs: (contents) => BrowserWindow.fromWebContents(contents) !== null,
  });

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
  closeBeforeQuitting(profile, log);
  drop(
    app.whenReady().then(() => {
      servePage(session.defaultSession, join(import.meta.dirname, "../renderer"));
      lockDownSession(session.defaultSession);
      Menu.setApplicationMenu(makeMenu(process.platform));
      // While the window is being made; earlier it would only keep that waiting.
      drop(profile.open(), "opening the profile", log);
      openWindow();
    }),
    "starting",
    log,
  );
}

/** Sessions end in good order and the store is closed before the process goes. */
function closeBeforeQuitting(profile: Profile, log: Log): void {
  let isClosed = false;
  app.on("before-quit", (event) => {
    if (isClosed) return;
    event.preventDefault();
    drop(
      profile.close().finally(() => {
        isClosed = true;
        app.quit();
      }),
      "closing the profile",
      log,
    );
  });
}

/** A policy that cannot be read is an administrator's mistake, and is said as such. */
function refuseToStart(reason: string, log: Log): void {
  log.error(`policy: ${reason}`);
  process.stderr.write(`Linnet cannot start: ${reason}\n`);
  dialog.showErrorBox("Linnet cannot start", reason);
  app.exit(1);
}

function policyPath(): string {
  // Another policy than the system's only while developing: else anybody could leave it out.
  const given = app.isPackaged ? "" : app.commandLine.getSwitchValue("policy");
  return given || systemPolicyPath(process.platform);
}

function logFileOptions(folder: string): Parameters<typeof makeLogFile>[0] {
  return {
    path: join(folder, "logs", "linnet.log"),
    level: app.commandLine.hasSwitch("debug-log") ? "debug" : "info",
    isEchoed: !app.isPackaged,
  };
}

async function chooseCertificateFile(): Promise<Uint8Array | "unreadable" | null> {
  const filters = [{ name: "", extensions: ["pem", "crt", "cer", "der", "ca"] }];
  const { filePaths } = await dialog.showOpenDialog({ properties: ["openFile"], filters });
  const [path] = filePaths;
  if (path === undefined) return null;
  // The file may be gone or forbidden; which of the two does not change what to say.
  return readFile(path).catch(() => "unreadable" as const);
}

function platform(): "linux" | "darwin" | "win32" {
  const { platform: name } = process;
  return name === "darwin" || name === "win32" ? name : "linux";
}

main();
