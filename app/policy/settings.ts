/** What people can set, within what the policy leaves open. */

import * as v from "valibot";
import { failure, success, type Result } from "../base/result.ts";
import type { AuthorityProblem, AppError } from "../contract/problems.ts";
import type { AuthorityView, SettingsView, Theme } from "../contract/views.ts";
import type { Publisher } from "../chat/publisher.ts";
import type { CertificateRecord } from "../store/queries/trust.ts";
import type { Store } from "../store/store.ts";
import { readAuthorities } from "../trust/anchors.ts";
import { usualRules, type RevocationMode, type TrustRules } from "../trust/trust-rules.ts";
import type { Policy } from "./policy.ts";

export interface SettingsOptions {
  readonly store: Store;
  readonly policy: Policy;
  readonly publisher: Publisher;
  /** Whom to trust has changed: authorities, or the rules. */
  onTrust(): void;
}

/** Every setting with what it is when nobody set it, or when what is stored makes no sense. */
const stored = {
  theme: v.fallback(v.picklist(["system", "light", "dark"]), "system"),
  sendsReceipts: v.fallback(v.boolean(), true),
  revocation: v.fallback(v.picklist(["off", "soft", "hard"]), usualRules.revocation),
  remembersKeys: v.fallback(v.boolean(), usualRules.remembersKeys),
};

export class Settings {
  readonly #options: SettingsOptions;
  #theme: Theme = "system";
  #sendsReceipts = true;
  #revocation: RevocationMode = usualRules.revocation;
  #remembersKeys = usualRules.remembersKeys;
  #imported: readonly CertificateRecord[] = [];

  private constructor(options: SettingsOptions) {
    this.#options = options;
  }

  static async load(options: SettingsOptions): Promise<Settings> {
    const settings = new Settings(options);
    const values = await options.store.ask("settings", "all", null);
    settings.#theme = v.parse(stored.theme, values["theme"]);
    settings.#sendsReceipts = v.parse(stored.sendsReceipts, values["sendsReceipts"]);
    settings.#revocation = v.parse(stored.revocation, values["revocation"]);
    settings.#remembersKeys = v.parse(stored.remembersKeys, values["remembersKeys"]);
    settings.#imported = await readImported(options.store);
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

  /** What the gate goes by. */
  get trustRules(): TrustRules {
    const { policy } = this.#options;
    return {
      revocation: policy.revocation ?? this.#revocation,
      isRevocationByPolicy: policy.revocation !== null,
      mayMakeExceptions: policy.mayMakeExceptions,
      remembersKeys: this.#remembersKeys,
      mayAskPrivateHosts: policy.mayAskPrivateHosts,
      authorities: policy.authorities,
      distrusted: new Set(policy.distrusted),
    };
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

  async setRevocation(mode: RevocationMode): Promise<Result<null, AppError>> {
    if (this.#options.policy.revocation !== null) return failure({ kind: "set-by-policy" });
    await this.#save("revocation", mode);
    this.#revocation = mode;
    this.#options.onTrust();
    return success(null);
  }

  async setRemembersKeys(remembersKeys: boolean): Promise<void> {
    await this.#save("remembersKeys", remembersKeys);
    this.#remembersKeys = remembersKeys;
    this.#options.onTrust();
  }

  /** Trusts the authorities in a file. */
  async importAuthorities(file: Uint8Array): Promise<Result<null, AuthorityProblem>> {
    const read = readAuthorities(file);
    if (!read.ok) return read;
    const { store } = this.#options;
    await store.ask("trust", "addAuthorities", { certificates: read.value });
    await this.#onAuthorities();
    return success(null);
  }

  async removeAuthority(fingerprint: string): Promise<Result<null, AppError>> {
    if (this.#isByPolicy(fingerprint)) return failure({ kind: "set-by-policy" });
    await this.#options.store.ask("trust", "removeAuthority", { fingerprint });
    await this.#onAuthorities();
    return success(null);
  }

  #isByPolicy(fingerprint: string): boolean {
    return this.#options.policy.authorities.some((each) => each.fingerprint === fingerprint);
  }

  /** Reads the imported authorities again: one of them was distrusted, or is so no longer. */
  async reloadAuthorities(): Promise<void> {
    this.#imported = await readImported(this.#options.store);
    this.#publish();
  }

  async #onAuthorities(): Promise<void> {
    this.#imported = await readImported(this.#options.store);
    this.#options.onTrust();
    this.#publish();
  }

  async #save(name: keyof typeof stored, value: unknown): Promise<void> {
    await this.#options.store.ask("settings", "set", { name, value });
  }

  #publish(): void {
    this.#options.publisher.publish("settings", this.view);
  }
}

async function readImported(store: Store): Promise<readonly CertificateRecord[]> {
  const { certificates } = await store.ask("trust", "all", null);
  return certificates
    .filter(({ kind }) => kind === "authority")
    .toSorted((one, other) => one.subject.localeCompare(other.subject));
}

function authorityView(
  record: Omit<AuthorityView, "isByPolicy">,
  isByPolicy: boolean,
): AuthorityView {
  const { fingerprint, subject, expiresAt } = record;
  return { fingerprint, subject, expiresAt, isByPolicy };
}
