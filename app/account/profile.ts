/** One person's data on this computer: vault, store, settings and accounts, opened in this order.
 *
 *  Until the vault is open there is nothing but its state; everything else hangs on {@link Opened}. */

import { dirname, join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { drop } from "../base/drop.ts";
import { describe, type Log } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { Publisher } from "../chat/publisher.ts";
import type { AppError, StoreProblem } from "../contract/problems.ts";
import type { VaultView } from "../contract/views.ts";
import { Dialer } from "../net/dialer.ts";
import { makeResolver } from "../net/resolver.ts";
import type { Policy } from "../policy/policy.ts";
import { Settings } from "../policy/settings.ts";
import { Store, StoreError } from "../store/store.ts";
import type { Vault, VaultFault } from "../store/vault.ts";
import { Identities } from "../trust/identities.ts";
import { IdentityWorker } from "../trust/identity-jobs.ts";
import { Trust, type RevocationAccess } from "../trust/trust.ts";
import { Accounts } from "./accounts.ts";

export interface ProfileOptions {
  readonly vault: Vault;
  readonly policy: Policy;
  readonly publisher: Publisher;
  /** The script of the store's worker. */
  readonly storeScript: string | URL;
  /** The script of the thread for key files. */
  readonly identityScript: string | URL;
  /** How to find out whether certificates are revoked. Left out: nothing is fetched. */
  readonly revocation?: Omit<RevocationAccess, "folder">;
  /** Connecting waits for this: what is on the disk is shown first. */
  readonly mayConnect: Promise<unknown>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What exists once the vault is open. */
export interface Opened {
  readonly store: Store;
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly identities: Identities;
  readonly trust: Trust;
}

export class Profile {
  readonly #options: ProfileOptions;
  #view: VaultView = { kind: "opening" };
  #opened: Opened | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ProfileOptions) {
    this.#options = options;
  }

  get vault(): VaultView {
    return this.#view;
  }

  get opened(): Opened | null {
    return this.#opened;
  }

  /** Opens the vault as far as that goes without a person. */
  open(): Promise<void> {
    return this.#inTurn(() => this.#openVault());
  }

  createPassphrase(passphrase: string): Promise<Result<null, AppError>> {
    return this.#inTurn(async () => {
      if (this.#view.kind !== "needs-passphrase") return failure({ kind: "not-found" });
      const { vault } = this.#options;
      await this.#orProblem(async () => {
        await this.#openStore(await vault.createWithPassphrase(passphrase));
      });
      return success(null);
    });
  }

  unlock(passphrase: string): Promise<Result<null, AppError>> {
    return this.#inTurn(async () => {
      if (this.#view.kind !== "locked") return failure({ kind: "not-found" });
      const key = await this.#options.vault.openWithPassphrase(passphrase);
      if (!key.ok) return failure({ kind: "wrong-passphrase" });
      await this.#orProblem(() => this.#openStore(key.value));
      return success(null);
    });
  }

  /** Keeps a store that cannot be opened, under another name, and begins with an empty one. */
  startAfresh(): Promise<Result<null, AppError>> {
    return this.#inTurn(async () => {
      const { vault, clock, log } = this.#options;
      const isHopeless =
        this.#view.kind === "problem" &&
        (this.#view.problem === "damaged" || this.#view.problem === "wrong-key");
      if (!isHopeless) return failure({ kind: "not-found" });
      const kept = vault.setAside(new Date(clock.now()).toISOString().replaceAll(":", "-"));
      log.warn(`a store that cannot be opened was put aside: ${kept.join(", ")}`);
      await this.#openVault();
      return success(null);
    });
  }

  /** Ends sessions and closes the file. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    opened?.identities.close();
    opened?.accounts.stopAll();
    await opened?.store.close();
  }

  /** One after the other: a second click must not make a second key, or open the store twice. */
  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** What the disk refuses is shown as the problem it is. */
  async #orProblem(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (thrown) {
      this.#options.log.error(`the profile cannot be opened: ${describe(thrown)}`);
      this.#enter({ kind: "problem", problem: storeProblemOf(thrown) });
    }
  }

  #openVault(): Promise<void> {
    const { vault, policy } = this.#options;
    return this.#orProblem(async () => {
      switch (vault.state) {
        case "new":
          if (policy.keyProtection === "passphrase") {
            this.#enter({ kind: "needs-passphrase", reason: "policy" });
          } else {
            await this.#openWith(await vault.createInKeychain());
          }
          return;
        case "in-keychain":
          await this.#openWith(await vault.openFromKeychain());
          return;
        case "under-passphrase":
          this.#enter({ kind: "locked" });
          return;
        case "lost":
          this.#enter({ kind: "problem", problem: "wrong-key" });
      }
    });
  }

  async #openWith(key: Result<string, VaultFault>): Promise<void> {
    if (key.ok) {
      await this.#openStore(key.value);
      return;
    }
    const isNew = this.#options.vault.state === "new";
    if (key.error === "no-keychain" && isNew) {
      this.#enter({ kind: "needs-passphrase", reason: "no-keychain" });
    } else {
      const problem = key.error === "no-keychain" ? "unavailable" : "wrong-key";
      this.#enter({ kind: "problem", problem });
    }
  }

  async #openStore(key: string): Promise<void> {
    const { vault, storeScript, mayConnect, log } = this.#options;
    const opened = await Store.open({
      path: vault.databasePath,
      key,
      script: storeScript,
      log: log.child("store"),
    });
    if (!opened.ok) {
      this.#enter({ kind: "problem", problem: opened.error });
      return;
    }
    const store = opened.value;
    try {
      this.#opened = await this.#load(store);
    } catch (thrown) {
      await store.close();
      throw thrown;
    }
    this.#enter({ kind: "open" });
    const connect = mayConnect.then(() => {
      this.#opened?.accounts.connectAll();
    });
    drop(connect, "connecting", log);
  }

  async #load(store: Store): Promise<Opened> {
    const { policy, publisher, clock, random, log } = this.#options;
    const settings = await Settings.load({
      store,
      policy,
      publisher,
      onTrust: () => {
        drop(trust.reload(), "reading whom to trust", log);
      },
    });
    const { vault, revocation } = this.#options;
    const trust = await Trust.load({
      store,
      rules: () => settings.trustRules,
      revocation: revocation
        ? { ...revocation, folder: join(dirname(vault.databasePath), "revocation") }
        : null,
      clock,
      random,
      log: log.child("trust"),
      onChange: (view) => {
        publisher.publish("trust", view);
      },
    });
    const dialer = new Dialer({
      resolver: makeResolver(random),
      gate: trust.gate,
      clock,
      log: log.child("net"),
    });
    const identities = await Identities.load({
      store,
      publisher,
      worker: new IdentityWorker(this.#options.identityScript, clock),
      clock,
      log: log.child("identities"),
    });
    const accounts = await Accounts.load({
      store,
      publisher,
      dialer,
      clock,
      random,
      log: log.child("account"),
      sendsReceipts: () => settings.sendsReceipts,
      onIdentityUse: () => {
        drop(identities.refresh(), "showing which certificates are in use", log);
      },
    });
    return { store, settings, accounts, identities, trust };
  }

  #enter(view: VaultView): void {
    this.#view = view;
    this.#options.publisher.publish("vault", view);
  }
}

function storeProblemOf(thrown: unknown): StoreProblem {
  if (thrown instanceof StoreError) return thrown.problem;
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
  return code === "ENOSPC" || code === "EDQUOT" ? "disk-full" : "unavailable";
}
