/** One person's data on this computer: vault, store, settings and accounts, opened in this order.
 *
 *  Until the vault is open there is nothing but its state; everything else hangs on {@link Opened}. */

import type { Clock } from "../base/clock.ts";
import { drop } from "../base/drop.ts";
import type { Log } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { Publisher } from "../chat/publisher.ts";
import type { AppError } from "../contract/problems.ts";
import type { VaultView } from "../contract/views.ts";
import { Dialer } from "../net/dialer.ts";
import { makeResolver } from "../net/resolver.ts";
import type { Policy } from "../policy/policy.ts";
import { Settings } from "../policy/settings.ts";
import { Store } from "../store/store.ts";
import type { Vault, VaultFault } from "../store/vault.ts";
import { AnchoredGate } from "../trust/anchored-gate.ts";
import { Accounts } from "./accounts.ts";

export interface ProfileOptions {
  readonly vault: Vault;
  readonly policy: Policy;
  readonly publisher: Publisher;
  /** The script of the store's worker. */
  readonly storeScript: string | URL;
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
}

export class Profile {
  readonly #options: ProfileOptions;
  #view: VaultView = { kind: "opening" };
  #opened: Opened | null = null;

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
  async open(): Promise<void> {
    const { vault, policy } = this.#options;
    switch (vault.state) {
      case "new":
        await (policy.keyProtection === "passphrase"
          ? this.#enter({ kind: "needs-passphrase", reason: "policy" })
          : this.#openWith(await vault.createInKeychain()));
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
  }

  async createPassphrase(passphrase: string): Promise<Result<null, AppError>> {
    if (this.#view.kind !== "needs-passphrase") return failure({ kind: "not-found" });
    await this.#openStore(await this.#options.vault.createWithPassphrase(passphrase));
    return success(null);
  }

  async unlock(passphrase: string): Promise<Result<null, AppError>> {
    if (this.#view.kind !== "locked") return failure({ kind: "not-found" });
    const key = await this.#options.vault.openWithPassphrase(passphrase);
    if (!key.ok) return failure({ kind: "wrong-passphrase" });
    await this.#openStore(key.value);
    return success(null);
  }

  /** Keeps a store that cannot be opened, under another name, and begins with an empty one. */
  async startAfresh(): Promise<Result<null, AppError>> {
    const { vault, clock, log } = this.#options;
    const isHopeless =
      this.#view.kind === "problem" &&
      (this.#view.problem === "damaged" || this.#view.problem === "wrong-key");
    if (!isHopeless) return failure({ kind: "not-found" });
    const kept = vault.setAside(new Date(clock.now()).toISOString().replaceAll(":", "-"));
    log.warn(`a store that cannot be opened was put aside: ${kept.join(", ")}`);
    await this.open();
    return success(null);
  }

  /** Ends sessions and closes the file. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    opened?.accounts.stopAll();
    await opened?.store.close();
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
    const { vault, policy, publisher, storeScript, mayConnect, clock, random, log } = this.#options;
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
    const settings = await Settings.load({
      store,
      policy,
      publisher,
      onAuthorities: () => {
        gate.reload();
      },
    });
    const gate = new AnchoredGate({ clock, importedAuthorities: () => settings.authorities });
    const dialer = new Dialer({
      resolver: makeResolver(random),
      gate,
      clock,
      log: log.child("net"),
    });
    const accounts = await Accounts.load({
      store,
      publisher,
      dialer,
      clock,
      random,
      log: log.child("account"),
      sendsReceipts: () => settings.sendsReceipts,
    });
    this.#opened = { store, settings, accounts };
    this.#enter({ kind: "open" });
    const connect = mayConnect.then(() => {
      if (this.#opened) accounts.connectAll();
    });
    drop(connect, "connecting", log);
  }

  #enter(view: VaultView): void {
    this.#view = view;
    this.#options.publisher.publish("vault", view);
  }
}
