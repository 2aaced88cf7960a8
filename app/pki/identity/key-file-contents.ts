/** What was in a key file, put together: which certificate is which key's, and who issued it. Whether an
 *  identity is of any use is said by identity-check.ts. */

import { keyFileLimits } from "../../base/limits.ts";
import { DerError } from "../der/reader.ts";
import { isSignatureValid } from "../x509/algorithms.ts";
import { Certificate } from "../x509/certificate.ts";
import { KeyFileError } from "./key-file-fault.ts";
import { PrivateKey } from "./private-key.ts";

/** A key with what belongs to it. */
export interface FoundIdentity {
  readonly key: PrivateKey;
  /** null where the file has none for this key. Where the file has one key and one person's certificate they
   *  stand together although they do not fit: the check of the identity says so. */
  readonly certificate: Certificate | null;
  /** Its issuer, the issuer's issuer … as far as the file goes, a root included. */
  readonly chain: readonly Certificate[];
  /** What the file calls it. */
  readonly name: string | null;
}

export interface KeyFileContents {
  /** One for each key; none in a file that has certificates only. */
  readonly identities: readonly FoundIdentity[];
  /** All that are in the file. */
  readonly certificates: readonly Certificate[];
  /** Things in places of certificates that are none. */
  readonly unreadableCertificates: number;
  /** A MAC under the password shows that nobody else changed the file: only PKCS#12 can have one. */
  readonly isAuthenticated: boolean;
}

/** What may stand beside a key or a certificate. */
export interface Label {
  readonly name: string | null;
  /** Says which certificate goes with which key. */
  readonly localKeyId: Uint8Array | null;
}

interface Labelled<T> extends Label {
  readonly value: T;
}

const noLabel: Label = { name: null, localKeyId: null };

/** Collects what a reader comes across. */
export class KeyFileCollector {
  readonly #keys: Labelled<PrivateKey>[] = [];
  readonly #certificates: Labelled<Certificate>[] = [];
  #unreadable = 0;

  get isEmpty(): boolean {
    return this.#keys.length + this.#certificates.length + this.#unreadable === 0;
  }

  /** @param pkcs8 PrivateKeyInfo, DER  @throws {DerError|KeyFileError} */
  addKey(pkcs8: Uint8Array, label: Label = noLabel): void {
    if (this.#keys.length === keyFileLimits.keysMax) {
      throw new KeyFileError({ kind: "too-much-work" });
    }
    this.#keys.push({ value: new PrivateKey(pkcs8), ...label });
  }

  /** One certificate that cannot be read does not make the others useless: it is counted.
   *  @throws {KeyFileError} */
  addCertificate(bytes: Uint8Array, label: Label = noLabel): void {
    if (this.#certificates.length + this.#unreadable === keyFileLimits.certificatesMax) {
      throw new KeyFileError({ kind: "too-much-work" });
    }
    try {
      const value = new Certificate(bytes);
      const isNew = this.#certificates.every(
        (each) => each.value.fingerprint !== value.fingerprint,
      );
      if (isNew) this.#certificates.push({ value, ...label });
    } catch (thrown) {
      if (!(thrown instanceof DerError)) throw thrown;
      this.#unreadable++;
    }
  }

  finish(isAuthenticated: boolean): KeyFileContents {
    const all = this.#certificates.map(({ value }) => value);
    const budget = { signatures: keyFileLimits.signaturesMax };
    const identities = this.#keys.map((key) => {
      const found = this.#certificateFor(key);
      const certificate = found?.value ?? null;
      const chain = certificate ? chainOf(certificate, all, budget) : [];
      return { key: key.value, certificate, chain, name: key.name ?? found?.name ?? null };
    });
    return {
      identities,
      certificates: all,
      unreadableCertificates: this.#unreadable,
      isAuthenticated,
    };
  }

  #certificateFor(key: Labelled<PrivateKey>): Labelled<Certificate> | undefined {
    const hasSameId = ({ localKeyId }: Label): boolean =>
      key.localKeyId !== null &&
      localKeyId !== null &&
      Buffer.compare(key.localKeyId, localKeyId) === 0;
    const fitting = this.#certificates
      .filter(({ value }) => key.value.isKeyOf(value))
      // After a renewal there may be two for one key.
      .toSorted((one, other) => other.value.notAfter - one.value.notAfter);
    return (
      fitting.find(hasSameId) ??
      fitting[0] ??
      this.#certificates.find(hasSameId) ??
      this.#onlyOneOfPerson()
    );
  }

  #onlyOneOfPerson(): Labelled<Certificate> | undefined {
    const [first, ...more] = this.#certificates.filter(
      ({ value }) => value.basicConstraints?.isAuthority !== true,
    );
    return this.#keys.length === 1 && more.length === 0 ? first : undefined;
  }
}

/** From the issuer of `certificate` upwards.
 *  @param budget how many signatures may be tried: authorities of one name may be many */
export function chainOf(
  certificate: Certificate,
  candidates: readonly Certificate[],
  budget = { signatures: keyFileLimits.signaturesMax },
): readonly Certificate[] {
  const chain: Certificate[] = [];
  let last = certificate;
  while (!last.isSelfIssued && chain.length < keyFileLimits.chainMax) {
    const issuerKey = last.issuer.key;
    const subject = last;
    const next = candidates.find(
      (candidate) =>
        candidate.subject.key === issuerKey &&
        !chain.includes(candidate) &&
        budget.signatures-- > 0 &&
        isSignedBy(subject, candidate),
    );
    if (!next) break;
    chain.push(next);
    last = next;
  }
  return chain;
}

function isSignedBy(certificate: Certificate, { publicKey }: Certificate): boolean {
  const { signatureAlgorithm, signed, signature } = certificate;
  // A key that the platform does not have: the name has to do.
  if (!publicKey) return true;
  return isSignatureValid(signatureAlgorithm, publicKey, signed, signature);
}
