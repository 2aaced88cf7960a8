/** A private key in memory. Its bytes come out through {@link PrivateKey.pkcs8} only: no message, log line
 *  or JSON of anything that holds a PrivateKey shows them. */

import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import {
  DerError,
  readBitsAsBytes,
  readDer,
  readOctets,
  readOid,
  readOnly,
  readSequence,
  readSmallInteger,
  tags,
  type DerElement,
} from "../der/reader.ts";
import {
  writeElement,
  writeInteger,
  writeNull,
  writeOctets,
  writeOid,
  writeSequence,
} from "../der/writer.ts";
import type { Certificate } from "../x509/certificate.ts";

const rsaOid = "1.2.840.113549.1.1.1";
const pssOid = "1.2.840.113549.1.1.10";
const ecOid = "1.2.840.10045.2.1";
const ed25519Oid = "1.3.101.112";

const curves = {
  "1.2.840.10045.3.1.7": "P-256",
  "1.3.132.0.34": "P-384",
  "1.3.132.0.35": "P-521",
} as const;

export type Curve = (typeof curves)[keyof typeof curves];

export type KeyAlgorithm =
  | { readonly kind: "rsa"; readonly bits: number }
  | { readonly kind: "ec"; readonly curve: Curve }
  | { readonly kind: "ed25519" }
  /** The platform cannot load it, or TLS cannot use it: RSA-PSS, other curves, DSA. */
  | {
      readonly kind: "unsupported";
      readonly oid: string;
      /** Of an elliptic curve that has a name, its object identifier. */
      readonly curveOid: string | null;
    };

export class PrivateKey {
  readonly algorithm: KeyAlgorithm;
  /** The public key as it stands in a certificate's BIT STRING; null where the file does not tell. */
  readonly publicBits: Uint8Array | null;
  /** SubjectPublicKeyInfo, DER; null for an unsupported key. */
  readonly spki: Uint8Array | null;
  readonly #pkcs8: Buffer;
  readonly #keyObject: KeyObject | null;

  /** @param bytes PrivateKeyInfo (RFC 5208, RFC 5958), DER  @throws {DerError} */
  constructor(bytes: Uint8Array) {
    const { type, parameters, algorithm, key } = readPrivateKeyInfo(readDer(bytes));
    // Attributes and a copy of the public key are left out: not every program reads them.
    const plain = writeSequence(writeInteger(0), algorithm.encoded, writeOctets(key));
    const loaded = loadKey(type, parameters, plain);
    // One key has the same bytes from whatever file it comes.
    this.#pkcs8 = loaded ? loaded.export({ format: "der", type: "pkcs8" }) : plain;
    this.#keyObject = loaded;
    if (loaded) {
      const spki = createPublicKey(loaded).export({ format: "der", type: "spki" });
      const [, bits] = readSequence(readDer(spki), "a public key");
      this.spki = spki;
      this.publicBits = bits ? readBitsAsBytes(bits) : null;
    } else {
      this.spki = null;
      this.publicBits = readPublicBits(type, key);
    }
    this.algorithm = describe(type, parameters, loaded);
  }

  /** PrivateKeyInfo, DER, unencrypted. For the store that seals it, and for export under a password. */
  get pkcs8(): Buffer {
    return this.#pkcs8;
  }

  /** null for an unsupported key. */
  get keyObject(): KeyObject | null {
    return this.#keyObject;
  }

  get isSupported(): boolean {
    return this.#keyObject !== null;
  }

  /** Whether this is the key of the certificate. */
  isKeyOf({ keyBits }: Certificate): boolean {
    const { publicBits } = this;
    if (publicBits === null) return false;
    const isCompressed = keyBits[0] === 0x02 || keyBits[0] === 0x03;
    const compared = isCompressed ? compressPoint(publicBits) : publicBits;
    return Buffer.compare(compared, keyBits) === 0;
  }
}

/** The short form of a point on a curve: one coordinate, and in the first byte whether the other is odd
 *  (SEC 1 §2.3.3). */
function compressPoint(point: Uint8Array): Uint8Array {
  const length = (point.length - 1) / 2;
  if (point[0] !== 0x04 || !Number.isInteger(length)) return point;
  const compressed = Buffer.from(point.subarray(0, 1 + length));
  compressed[0] = 0x02 | ((point.at(-1) ?? 0) & 1);
  return compressed;
}

/** PKCS#1 (RFC 8017 appendix A.1.2) as PKCS#8. */
export function wrapPkcs1(key: Uint8Array): Buffer {
  const algorithm = writeSequence(writeOid(rsaOid), writeNull());
  return writeSequence(writeInteger(0), algorithm, writeOctets(key));
}

/** ECPrivateKey (RFC 5915), as SEC 1 has it, as PKCS#8. @throws {DerError} where it does not name its curve */
export function wrapSec1(key: Uint8Array): Buffer {
  const parameters = readSequence(readDer(key), "a key of an elliptic curve").find(
    (part) => part.context === 0,
  );
  if (!parameters) throw new DerError("a key of an elliptic curve does not name its curve");
  const curve = readOnly(parameters, "the parameters of an elliptic curve");
  const algorithm = writeSequence(writeOid(ecOid), curve.encoded);
  return writeSequence(writeInteger(0), algorithm, writeOctets(key));
}

interface PrivateKeyInfo {
  readonly type: string;
  readonly parameters: DerElement | null;
  readonly algorithm: DerElement;
  readonly key: Uint8Array;
}

function readPrivateKeyInfo(element: DerElement): PrivateKeyInfo {
  const [version, algorithm, key] = readSequence(element, "a private key");
  if (!version || !algorithm || !key) throw new DerError("bad private key");
  readSmallInteger(version, 1, "the version of a private key");
  const [type, parameters = null] = readSequence(algorithm, "the algorithm of a private key");
  if (!type) throw new DerError("bad private key");
  return { type: readOid(type), parameters, algorithm, key: readOctets(key) };
}

/** @returns null for a kind that we do not use  @throws {DerError} for one that we do use but that is damaged */
function loadKey(type: string, parameters: DerElement | null, pkcs8: Buffer): KeyObject | null {
  const isUsed =
    type === rsaOid || type === ed25519Oid || (type === ecOid && curveOf(parameters) !== null);
  if (!isUsed) return null;
  try {
    return createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  } catch {
    throw new DerError("a private key does not fit together");
  }
}

function curveOf(parameters: DerElement | null): Curve | null {
  if (parameters?.tag !== tags.oid) return null;
  const oid = readOid(parameters);
  return oid in curves ? curves[oid as keyof typeof curves] : null;
}

function describe(
  type: string,
  parameters: DerElement | null,
  loaded: KeyObject | null,
): KeyAlgorithm {
  const curve = type === ecOid ? curveOf(parameters) : null;
  if (curve) return { kind: "ec", curve };
  if (type === ed25519Oid) return { kind: "ed25519" };
  const bits = loaded?.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined) return { kind: "rsa", bits };
  const isNamedCurve = type === ecOid && parameters?.tag === tags.oid;
  return { kind: "unsupported", oid: type, curveOid: isNamedCurve ? readOid(parameters) : null };
}

/** The public half of a key that the platform cannot load, so that its certificate is found all the same. */
function readPublicBits(type: string, key: Uint8Array): Uint8Array | null {
  if (type === pssOid) {
    const [, modulus, exponent] = readSequence(readDer(key), "an RSA key");
    if (!modulus || !exponent) throw new DerError("bad RSA key");
    return writeElement(tags.sequence, modulus.encoded, exponent.encoded);
  }
  if (type === ecOid) {
    const parts = readSequence(readDer(key), "a key of an elliptic curve");
    const bits = parts.find((part) => part.context === 1);
    return bits ? readBitsAsBytes(readOnly(bits, "a public key")) : null;
  }
  return null;
}
