/** The authorities of the system and of Node, found by name. There are hundreds, and reading them all at
 *  once would keep everything else waiting: it is done in slices, and only their names are kept. */

import { trustLimits } from "../base/limits.ts";
import { parseCertificate, type Certificate } from "../pki/x509/certificate.ts";
import { builtInAnchors } from "./anchors.ts";
import { displayName, fullName } from "./certificate-name.ts";

export interface BuiltInAnchor {
  readonly fingerprint: string;
  readonly subjectKey: string;
  readonly subject: string;
  /** The whole name in lower case, for searching. */
  readonly searchText: string;
  readonly expiresAt: number;
  readonly der: Uint8Array;
}

export class BuiltInAnchors {
  readonly #read: () => readonly string[];
  #loading: Promise<void> | null = null;
  readonly #byFingerprint = new Map<string, BuiltInAnchor>();
  readonly #byName = new Map<string, BuiltInAnchor[]>();

  /** @param readPems for tests; the system's and Node's where it is left out */
  constructor(readPems: () => readonly string[] = builtInAnchors) {
    this.#read = readPems;
  }

  /** Reads them, once. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** All of them, as far as they are read. */
  get all(): readonly BuiltInAnchor[] {
    return [...this.#byFingerprint.values()];
  }

  find(fingerprint: string): BuiltInAnchor | null {
    return this.#byFingerprint.get(fingerprint) ?? null;
  }

  /** Those that have one of these names. @param nameKeys see DistinguishedName.key */
  named(nameKeys: ReadonlySet<string>): Certificate[] {
    return [...nameKeys]
      .flatMap((key) => this.#byName.get(key) ?? [])
      .flatMap(({ der }) => {
        const read = parseCertificate(der);
        return read.ok ? [read.value] : [];
      });
  }

  async #load(): Promise<void> {
    // Not in the tick that began the handshake.
    await nextTurn();
    const pems = this.#read();
    await nextTurn();
    let sliceStart = performance.now();
    for (const pem of pems) {
      this.#add(pem);
      if (performance.now() - sliceStart < trustLimits.readingSliceMs) continue;
      await nextTurn();
      sliceStart = performance.now();
    }
  }

  #add(pem: string): void {
    const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
    // Systems have some that break the rules: those we cannot read vouch for nobody.
    const read = parseCertificate(der);
    if (!read.ok || this.#byFingerprint.has(read.value.fingerprint)) return;
    const { fingerprint, subject, notAfter } = read.value;
    const anchor: BuiltInAnchor = {
      fingerprint,
      subjectKey: subject.key,
      subject: displayName(subject),
      searchText: fullName(subject).toLowerCase(),
      expiresAt: notAfter,
      der,
    };
    this.#byFingerprint.set(fingerprint, anchor);
    const named = this.#byName.get(subject.key);
    if (named) named.push(anchor);
    else this.#byName.set(subject.key, [anchor]);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
