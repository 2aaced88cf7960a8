/** The composition root: policy, keychain, store, accounts, ipc, one after the other. The window is in
 *  main.ts.
 *
 *  Everything is created here and handed to whoever needs it; nothing finds anything by itself. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { app, dialog } from "electron";
import { systemKeychain } from "../native/keychain.ts";
import { Profile } from "./account/profile.ts";
import { systemClock } from "./base/clock.ts";
import { drop } from "./base/drop.ts";
import type { Log } from "./base/log.ts";
import { systemRandom } from "./base/random.ts";
import { success, failure, type Result } from "./base/result.ts";
import type { Theme } from "./contract/views.ts";
import { chooseKeyFile, choosePlace } from "./desktop/key-file-dialogs.ts";
import { systemWeb } from "./desktop/system-web.ts";
import { Dispatcher } from "./ipc/dispatcher.ts";
import { Hub } from "./ipc/hub.ts";
import type { PortOptions } from "./ipc/port.ts";
import { accountHandlers } from "./ipc/services/accounts.ts";
import { chatHandlers } from "./ipc/services/chats.ts";
import { identityHandlers } from "./ipc/services/identities.ts";
import { rosterHandlers } from "./ipc/services/roster.ts";
import { searchHandlers } from "./ipc/services/search.ts";
import { settingsHandlers } from "./ipc/services/settings.ts";
import { timelineHandlers } from "./ipc/services/timeline.ts";
import { trustHandlers } from "./ipc/services/trust.ts";
import { appHandlers, vaultHandlers } from "./ipc/services/vault.ts";
import { readPolicy, systemPolicyPath } from "./policy/policy.ts";
import { Vault } from "./store/vault.ts";

/** Connecting waits for the first screen, but not longer: then something is wrong with the page. */
const firstScreenMs = 5_000;

export interface ProgramOptions {
  /** Where everything of this person is. */
  readonly folder: string;
  /** Where the scripts of the threads are. */
  readonly scripts: string;
  readonly log: Log;
  readonly applyTheme: (theme: Theme) => void;
}

/** Starts everything behind the window.
 *  @returns what answers its calls, or why nothing can: the administrator's policy cannot be read */
export function startProgram({
  folder,
  scripts,
  log,
  applyTheme,
}: ProgramOptions): Result<Pick<PortOptions, "dispatcher" | "hub" | "clock">, string> {
  const policy = readPolicy(policyPath());
  if (!policy.ok) return failure(policy.error);
  const hub = new Hub();
  const firstScreen = Promise.withResolvers<null>();
  systemClock.after(firstScreenMs, () => {
    firstScreen.resolve(null);
  });
  const profile = new Profile({
    vault: new Vault(folder, systemKeychain, log.child("vault")),
    policy: policy.value,
    publisher: hub,
    storeScript: join(scripts, "store-worker.cjs"),
    revocation: { web: systemWeb, crlScript: join(scripts, "crl-worker.cjs") },
    identityScript: join(scripts, "identity-worker.cjs"),
    mayConnect: firstScreen.promise,
    clock: systemClock,
    random: systemRandom,
    log,
  });
  drop(profile.open(), "opening the profile", log);
  closeBeforeQuitting(profile, log);
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
      identities: identityHandlers(profile, hub, { chooseKeyFile, choosePlace }),
      trust: trustHandlers(profile, hub),
      settings: settingsHandlers(profile, hub, { chooseCertificateFile, applyTheme }),
    },
    log.child("ipc"),
  );
  return success({ dispatcher, hub, clock: systemClock });
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

function policyPath(): string {
  // Another policy than the system's only while developing: else anybody could leave it out.
  const given = app.isPackaged ? "" : app.commandLine.getSwitchValue("policy");
  return given || systemPolicyPath(process.platform);
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
