/** One X.509 certificate (RFC 5280 §4.1), read and typed. Whether it may be trusted is not decided here. */

import { createHash, type KeyObject } from "node:crypto";
import { failure, success, type Result } from "../../base/result.ts";
import {
  DerError,
  readBitsAsBytes,
  readDer,
  readInteger,
  readOctets,
  readOid,
  readOnly,
  readSequence,
  readTime,
  tags,
  type DerElement,
} from "../der/reader.ts";
import { extensionOids } from "../oids.ts";
import { loadPublicKey, readSignatureAlgorithm, type SignatureAlgorithm } from "./algorithms.ts";
import { readName, type DistinguishedName } from "./distinguished-name.ts";
import {
  readAuthorityInfoAccess,
  readAuthorityKeyId,
  readBasicConstraints,
  readCertificatePolicies,
  readDistributionPoints,
  readExtensions,
  readInhibitAnyPolicy,
  readKeyUsage,
  readNameConstraints,
  readNames,
  readOids,
  readPolicyConstraints,
  readPolicyMappings,
  readTlsFeatures,
  type AccessDescription,
  type AuthorityKeyId,
  type BasicConstraints,
  type DistributionPoint,
  type Extensions,
  type KeyUsage,
  type NameConstraints,
  type PolicyConstraints,
  type PolicyMapping,
} from "./extensions.ts";
import type { GeneralName } from "./general-name.ts";

const ecPublicKeyOid = "1.2.840.10045.2.1";
const statusRequestFeature = 5;

export class Certificate {
  /** The whole certificate, DER. */
  readonly encoded: Uint8Array;
  /** SHA-256 of the whole, hexadecimal in lower case: what a certificate is known by everywhere. */
  readonly fingerprint: string;
  readonly version: 1 | 2 | 3;
  /** The content of the INTEGER, which identifies a certificate together with its issuer. */
  readonly serial: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** Both inclusive, milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** The content of the key's BIT STRING, over which key ids are made. */
  readonly keyBits: Uint8Array;
  /** An elliptic curve that is not named but spelt out: nobody may use those (RFC 5480 §2.1.1). */
  readonly hasSpeltOutCurve: boolean;

  readonly signatureAlgorithm: SignatureAlgorithm;
  /** What is signed says the same about the algorithm as what is not (RFC 5280 §4.1.1.2). */
  readonly agreesOnAlgorithm: boolean;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;

  /** Every extension, the known ones typed below; null or empty where it is not there. */
  readonly extensions: Extensions;
  readonly basicConstraints: BasicConstraints | null;
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  readonly purposes: readonly string[] | null;
  readonly subjectAltNames: readonly GeneralName[] | null;
  readonly subjectKeyId: Uint8Array | null;
  readonly authorityKeyId: AuthorityKeyId | null;
  readonly nameConstraints: NameConstraints | null;
  readonly policies: readonly string[] | null;
  readonly policyMappings: readonly PolicyMapping[];
  readonly policyConstraints: PolicyConstraints | null;
  readonly inhibitAnyPolicy: number | null;
  readonly crlDistributionPoints: readonly DistributionPoint[];
  readonly freshestCrl: readonly DistributionPoint[];
  readonly authorityInfoAccess: readonly AccessDescription[];
  /** The server promises to staple an OCSP response (RFC 7633). */
  readonly mustStaple: boolean;

  #publicKey: KeyObject | null | undefined;

  /** @throws {DerError} */
  constructor(bytes: Uint8Array) {
    const whole = readDer(bytes);
    const [tbs, algorithm, signature, ...rest] = readSequence(whole, "a certificate");
    if (!tbs || !algorithm || !signature || rest.length > 0) throw new DerError("bad certificate");
    this.encoded = whole.encoded;
    this.fingerprint = createHash("sha256").update(whole.encoded).digest("hex");
    this.signed = tbs.encoded;
    this.signature = readBitsAsBytes(signature);
    this.signatureAlgorithm = readSignatureAlgorithm(algorithm);

    const fields = [...readSequence(tbs, "what is signed of a certificate")];
    this.version = readVersion(fields);
    const [serial, innerAlgorithm, issuer, validity, subject, spki, ...optional] = fields;
    if (!serial || !innerAlgorithm || !issuer || !validity || !subject || !spki) {
      throw new DerError("a certificate has too few fields");
    }
    readInteger(serial);
    this.serial = serial.content;
    this.agreesOnAlgorithm = Buffer.compare(innerAlgorithm.encoded, algorithm.encoded) === 0;
    this.issuer = readName(issuer);
    this.subject = readName(subject);
    const [notBefore, notAfter, ...moreTimes] = readSequence(validity, "a validity");
    if (!notBefore || !notAfter || moreTimes.length > 0) throw new DerError("bad validity");
    this.notBefore = readTime(notBefore);
    this.notAfter = readTime(notAfter);

    const [keyAlgorithm, keyBits, ...moreKey] = readSequence(spki, "a public key");
    if (!keyAlgorithm || !keyBits || moreKey.length > 0) throw new DerError("bad public key");
    const [keyType, keyParameters] = readSequence(keyAlgorithm, "a key's algorithm");
    if (!keyType) throw new DerError("bad public key");
    this.spki = spki.encoded;
    this.keyBits = readBitsAsBytes(keyBits);
    this.hasSpeltOutCurve = readOid(keyType) === ecPublicKeyOid && keyParameters?.tag !== tags.oid;

    this.extensions = readOptionalFields(optional, this.version);
    const read = <T>(oid: string, reader: (value: Uint8Array) => T): T | null => {
      const extension = this.extensions.get(oid);
      return extension ? reader(extension.value) : null;
    };
    this.basicConstraints = read(extensionOids.basicConstraints, readBasicConstraints);
    this.keyUsage = read(extensionOids.keyUsage, readKeyUsage);
    this.purposes = read(extensionOids.extendedKeyUsage, readOids);
    this.subjectAltNames = read(extensionOids.subjectAltName, readNames);
    this.subjectKeyId = read(extensionOids.subjectKeyId, (value) => readOctets(readDer(value)));
    this.authorityKeyId = read(extensionOids.authorityKeyId, readAuthorityKeyId);
    this.nameConstraints = read(extensionOids.nameConstraints, readNameConstraints);
    this.policies = read(extensionOids.certificatePolicies, readCertificatePolicies);
    this.policyMappings = read(extensionOids.policyMappings, readPolicyMappings) ?? [];
    this.policyConstraints = read(extensionOids.policyConstraints, readPolicyConstraints);
    this.inhibitAnyPolicy = read(extensionOids.inhibitAnyPolicy, readInhibitAnyPolicy);
    this.crlDistributionPoints =
      read(extensionOids.crlDistributionPoints, readDistributionPoints) ?? [];
    this.freshestCrl = read(extensionOids.freshestCrl, readDistributionPoints) ?? [];
    this.authorityInfoAccess =
      read(extensionOids.authorityInfoAccess, readAuthorityInfoAccess) ?? [];
    const features = read(extensionOids.tlsFeature, readTlsFeatures) ?? [];
    this.mustStaple = features.includes(statusRequestFeature);
  }

  /** Issuer and subject have the same name; whether it signed itself is another question. */
  get isSelfIssued(): boolean {
    return this.issuer.key === this.subject.key;
  }

  /** null where the platform has no such key. Loaded when first asked for. */
  get publicKey(): KeyObject | null {
    this.#publicKey ??= loadPublicKey(this.spki);
    return this.#publicKey;
  }
}

/** Reads a certificate from somewhere that may hold anything. */
export function parseCertificate(bytes: Uint8Array): Result<Certificate, string> {
  try {
    return success(new Certificate(bytes));
  } catch (thrown) {
    if (thrown instanceof DerError) return failure(thrown.message);
    throw thrown;
  }
}

/** Takes the version off the fields: `[0]`, left out for version 1. */
function readVersion(fields: DerElement[]): 1 | 2 | 3 {
  const [first] = fields;
  if (first?.context !== 0) return 1;
  fields.shift();
  const version = readInteger(readOnly(first, "a version"));
  if (version === 1n) return 2;
  if (version === 2n) return 3;
  throw new DerError("a certificate is of an unknown version");
}

/** Unique ids, which nobody uses, and extensions. */
function readOptionalFields(fields: readonly DerElement[], version: 1 | 2 | 3): Extensions {
  let last = 0;
  let extensions: Extensions = new Map();
  for (const field of fields) {
    const number = field.context ?? 0;
    if (number <= last || number > 3) throw new DerError("a certificate has an unknown field");
    last = number;
    if (version < (number === 3 ? 3 : 2))
      throw new DerError("a certificate is of an older version");
    if (number === 3) extensions = readExtensions(readOnly(field, "the extensions"));
  }
  return extensions;
}
