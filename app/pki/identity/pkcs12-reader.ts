/** Reads PKCS#12 (RFC 7292) of all producers: OpenSSL, NSS, GnuTLS, Java, Windows. Synchronous, and slow on
 *  purpose of those who made the file: call it in a worker. */

import { keyFileLimits } from "../../base/limits.ts";
import type { Result } from "../../base/result.ts";
import { normaliseBer } from "../der/ber.ts";
import {
  DerError,
  readDer,
  readInteger,
  readOctets,
  readOid,
  readOnly,
  readSequence,
  readText,
  tags,
  type DerElement,
} from "../der/reader.ts";
import { encodePassword, type EncodedPassword } from "./key-derivation.ts";
import { KeyFileCollector, type KeyFileContents, type Label } from "./key-file-contents.ts";
import { KeyFileError, toResult, unsupported, Work, type KeyFileFault } from "./key-file-fault.ts";
import { decryptWithPassword } from "./password-encryption.ts";
import { isMacRight } from "./pkcs12-mac.ts";
import { attributeOids, bagOids, contentOids, x509CertificateOid } from "./pkcs12-oids.ts";

/** Whether it begins as PKCS#12 does: a SEQUENCE with version 3 and another SEQUENCE. Says nothing about the rest. */
export function isLikePkcs12(bytes: Uint8Array): boolean {
  const [tag, length = 0] = bytes;
  const start = length > 0x80 ? 2 + (length & 0x7f) : 2;
  const [integer, one, version, next] = bytes.subarray(start, start + 4);
  return (
    tag === tags.sequence &&
    integer === tags.integer &&
    one === 1 &&
    version === 3 &&
    next === tags.sequence
  );
}

/** @param password as it was typed; "" for none
 *  @returns among the faults "damaged" where no password would help: the password is right for a part of the
 *  file but not for its MAC. Without a MAC a wrong password and damage may look the same: "wrong-password" */
export function readPkcs12(
  bytes: Uint8Array,
  password: string,
): Result<KeyFileContents, KeyFileFault> {
  return toResult(() => {
    if (!isLikePkcs12(bytes)) throw new KeyFileError({ kind: "unknown-format" });
    if (bytes.length > keyFileLimits.bytesMax) throw new KeyFileError({ kind: "too-much-work" });
    const [version, authSafe, mac] = readSequence(readDer(normaliseBer(bytes)), "PKCS#12");
    if (!version || !authSafe || readInteger(version) !== 3n) throw new DerError("bad PKCS#12");
    const content = readAuthenticatedContent(authSafe);
    const safe = new Safe(content, encodePassword(password));
    if (mac) safe.requireMac(mac);
    return safe.readAll(mac !== undefined);
  });
}

/** The OCTET STRING over which the MAC is made. */
function readAuthenticatedContent(authSafe: DerElement): Uint8Array {
  const { type, content } = readContentInfo(authSafe);
  if (type !== contentOids.data) throw unsupported(type);
  return readOctets(content);
}

function readContentInfo(element: DerElement): { type: string; content: DerElement } {
  const [type, wrapped] = readSequence(element, "a content");
  if (!type || wrapped?.context !== 0) throw new DerError("bad content");
  return { type: readOid(type), content: readOnly(wrapped, "a content") };
}

class Safe {
  readonly #content: Uint8Array;
  /** Narrowed down to the one that opened something. */
  #encodings: readonly EncodedPassword[];
  /** By the MAC. */
  #isPasswordProven = false;
  readonly #work = new Work();
  readonly #found = new KeyFileCollector();

  constructor(content: Uint8Array, encodings: readonly EncodedPassword[]) {
    this.#content = content;
    this.#encodings = encodings;
  }

  /** @throws {KeyFileError} "wrong-password", or "damaged" where the password opens what is encrypted */
  requireMac(mac: DerElement): void {
    const right = this.#encodings.find((encoding) =>
      isMacRight(mac, this.#content, encoding, this.#work),
    );
    if (!right) {
      throw new KeyFileError(
        this.#opensSomething()
          ? { kind: "damaged", what: "the file was changed after it was made" }
          : { kind: "wrong-password" },
      );
    }
    this.#encodings = [right];
    this.#isPasswordProven = true;
  }

  readAll(isAuthenticated: boolean): KeyFileContents {
    for (const part of this.#parts()) this.#readBags(this.#openPart(part), 0);
    return this.#found.finish(isAuthenticated);
  }

  #parts(): readonly DerElement[] {
    return readSequence(readDer(normaliseBer(this.#content)), "the contents of PKCS#12");
  }

  /** Whether the password is right for any part that is encrypted.
   *  @throws {DerError} where that cannot even be tried: no password makes such a file whole */
  #opensSomething(): boolean {
    return this.#parts().some((part) => {
      const bags = attempt(() => this.#openPart(part));
      if (!bags) return false;
      if (readContentInfo(part).type === contentOids.encryptedData) return true;
      return bags.children
        .map(readBag)
        .some(
          (bag) =>
            bag.type === bagOids.encryptedKey && attempt(() => this.#openKey(bag.value)) !== null,
        );
    });
  }

  /** @returns SafeContents */
  #openPart(part: DerElement): DerElement {
    const { type, content } = readContentInfo(part);
    if (type === contentOids.data) {
      const bags = readDer(normaliseBer(readOctets(content)));
      return bags.expect(tags.sequence, "a list of bags");
    }
    if (type !== contentOids.encryptedData) throw unsupported(type);
    const [version, encryptedContent] = readSequence(content, "encrypted data");
    if (!version || !encryptedContent) throw new DerError("bad encrypted data");
    const [, algorithm, encrypted] = readSequence(encryptedContent, "encrypted content");
    if (!algorithm || encrypted?.context !== 0) throw new DerError("bad encrypted content");
    return this.#decrypt(algorithm, readImplicitOctets(encrypted));
  }

  #readBags(bags: DerElement, depth: number): void {
    if (depth > keyFileLimits.nestedBagsMax) throw new DerError("bags are nested too deeply");
    for (const { type, value, label } of bags.children.map(readBag)) {
      if (type === bagOids.key) this.#found.addKey(value.encoded, label);
      else if (type === bagOids.encryptedKey) {
        this.#found.addKey(this.#openKey(value).encoded, label);
      } else if (type === bagOids.certificate) this.#addCertificate(value, label);
      else if (type === bagOids.bags) {
        this.#readBags(value.expect(tags.sequence, "a list of bags"), depth + 1);
      }
      // CRLs and secrets of other kinds are not what this file is read for.
    }
  }

  #openKey(value: DerElement): DerElement {
    const [algorithm, encrypted] = readSequence(value, "an encrypted key");
    if (!algorithm || !encrypted) throw new DerError("bad encrypted key");
    return this.#decrypt(algorithm, readOctets(encrypted));
  }

  #addCertificate(value: DerElement, label: Label): void {
    const [type, wrapped] = readSequence(value, "a certificate");
    if (!type || wrapped?.context !== 0) throw new DerError("bad certificate");
    if (readOid(type) !== x509CertificateOid) return;
    this.#found.addCertificate(readOctets(readOnly(wrapped, "a certificate")), label);
  }

  /** Everything that is encrypted in these files is a SEQUENCE: that tells a wrong password, whose bytes have
   *  a fitting end by chance, from the right one. */
  #decrypt(algorithm: DerElement, encrypted: Uint8Array): DerElement {
    for (const encoding of this.#encodings) {
      const plain = decryptWithPassword(algorithm, encrypted, encoding, this.#work);
      const element = plain ? readSequenceIn(plain) : null;
      if (!element) continue;
      this.#encodings = [encoding];
      return element;
    }
    if (this.#isPasswordProven) throw unsupported("a part with a password of its own");
    throw new KeyFileError({ kind: "wrong-password" });
  }
}

/** What `open` returns, null where the password or we ourselves are not up to it. */
function attempt<T>(open: () => T): T | null {
  try {
    return open();
  } catch (thrown) {
    if (thrown instanceof KeyFileError) return null;
    throw thrown;
  }
}

/** @returns null where the bytes are not a SEQUENCE */
function readSequenceIn(plain: Uint8Array): DerElement | null {
  try {
    return readDer(normaliseBer(plain)).expect(tags.sequence, "what was encrypted");
  } catch (thrown) {
    if (thrown instanceof DerError) return null;
    throw thrown;
  }
}

/** IMPLICIT `[0]` of an OCTET STRING, in one piece or, in BER, in several. */
function readImplicitOctets(element: DerElement): Uint8Array {
  return element.isConstructed ? Buffer.concat(element.children.map(readOctets)) : element.content;
}

interface Bag {
  readonly type: string;
  readonly value: DerElement;
  readonly label: Label;
}

/** SafeBag (RFC 7292 §4.2). */
function readBag(element: DerElement): Bag {
  const [type, wrapped, attributes] = readSequence(element, "a bag");
  if (!type || wrapped?.context !== 0) throw new DerError("bad bag");
  return {
    type: readOid(type),
    value: readOnly(wrapped, "a bag"),
    label: attributes ? readLabel(attributes) : { name: null, localKeyId: null },
  };
}

function readLabel(attributes: DerElement): Label {
  let name: string | null = null;
  let localKeyId: Uint8Array | null = null;
  for (const attribute of attributes.expect(tags.set, "attributes of a bag").children) {
    const [type, values] = readSequence(attribute, "an attribute of a bag");
    const [value] = values?.expect(tags.set, "values of an attribute").children ?? [];
    if (!type || !value) continue;
    const oid = readOid(type);
    if (oid === attributeOids.friendlyName) {
      // GnuTLS and old Java end it with a zero character.
      const text = readText(value)?.replace(/\0+$/, "").slice(0, keyFileLimits.nameCharsMax) ?? "";
      name = text === "" ? null : text;
    } else if (oid === attributeOids.localKeyId) localKeyId = readOctets(value);
  }
  return { name, localKeyId };
}
