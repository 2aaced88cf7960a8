/** The certificates with which people sign in: importing, making, renewing, exporting and removing them.
 *
 *  Files are chosen by the caller. Keys go from the worker to the store and come back for the handshake, for
 *  a reply and for an export; nothing here shows them. */

import type { Clock } from "../base/clock.ts";
import { drop } from "../base/drop.ts";
import type { Undo } from "../base/event.ts";
import { identityLimits, keyFileLimits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { Publisher } from "../chat/publisher.ts";
import type { IdentityId } from "../contract/ids.ts";
import type { AppError, IdentityFault } from "../contract/problems.ts";
import type { NewKeyKind } from "../contract/services.ts";
import type { IdentityView, ImportView } from "../contract/views.ts";
import type { IdentityRecord, StoredCertificate } from "../store/queries/identities.ts";
import type { Store } from "../store/store.ts";
import type { FileContents, FoundKey, IdentityWorker, IssuedCertificate } from "./identity-jobs.ts";
import { foundKeyView, identityView, nameOf, readCertificate } from "./identity-view.ts";
import { fileFault } from "./key-file-problem.ts";

export interface IdentitiesOptions {
  readonly store: Store;
  readonly publisher: Publisher;
  readonly worker: IdentityWorker;
  readonly clock: Clock;
  readonly log: Log;
}

/** A file that the person chose. */
export interface KeyFile {
  /** Without its folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The import that is under way: its file until that is read, then the keys to choose from. */
type Import =
  | { readonly kind: "locked"; readonly file: KeyFile }
  | { readonly kind: "choosing"; readonly keys: readonly FoundKey[] };

export interface NewRequest {
  readonly identity: IdentityView;
  /** PEM, to be saved for the authority; null where none was asked for. */
  readonly request: string | null;
}

export class Identities {
  readonly #options: IdentitiesOptions;
  #views: readonly IdentityView[] = [];
  #import: Import | null = null;
  #cancelCheck: Undo = () => undefined;
  #isClosed = false;

  private constructor(options: IdentitiesOptions) {
    this.#options = options;
  }

  static async load(options: IdentitiesOptions): Promise<Identities> {
    const identities = new Identities(options);
    identities.#views = await identities.#read();
    identities.#watchCalendar();
    return identities;
  }

  get views(): readonly IdentityView[] {
    return this.#views;
  }

  /** The file whose password is awaited; null where none is. */
  get lockedFile(): KeyFile | null {
    return this.#import?.kind === "locked" ? this.#import.file : null;
  }

  /** Reads what accounts use and how old everything has become, and tells the windows. */
  async refresh(): Promise<void> {
    this.#views = await this.#read();
    if (!this.#isClosed) this.#options.publisher.publish("identities", this.#views);
  }

  /** @param password null before anybody was asked for it */
  async importFile(file: KeyFile, password: string | null): Promise<Result<ImportView, AppError>> {
    this.#import = null;
    if (file.bytes.length > keyFileLimits.bytesMax) return fault("too-large");
    const read = await this.#options.worker.run("read", { file: file.bytes, password });
    if (!read.ok) return failure({ kind: "cancelled" });
    if (!read.value.ok) {
      const { kind } = read.value.error;
      if (kind === "password-needed" || kind === "wrong-password") {
        this.#import = { kind: "locked", file };
        const wasWrong = kind === "wrong-password" && password !== null;
        return success({ kind: "password-needed", file: file.name, wasWrong });
      }
      return fault(fileFault(read.value.error));
    }
    return this.#take(read.value.value);
  }

  /** Imports one of the keys that {@link importFile} found. */
  async choose(index: number): Promise<Result<ImportView, AppError>> {
    const found = this.#import?.kind === "choosing" ? this.#import.keys[index] : undefined;
    if (!found) return failure({ kind: "not-found" });
    const imported = await this.#keep(found);
    if (imported.ok) this.#import = null;
    return imported;
  }

  /** Forgets the file that is being imported, and ends what takes long. */
  cancel(): void {
    this.#import = null;
    this.#options.worker.cancel();
  }

  /** Makes a key, and a request or a certificate for it. @param address bare and normalised */
  async create(
    key: NewKeyKind,
    address: string,
    issued: "request" | "self-signed",
  ): Promise<Result<NewRequest, AppError>> {
    const { clock, worker } = this.#options;
    if (this.#isFull) return fault("too-many");
    const made = await worker.run("create", { key, address, issued, at: clock.now() });
    if (!made.ok) return failure({ kind: "cancelled" });
    if (!made.value.ok) return failure({ kind: "internal" });
    const { pkcs8, request, certificate } = made.value.value;
    const stored = certificate && toStored({ certificate, chain: [] });
    const identity = await this.#add({ name: address, address, issued: stored, pkcs8 });
    return identity.ok ? success({ identity: identity.value, request }) : identity;
  }

  /** Takes an authority's reply to a request, or its renewal of a certificate for the same key. */
  async importReply(id: IdentityId, file: KeyFile): Promise<Result<IdentityView, AppError>> {
    const { store, worker } = this.#options;
    const pkcs8 = await store.ask("identities", "key", { id });
    if (!pkcs8) return failure({ kind: "not-found" });
    if (file.bytes.length > keyFileLimits.bytesMax) return fault("too-large");
    const matched = await worker.run("reply", { pkcs8, file: file.bytes });
    if (!matched.ok) return failure({ kind: "cancelled" });
    if (!matched.value.ok) return fault(fileFault(matched.value.error));
    const issued = toStored(matched.value.value);
    if (!issued) return fault("damaged");
    const isKept = await store.ask("identities", "setCertificate", { id, issued });
    if (!isKept) return fault("already-here");
    await this.refresh();
    return this.#find(id);
  }

  /** @returns PKCS#12 under the password, to be written to where the person wants it */
  async export(id: IdentityId, password: string): Promise<Result<Uint8Array, AppError>> {
    const { store, worker } = this.#options;
    const record = await store.ask("identities", "get", { id });
    if (!record?.certificate) return failure({ kind: "not-found" });
    const pkcs8 = await store.ask("identities", "key", { id });
    if (!pkcs8) return failure({ kind: "not-found" });
    const { certificate, chain, name } = record;
    const asked = { pkcs8, certificate, chain, password, name };
    const written = await worker.run("export", asked);
    if (!written.ok) return failure({ kind: "cancelled" });
    return written.value.ok ? written.value : failure({ kind: "internal" });
  }

  async rename(id: IdentityId, name: string): Promise<Result<null, AppError>> {
    const isKnown = await this.#options.store.ask("identities", "rename", { id, name });
    await this.refresh();
    return isKnown ? success(null) : failure({ kind: "not-found" });
  }

  async remove(id: IdentityId): Promise<Result<null, AppError>> {
    const isKnown = await this.#options.store.ask("identities", "remove", { id });
    await this.refresh();
    return isKnown ? success(null) : failure({ kind: "not-found" });
  }

  /** The person has read that it ends soon: nothing more is said until the next threshold. */
  async dismissReminder(id: IdentityId): Promise<Result<null, AppError>> {
    const days = this.#views.find((view) => view.id === id)?.reminderDays;
    if (days === undefined) return failure({ kind: "not-found" });
    if (days !== null) await this.#options.store.ask("identities", "setReminded", { id, days });
    await this.refresh();
    return success(null);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelCheck();
    this.cancel();
  }

  get #isFull(): boolean {
    return this.#views.length >= identityLimits.identitiesMax;
  }

  /** One key is imported at once; of several the person chooses. */
  async #take({ keys, hasCertificates }: FileContents): Promise<Result<ImportView, AppError>> {
    const [only, ...more] = keys;
    if (!only) return fault(hasCertificates ? "no-key" : "unknown-format");
    if (more.length === 0) return this.#keep(only);
    this.#import = { kind: "choosing", keys };
    const now = this.#options.clock.now();
    return success({ kind: "choose", keys: keys.map((key, at) => foundKeyView(key, at, now)) });
  }

  async #keep(found: FoundKey): Promise<Result<ImportView, AppError>> {
    const { pkcs8, issued, isSupported, isMatching } = found;
    if (!issued) return fault("no-certificate");
    if (!isSupported) return fault("unsupported-key");
    if (!isMatching) return fault("key-does-not-match");
    const stored = toStored(issued);
    if (!stored) return fault("damaged");
    const name = nameOf(found, readCertificate(stored.certificate));
    const added = await this.#add({ name, address: null, issued: stored, pkcs8 });
    return added.ok ? success({ kind: "imported", identity: added.value }) : added;
  }

  async #add(identity: {
    readonly name: string;
    readonly address: string | null;
    readonly issued: StoredCertificate | null;
    readonly pkcs8: Uint8Array;
  }): Promise<Result<IdentityView, AppError>> {
    if (this.#isFull) return fault("too-many");
    const id = await this.#options.store.ask("identities", "add", identity);
    await this.refresh();
    return this.#find(id);
  }

  #find(id: IdentityId): Result<IdentityView, AppError> {
    const view = this.#views.find((each) => each.id === id);
    return view ? success(view) : failure({ kind: "not-found" });
  }

  async #read(): Promise<readonly IdentityView[]> {
    const { store, clock } = this.#options;
    const records = await store.ask("identities", "list", null);
    const accounts = await store.ask("accounts", "list", null);
    const addressesOf = ({ usedBy }: IdentityRecord): string[] =>
      accounts.filter(({ id }) => usedBy.includes(id)).map(({ address }) => address);
    const now = clock.now();
    return records.map((record) => identityView(record, addressesOf(record), now));
  }

  /** What was valid yesterday may end today. */
  #watchCalendar(): void {
    const { clock, log } = this.#options;
    this.#cancelCheck = clock.after(identityLimits.reminderCheckMs, () => {
      this.#watchCalendar();
      const before = JSON.stringify(this.#views);
      const check = this.#read().then(async (views) => {
        if (JSON.stringify(views) !== before) await this.refresh();
      });
      drop(check, "looking for certificates that end soon", log);
    });
  }
}

function toStored({ certificate, chain }: IssuedCertificate): StoredCertificate | null {
  const read = readCertificate(certificate);
  return read && { fingerprint: read.fingerprint, certificate, chain };
}

function fault(problem: IdentityFault): { readonly ok: false; readonly error: AppError } {
  return failure({ kind: "identity", problem });
}
