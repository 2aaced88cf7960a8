/** Signature algorithms and keys: which there are, which are too weak, and whether a signature is right.
 *  The arithmetic is node:crypto's. */

import { constants, createPublicKey, verify, type KeyObject } from "node:crypto";
import {
  readOid,
  readOnly,
  readSequence,
  readSmallInteger,
  tags,
  DerError,
  type DerElement,
} from "../der/reader.ts";

export type Digest = "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512";

export type SignatureAlgorithm =
  | { readonly kind: "rsa-pkcs1"; readonly digest: Digest }
  | { readonly kind: "rsa-pss"; readonly digest: Digest; readonly saltBytes: number }
  | { readonly kind: "ecdsa"; readonly digest: Digest }
  | { readonly kind: "ed25519" }
  /** Anything else, DSA included. */
  | { readonly kind: "unknown"; readonly oid: string };

const rsa = (digest: Digest): SignatureAlgorithm => ({ kind: "rsa-pkcs1", digest });
const ecdsa = (digest: Digest): SignatureAlgorithm => ({ kind: "ecdsa", digest });

const algorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  "1.2.840.113549.1.1.4": rsa("md5"),
  "1.2.840.113549.1.1.5": rsa("sha1"),
  "1.2.840.113549.1.1.14": rsa("sha224"),
  "1.2.840.113549.1.1.11": rsa("sha256"),
  "1.2.840.113549.1.1.12": rsa("sha384"),
  "1.2.840.113549.1.1.13": rsa("sha512"),
  "1.2.840.10045.4.1": ecdsa("sha1"),
  "1.2.840.10045.4.3.1": ecdsa("sha224"),
  "1.2.840.10045.4.3.2": ecdsa("sha256"),
  "1.2.840.10045.4.3.3": ecdsa("sha384"),
  "1.2.840.10045.4.3.4": ecdsa("sha512"),
  "1.3.101.112": { kind: "ed25519" },
};

const pssOid = "1.2.840.113549.1.1.10";
const mgf1Oid = "1.2.840.113549.1.1.8";

export const digestOids: Readonly<Record<Digest, string>> = {
  md5: "1.2.840.113549.2.5",
  sha1: "1.3.14.3.2.26",
  sha224: "2.16.840.1.101.3.4.2.4",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
};

/** AlgorithmIdentifier of a signature. @throws {DerError} where its parameters are not what they must be */
export function readSignatureAlgorithm(element: DerElement): SignatureAlgorithm {
  const [type, parameters, ...more] = readSequence(element, "an algorithm");
  if (!type || more.length > 0) throw new DerError("bad algorithm");
  const oid = readOid(type);
  if (oid === pssOid) return readPss(parameters);
  const known = algorithms[oid];
  if (!known) return { kind: "unknown", oid };
  // RFC 4055 §5 and RFC 5758 §3.2: NULL for RSA (and often left out), nothing for the others.
  const isFine =
    parameters === undefined ||
    (known.kind === "rsa-pkcs1" && parameters.tag === tags.null && parameters.content.length === 0);
  if (!isFine) throw new DerError("an algorithm has parameters that it must not have");
  return known;
}

/** The hash of an AlgorithmIdentifier, null for one that we do not know. @throws {DerError} */
export function readDigest(element: DerElement): Digest | null {
  const [type] = readSequence(element, "a hash algorithm");
  if (!type) throw new DerError("bad hash algorithm");
  const oid = readOid(type);
  return (Object.keys(digestOids) as Digest[]).find((name) => digestOids[name] === oid) ?? null;
}

/** RSASSA-PSS-params (RFC 4055 §3.1); what is left out is SHA-1 with 20 bytes of salt. */
function readPss(parameters: DerElement | undefined): SignatureAlgorithm {
  const unknown: SignatureAlgorithm = { kind: "unknown", oid: pssOid };
  let digest: Digest | null = "sha1";
  let maskDigest: Digest | null = "sha1";
  let saltBytes = 20;
  for (const part of parameters ? readSequence(parameters, "PSS parameters") : []) {
    const value = readOnly(part, "a PSS parameter");
    if (part.context === 0) digest = readDigest(value);
    else if (part.context === 1) {
      const [type, hash] = readSequence(value, "a mask generation function");
      if (!type || !hash || readOid(type) !== mgf1Oid) return unknown;
      maskDigest = readDigest(hash);
    } else if (part.context === 2) saltBytes = readSmallInteger(value, 1_024, "the salt's length");
    else if (part.context === 3) readSmallInteger(value, 1, "the trailer field");
    else throw new DerError("bad PSS parameters");
  }
  // Two different hashes are allowed by the letter, used by nobody, and not offered by node:crypto.
  if (digest === null || digest !== maskDigest) return unknown;
  return { kind: "rsa-pss", digest, saltBytes };
}

/** Why a key or a signature is not good enough, whatever else is right. */
export type Weakness = "weak-hash" | "weak-key" | "unsupported-key" | "unsupported-algorithm";

const rsaBitsMin = 2_048;
/** Beyond it one signature takes so long that a chain of them is an attack. */
const rsaBitsMax = 16_384;
const curves: ReadonlySet<string> = new Set(["prime256v1", "secp384r1", "secp521r1"]);

/** @returns what is wrong with the algorithm, null for nothing */
export function weaknessOfAlgorithm(algorithm: SignatureAlgorithm): Weakness | null {
  switch (algorithm.kind) {
    case "unknown":
      return "unsupported-algorithm";
    case "ed25519":
      return null;
    case "rsa-pkcs1":
    case "rsa-pss":
    case "ecdsa":
      return algorithm.digest === "md5" || algorithm.digest === "sha1" ? "weak-hash" : null;
  }
}

/** @returns what is wrong with the key, null for nothing */
export function weaknessOfKey(key: KeyObject | null): Weakness | null {
  if (!key) return "unsupported-key";
  const {
    modulusLength = 0,
    publicExponent = 0n,
    namedCurve = "",
  } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "rsa":
    case "rsa-pss":
      if (modulusLength < rsaBitsMin || publicExponent < 3n) return "weak-key";
      return modulusLength > rsaBitsMax ? "unsupported-key" : null;
    case "ec":
      return curves.has(namedCurve) ? null : "weak-key";
    case "ed25519":
      return null;
    default:
      return "unsupported-key";
  }
}

/** @param spki a SubjectPublicKeyInfo  @returns null for a key that the platform cannot load */
export function loadPublicKey(spki: Uint8Array): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    // node:crypto throws for curves and key types it does not have.
    return null;
  }
}

/** Whether `signature` over `signed` is the key's. A key of another type than the algorithm's made none. */
export function isSignatureValid(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  const type = key.asymmetricKeyType;
  try {
    switch (algorithm.kind) {
      case "rsa-pkcs1":
        return type === "rsa" && verify(algorithm.digest, signed, key, signature);
      case "rsa-pss": {
        const padding = constants.RSA_PKCS1_PSS_PADDING;
        const options = { key, padding, saltLength: algorithm.saltBytes };
        const isRsa = type === "rsa" || type === "rsa-pss";
        return isRsa && verify(algorithm.digest, signed, options, signature);
      }
      case "ecdsa":
        return type === "ec" && verify(algorithm.digest, signed, key, signature);
      case "ed25519":
        return type === "ed25519" && verify(null, signed, key, signature);
      case "unknown":
        return false;
    }
  } catch {
    // A signature that is not even well formed.
    return false;
  }
}
