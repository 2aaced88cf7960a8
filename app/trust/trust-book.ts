/** What is written down about whom to trust: imported and distrusted certificates, exceptions, remembered
 *  keys. The store has it; here is a copy, because a decision must not wait for the disk. What a person let
 *  pass "this time" is here only, and gone when the program ends. */

import { Emitter } from "../base/event.ts";
import { trustLimits } from "../base/limits.ts";
import { parseCertificate, type Certificate } from "../pki/x509/certificate.ts";
import type {
  Acceptance,
  CertificateRecord,
  ExceptionRecord,
  NewCertificate,
  PinRecord,
  ServerPlace,
  TrustRecords,
} from "../store/queries/trust.ts";
import type { Store } from "../store/store.ts";
import type { CertificateProblem } from "../xmpp/stream/transport.ts";
import { spkiOf } from "./certificate-name.ts";

/** All that is needed of the store. */
export type TrustStore = Pick<Store, "ask">;

export class TrustBook {
  readonly #store: TrustStore;
  readonly #changed = new Emitter<null>();
  readonly #once = new Map<string, ReadonlySet<CertificateProblem>>();
  #records: TrustRecords = { certificates: [], exceptions: [], pins: [] };
  #imported: readonly Certificate[] = [];
  #distrusted: readonly Certificate[] = [];
  #distrustedKeys: ReadonlySet<string> = new Set();

  constructor(store: TrustStore) {
    this.#store = store;
  }

  /** Something in the book is different now. */
  readonly changed = this.#changed.event;

  /** Reads the store. Until then nobody is trusted, and nobody distrusted. */
  async load(): Promise<void> {
    this.#records = await this.#store.ask("trust", "all", null);
    const certificates = this.#records.certificates.flatMap(({ der, kind }) => {
      const read = parseCertificate(der);
      return read.ok ? [{ kind, certificate: read.value }] : [];
    });
    const ofKind = (wanted: CertificateRecord["kind"]): Certificate[] =>
      certificates.filter(({ kind }) => kind === wanted).map(({ certificate }) => certificate);
    this.#imported = ofKind("authority");
    this.#distrusted = ofKind("distrusted");
    this.#distrustedKeys = new Set(
      this.#distrusted.flatMap((each) => [each.fingerprint, entityOf(each)]),
    );
  }

  get imported(): readonly Certificate[] {
    return this.#imported;
  }

  get distrusted(): readonly Certificate[] {
    return this.#distrusted;
  }

  get certificates(): readonly CertificateRecord[] {
    return this.#records.certificates;
  }

  get exceptions(): readonly ExceptionRecord[] {
    return this.#records.exceptions;
  }

  get pins(): readonly PinRecord[] {
    return this.#records.pins;
  }

  find(fingerprint: string): CertificateRecord | null {
    return this.certificates.find((each) => each.fingerprint === fingerprint) ?? null;
  }

  /** Whether this certificate is distrusted, or another one of the same name and key. */
  isDistrusted(certificate: Certificate): boolean {
    return (
      this.#distrustedKeys.has(certificate.fingerprint) ||
      this.#distrustedKeys.has(entityOf(certificate))
    );
  }

  /** The exception for a server, whether or not it fits what the server presents now. */
  exceptionAt(place: ServerPlace, at: number): ExceptionRecord | null {
    const found = this.exceptions.find((each) => isSamePlace(each, place));
    return found && (found.expiresAt === null || found.expiresAt > at) ? found : null;
  }

  pinAt(place: ServerPlace): PinRecord | null {
    return this.pins.find((each) => isSamePlace(each, place)) ?? null;
  }

  /** Whether a person let exactly these problems pass, of exactly this certificate at this server. */
  hasWaived(
    place: ServerPlace,
    leaf: Certificate,
    problems: ReadonlySet<CertificateProblem>,
    at: number,
  ): boolean {
    const once = this.#once.get(onceKey(place, leaf));
    if (once && isSameSet(once, problems)) return true;
    const kept = this.exceptionAt(place, at);
    if (!kept || !isSameSet(new Set(kept.problems), problems)) return false;
    return kept.boundTo === "certificate"
      ? kept.certificate === leaf.fingerprint
      : kept.spki === spkiOf(leaf);
  }

  /** Until the program ends. */
  acceptOnce(
    place: ServerPlace,
    leaf: Certificate,
    problems: ReadonlySet<CertificateProblem>,
  ): void {
    const key = onceKey(place, leaf);
    this.#once.delete(key);
    this.#once.set(key, problems);
    const [oldest] = this.#once.keys();
    if (this.#once.size > trustLimits.exceptionsMax && oldest !== undefined) {
      this.#once.delete(oldest);
    }
  }

  accept(acceptance: Acceptance): Promise<void> {
    return this.#write(this.#store.ask("trust", "accept", acceptance));
  }

  pin(place: ServerPlace, certificate: NewCertificate, spki: string, now: number): Promise<void> {
    return this.#write(this.#store.ask("trust", "pin", { place, certificate, spki, now }));
  }

  distrust(certificate: NewCertificate, isBuiltIn: boolean, now: number): Promise<void> {
    return this.#write(this.#store.ask("trust", "distrust", { certificate, isBuiltIn, now }));
  }

  restore(fingerprint: string): Promise<void> {
    return this.#write(this.#store.ask("trust", "restore", { fingerprint }));
  }

  removeException(id: number): Promise<void> {
    const exception = this.exceptions.find((each) => each.id === id);
    if (exception) this.#forgetOnce(exception);
    return this.#write(this.#store.ask("trust", "removeException", { id }));
  }

  removePin(id: number): Promise<void> {
    return this.#write(this.#store.ask("trust", "removePin", { id }));
  }

  /** What was let pass this time at a server does not outlive what was let pass there always. */
  #forgetOnce(place: ServerPlace): void {
    const prefix = placeKey(place);
    for (const key of this.#once.keys()) if (key.startsWith(prefix)) this.#once.delete(key);
  }

  async #write(written: Promise<null>): Promise<void> {
    await written;
    await this.load();
    this.#changed.emit(null);
  }
}

/** Who a certificate is about, whichever certificate it is: cross-signing makes several of one authority. */
function entityOf(certificate: Certificate): string {
  return `${spkiOf(certificate)} ${certificate.subject.key}`;
}

export function isSamePlace(one: ServerPlace, other: ServerPlace): boolean {
  return one.domain === other.domain && one.host === other.host && one.port === other.port;
}

/** Ends in a line feed, which no host name holds: no key is the beginning of another's. */
function placeKey({ domain, host, port }: ServerPlace): string {
  return `${domain}\n${host}\n${port}\n`;
}

function onceKey(place: ServerPlace, leaf: Certificate): string {
  return `${placeKey(place)}${leaf.fingerprint}`;
}

function isSameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((each) => other.has(each));
}
