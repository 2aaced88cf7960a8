/** What people can set, within what the policy leaves open. */

import * as v from "valibot";
import { failure, success, type Result } from "../base/result.ts";
import type { AuthorityProblem, AppError } from "../contract/problems.ts";
import type { AuthorityView, SettingsView, Theme } from "../contract/views.ts";
import type { Publisher } from "../chat/publisher.ts";
import type { AuthorityRecord } from "../store/queries/settings.ts";
import type { Store } from "../store/store.ts";
import { readAuthorities } from "../trust/anchors.ts";
import type { Policy } from "./policy.ts";

export interface SettingsOptions {
  readonly store: Store;
  readonly policy: Policy;
  readonly publisher: Publisher;
  /** The trust anchors changed. */
  onAuthorities(): void;
}

/** Every setting with what it is when nobody set it, or when what is stored makes no sense. */
const stored = {
  theme: v.fallback(v.picklist(["system", "light", "dark"]), "system"),
  sendsReceipts: v.fallback(v.boolean(), true),
};

export class Settings {
  readonly #options: SettingsOptions;
  #theme: Theme = "system";
  #sendsReceipts = true;
  #imported: readonly AuthorityRecord[] = [];

  private constructor(options: SettingsOptions) {
    this.#options = options;
  }

  static async load(options: SettingsOptions): Promise<Settings> {
    const settings = new Settings(options);
    const values = await options.store.ask("settings", "all", null);
    settings.#theme = v.parse(stored.theme, values["theme"]);
    settings.#sendsReceipts = v.parse(stored.sendsReceipts, values["sendsReceipts"]);
    settings.#imported = await options.store.ask("settings", "authorities", null);
    return settings;
  }

  get view(): SettingsView {
    const byPolicy = this.#options.policy.authorities.map((each) => authorityView(each, true));
    const imported = this.#imported
      .filter((each) => !this.#isByPolicy(each.fingerprint))
      .map((each) => authorityView(each, false));
    return {
      theme: this.#theme,
      sendsReceipts: this.#sendsReceipts,
      authorities: [...byPolicy, ...imported],
    };
  }

  get sendsReceipts(): boolean {
    return this.#sendsReceipts;
  }

  /** PEM certificates of the authorities that were added to the system's. */
  get authorities(): string[] {
    return [...this.#options.policy.authorities, ...this.#imported].map((each) => each.pem);
  }

  async setTheme(theme: Theme): Promise<void> {
    await this.#save("theme", theme);
    this.#theme = theme;
    this.#publish();
  }

  async setSendsReceipts(sendsReceipts: boolean): Promise<void> {
    await this.#save("sendsReceipts", sendsReceipts);
    this.#sendsReceipts = sendsReceipts;
    this.#publish();
  }

  /** Trusts the authorities in a file. */
  async importAuthorities(file: Uint8Array): Promise<Result<null, AuthorityProblem>> {
    const read = readAuthorities(file);
    if (!read.ok) return read;
    await this.#options.store.ask("settings", "addAuthorities", { authorities: read.value });
    await this.#reloadAuthorities();
    return success(null);
  }

  async removeAuthority(fingerprint: string): Promise<Result<null, AppError>> {
    if (this.#isByPolicy(fingerprint)) return failure({ kind: "set-by-policy" });
    await this.#options.store.ask("settings", "removeAuthority", { fingerprint });
    await this.#reloadAuthorities();
    return success(null);
  }

  #isByPolicy(fingerprint: string): boolean {
    return this.#options.policy.authorities.some((each) => each.fingerprint === fingerprint);
  }

  async #reloadAuthorities(): Promise<void> {
    this.#imported = await this.#options.store.ask("settings", "authorities", null);
    this.#options.onAuthorities();
    this.#publish();
  }

  async #save(name: keyof typeof stored, value: unknown): Promise<void> {
    await this.#options.store.ask("settings", "set", { name, value });
  }

  #publish(): void {
    this.#options.publisher.publish("settings", this.view);
  }
}

function authorityView(record: AuthorityRecord, isByPolicy: boolean): AuthorityView {
  const { fingerprint, subject, expiresAt } = record;
  return { fingerprint, subject, expiresAt, isByPolicy };
}
