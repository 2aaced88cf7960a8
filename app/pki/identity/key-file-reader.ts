/** Reads any file that keys and certificates come in: PKCS#12, and PEM or DER of PKCS#8, PKCS#1, SEC 1,
 *  certificates and PKCS#7. Synchronous, and slow where the file wants it so: call it in a worker. */

import { keyFileLimits } from "../../base/limits.ts";
import type { Result } from "../../base/result.ts";
import { normaliseBer } from "../der/ber.ts";
import {
  DerError,
  readDer,
  readOctets,
  readOid,
  readOnly,
  readSequence,
  tags,
  type DerElement,
} from "../der/reader.ts";
import { encodePassword } from "./key-derivation.ts";
import { KeyFileCollector, type KeyFileContents } from "./key-file-contents.ts";
import { KeyFileError, toResult, unsupported, Work, type KeyFileFault } from "./key-file-fault.ts";
import { decryptWithPassword } from "./password-encryption.ts";
import { decryptPem, readPem, type PemBlock } from "./pem.ts";
import { contentOids } from "./pkcs12-oids.ts";
import { isLikePkcs12, readPkcs12 } from "./pkcs12-reader.ts";
import { wrapPkcs1, wrapSec1 } from "./private-key.ts";

/** @param password as it was typed, null before anybody was asked: then "password-needed" may come back */
export function readKeyFile(
  bytes: Uint8Array,
  password: string | null,
): Result<KeyFileContents, KeyFileFault> {
  if (isLikePkcs12(bytes)) {
    const result = readPkcs12(bytes, password ?? "");
    // Files that have no password at all, or an empty one, open without asking.
    const isToAsk = password === null && !result.ok && result.error.kind === "wrong-password";
    return isToAsk ? { ok: false, error: { kind: "password-needed" } } : result;
  }
  return toResult(() => {
    if (bytes.length > keyFileLimits.bytesMax) throw new KeyFileError({ kind: "too-much-work" });
    return new KeyFile(password).read(bytes);
  });
}

class KeyFile {
  readonly #password: string | null;
  readonly #work = new Work();
  readonly #found = new KeyFileCollector();

  constructor(password: string | null) {
    this.#password = password;
  }

  read(bytes: Uint8Array): KeyFileContents {
    const blocks = readPem(bytes);
    for (const block of blocks) this.#addBlock(block);
    if (blocks.length === 0) this.#addAny(bytes);
    if (this.#found.isEmpty) throw new KeyFileError({ kind: "unknown-format" });
    return this.#found.finish(false);
  }

  #addBlock({ label, bytes, encryption }: PemBlock): void {
    const read = encryption === null ? bytes : this.#decryptBlock(bytes, encryption);
    switch (label) {
      case "PRIVATE KEY":
        return this.#found.addKey(read);
      case "ENCRYPTED PRIVATE KEY":
        return this.#found.addKey(this.#decryptKey(readDer(read)));
      case "RSA PRIVATE KEY":
        return this.#found.addKey(wrapPkcs1(read));
      case "EC PRIVATE KEY":
        return this.#found.addKey(wrapSec1(read));
      case "CERTIFICATE":
      case "X509 CERTIFICATE":
        return this.#found.addCertificate(read);
      case "PKCS7":
      case "CMS":
        return this.#addPkcs7(readDer(normaliseBer(read)));
      case "DSA PRIVATE KEY":
      case "OPENSSH PRIVATE KEY":
        throw unsupported(label);
      default:
      // Parameters of curves, requests, public keys, CRLs: nothing to import.
    }
  }

  #addAny(bytes: Uint8Array): void {
    const parts = readPartsOrNone(bytes);
    const [first, second, third] = parts.map(({ tag }) => tag);
    if (first === tags.sequence && second === tags.sequence && third === tags.bitString) {
      this.#found.addCertificate(bytes);
    } else if (first === tags.sequence && second === tags.octetString) {
      this.#found.addKey(this.#decryptKey(readDer(bytes)));
    } else if (first === tags.integer && second === tags.sequence && third === tags.octetString) {
      this.#found.addKey(bytes);
    } else if (first === tags.integer && second === tags.integer && parts.length === 9) {
      this.#found.addKey(wrapPkcs1(bytes));
    } else if (first === tags.integer && second === tags.octetString) {
      this.#found.addKey(wrapSec1(bytes));
    } else if (first === tags.oid) {
      this.#addPkcs7(readDer(normaliseBer(bytes)));
    }
  }

  /** SignedData that signs nothing but carries certificates: how Windows and some authorities answer
   *  (RFC 2315 §9.1, RFC 5652 §5.1). */
  #addPkcs7(element: DerElement): void {
    const [type, wrapped] = readSequence(element, "PKCS#7");
    if (!type || wrapped?.context !== 0) throw new DerError("bad PKCS#7");
    const oid = readOid(type);
    if (oid !== contentOids.signedData) throw unsupported(oid);
    const signedData = readSequence(readOnly(wrapped, "PKCS#7"), "signed data");
    const certificates = signedData.find((part) => part.context === 0)?.children ?? [];
    for (const certificate of certificates) this.#found.addCertificate(certificate.encoded);
  }

  /** EncryptedPrivateKeyInfo (RFC 5958 §3). */
  #decryptKey(element: DerElement): Uint8Array {
    const [algorithm, encrypted] = readSequence(element, "an encrypted key");
    if (!algorithm || !encrypted) throw new DerError("bad encrypted key");
    for (const encoding of encodePassword(this.#requirePassword())) {
      const octets = readOctets(encrypted);
      const plain = decryptWithPassword(algorithm, octets, encoding, this.#work);
      if (plain && readPartsOrNone(plain).length > 0) return plain;
    }
    throw new KeyFileError({ kind: "wrong-password" });
  }

  #decryptBlock(bytes: Uint8Array, encryption: string): Uint8Array {
    const plain = decryptPem(bytes, encryption, this.#requirePassword());
    if (plain && readPartsOrNone(plain).length > 0) return plain;
    throw new KeyFileError({ kind: "wrong-password" });
  }

  #requirePassword(): string {
    if (this.#password === null) throw new KeyFileError({ kind: "password-needed" });
    return this.#password;
  }
}

/** The parts of a SEQUENCE that fills the bytes; none where they are something else. */
function readPartsOrNone(bytes: Uint8Array): readonly DerElement[] {
  try {
    return readSequence(readDer(normaliseBer(bytes)), "a key file");
  } catch (thrown) {
    if (thrown instanceof DerError) return [];
    throw thrown;
  }
}
