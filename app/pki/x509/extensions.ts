/** The extensions of certificates, CRLs and OCSP messages: the list itself, and what is in each of those
 *  that certificates have (RFC 5280 §4.2, RFC 7633). */

import {
  bitsThatAreSet,
  decodeBits,
  decodeSmallInteger,
  DerError,
  readBits,
  readBoolean,
  readDer,
  readInteger,
  readOctets,
  readOid,
  readOnly,
  readSequence,
  readSmallInteger,
  tags,
  type DerElement,
} from "../der/reader.ts";
import { readRelativeName } from "./distinguished-name.ts";
import { readGeneralName, readGeneralNames, type GeneralName } from "./general-name.ts";

export interface Extension {
  readonly oid: string;
  readonly isCritical: boolean;
  /** DER, as it is inside the OCTET STRING. */
  readonly value: Uint8Array;
}

export type Extensions = ReadonlyMap<string, Extension>;

/** Lengths of chains and depths of policies: more than any chain has. */
const countMax = 1_000;

/** Extensions, each at most once (RFC 5280 §4.2). @throws {DerError} */
export function readExtensions(element: DerElement): Extensions {
  const extensions = new Map<string, Extension>();
  const parts = readSequence(element, "a list of extensions");
  if (parts.length === 0) throw new DerError("a list of extensions is empty");
  for (const part of parts) {
    const fields = readSequence(part, "an extension");
    const [type, second, third] = fields;
    const value = third ?? second;
    if (!type || !second || !value || fields.length > 3) throw new DerError("bad extension");
    const oid = readOid(type);
    if (extensions.has(oid)) throw new DerError("an extension is there twice");
    // DER would leave out a FALSE; authorities that wrote it are in use.
    const isCritical = third !== undefined && readBoolean(second);
    extensions.set(oid, { oid, isCritical, value: readOctets(value) });
  }
  return extensions;
}

export interface BasicConstraints {
  readonly isAuthority: boolean;
  /** How many authorities may be below; null for any number. */
  readonly pathLengthMax: number | null;
}

/** @throws {DerError} */
export function readBasicConstraints(value: Uint8Array): BasicConstraints {
  const parts = readSequence(readDer(value), "basic constraints");
  const [flag, ...others] = parts[0]?.tag === tags.boolean ? parts : [undefined, ...parts];
  const isAuthority = flag !== undefined && readBoolean(flag);
  const [length, ...more] = others;
  if (more.length > 0) throw new DerError("bad basic constraints");
  if (!length) return { isAuthority, pathLengthMax: null };
  const pathLength = readInteger(length);
  if (pathLength < 0n) throw new DerError("bad basic constraints");
  return { isAuthority, pathLengthMax: Number(pathLength > countMax ? countMax : pathLength) };
}

/** In the order of their bits (RFC 5280 §4.2.1.3). */
const keyUsages = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;

export type KeyUsage = (typeof keyUsages)[number];

/** @throws {DerError} */
export function readKeyUsage(value: Uint8Array): ReadonlySet<KeyUsage> {
  const set = bitsThatAreSet(readBits(readDer(value)));
  return new Set(keyUsages.filter((_, bit) => set.has(bit)));
}

/** @throws {DerError} */
export function readOids(value: Uint8Array): readonly string[] {
  const parts = readSequence(readDer(value), "a list of object identifiers");
  if (parts.length === 0) throw new DerError("a list of object identifiers is empty");
  return parts.map(readOid);
}

/** @throws {DerError} */
export function readNames(value: Uint8Array): readonly GeneralName[] {
  return readGeneralNames(readSequence(readDer(value), "a list of names"));
}

export interface AuthorityKeyId {
  readonly keyId: Uint8Array | null;
  readonly issuer: readonly GeneralName[] | null;
  readonly serial: Uint8Array | null;
}

/** @throws {DerError} */
export function readAuthorityKeyId(value: Uint8Array): AuthorityKeyId {
  const parts = readContexts(readSequence(readDer(value), "an authority key id"), 2);
  const issuer = parts.get(1);
  return {
    keyId: parts.get(0)?.content ?? null,
    issuer: issuer ? readGeneralNames(issuer.children) : null,
    serial: parts.get(2)?.content ?? null,
  };
}

export interface NameConstraints {
  /** null where nothing is said: then everything is permitted. */
  readonly permitted: readonly GeneralName[] | null;
  readonly excluded: readonly GeneralName[] | null;
}

/** @throws {DerError} */
export function readNameConstraints(value: Uint8Array): NameConstraints {
  const parts = readContexts(readSequence(readDer(value), "name constraints"), 1);
  if (parts.size === 0) throw new DerError("name constraints are empty");
  const subtrees = (number: number): GeneralName[] | null =>
    parts.get(number)?.children.map(readSubtree) ?? null;
  return { permitted: subtrees(0), excluded: subtrees(1) };
}

/** RFC 5280 §4.2.1.10: minimum is 0 and maximum absent, always. */
function readSubtree(element: DerElement): GeneralName {
  const [base, ...range] = readSequence(element, "a subtree");
  if (!base) throw new DerError("bad subtree");
  for (const each of range) {
    const isMinimumZero =
      each.context === 0 && decodeSmallInteger(each.content, 0, "minimum") === 0;
    if (!isMinimumZero) throw new DerError("a subtree has a range");
  }
  return readGeneralName(base);
}

/** @throws {DerError} */
export function readCertificatePolicies(value: Uint8Array): readonly string[] {
  const policies = readSequence(readDer(value), "certificate policies").map((policy) => {
    const [type] = readSequence(policy, "a certificate policy");
    if (!type) throw new DerError("bad certificate policy");
    return readOid(type);
  });
  const isRepeated = new Set(policies).size < policies.length;
  if (policies.length === 0 || isRepeated) throw new DerError("bad certificate policies");
  return policies;
}

export interface PolicyMapping {
  readonly issuerPolicy: string;
  readonly subjectPolicy: string;
}

/** @throws {DerError} */
export function readPolicyMappings(value: Uint8Array): readonly PolicyMapping[] {
  const mappings = readSequence(readDer(value), "policy mappings").map((mapping) => {
    const [issuer, subject, ...more] = readSequence(mapping, "a policy mapping");
    if (!issuer || !subject || more.length > 0) throw new DerError("bad policy mapping");
    return { issuerPolicy: readOid(issuer), subjectPolicy: readOid(subject) };
  });
  if (mappings.length === 0) throw new DerError("policy mappings are empty");
  return mappings;
}

export interface PolicyConstraints {
  /** After how many certificates; null where nothing is said. */
  readonly requireExplicit: number | null;
  readonly inhibitMapping: number | null;
}

/** @throws {DerError} */
export function readPolicyConstraints(value: Uint8Array): PolicyConstraints {
  const parts = readContexts(readSequence(readDer(value), "policy constraints"), 1);
  if (parts.size === 0) throw new DerError("policy constraints are empty");
  const count = (number: number): number | null => {
    const part = parts.get(number);
    return part ? decodeSmallInteger(part.content, countMax, "a number of certificates") : null;
  };
  return { requireExplicit: count(0), inhibitMapping: count(1) };
}

/** @throws {DerError} */
export function readInhibitAnyPolicy(value: Uint8Array): number {
  return readSmallInteger(readDer(value), countMax, "a number of certificates");
}

/** A name of a distribution point: whole names, or what stands below the CRL issuer's. */
export type DistributionPointName =
  | { readonly kind: "full"; readonly names: readonly GeneralName[] }
  /** The key of one relative name, as names are made of them. */
  | { readonly kind: "relative"; readonly relativeKey: string };

export interface DistributionPoint {
  readonly name: DistributionPointName | null;
  /** Bits of ReasonFlags (RFC 5280 §4.2.1.13); null for all reasons. */
  readonly reasons: ReadonlySet<number> | null;
  readonly crlIssuer: readonly GeneralName[] | null;
}

/** Also for freshestCRL. @throws {DerError} */
export function readDistributionPoints(value: Uint8Array): readonly DistributionPoint[] {
  const points = readSequence(readDer(value), "distribution points");
  if (points.length === 0) throw new DerError("distribution points are empty");
  return points.map((point) => {
    const parts = readContexts(readSequence(point, "a distribution point"), 2);
    const [name, reasons, crlIssuer] = [parts.get(0), parts.get(1), parts.get(2)];
    // RFC 5280 §4.2.1.13: not with reasons only.
    if (!name && !crlIssuer) throw new DerError("a distribution point is nowhere");
    return {
      name: name ? readDistributionPointName(readOnly(name, "a distribution point")) : null,
      reasons: reasons ? bitsThatAreSet(decodeBits(reasons.content)) : null,
      crlIssuer: crlIssuer ? readGeneralNames(crlIssuer.children) : null,
    };
  });
}

/** @throws {DerError} */
export function readDistributionPointName(element: DerElement): DistributionPointName {
  switch (element.context) {
    case 0:
      return { kind: "full", names: readGeneralNames(element.children) };
    case 1:
      return { kind: "relative", relativeKey: readRelativeName(element, []) };
    default:
      throw new DerError("bad name of a distribution point");
  }
}

export interface AccessDescription {
  readonly method: string;
  readonly location: GeneralName;
}

/** @throws {DerError} */
export function readAuthorityInfoAccess(value: Uint8Array): readonly AccessDescription[] {
  const parts = readSequence(readDer(value), "authority information access");
  if (parts.length === 0) throw new DerError("authority information access is empty");
  return parts.map((part) => {
    const [method, location, ...more] = readSequence(part, "an access description");
    if (!method || !location || more.length > 0) throw new DerError("bad access description");
    return { method: readOid(method), location: readGeneralName(location) };
  });
}

/** The TLS extensions that the server promises (RFC 7633): 5 is status_request, "must staple".
 *  @throws {DerError} */
export function readTlsFeatures(value: Uint8Array): readonly number[] {
  return readSequence(readDer(value), "TLS features").map((feature) =>
    readSmallInteger(feature, 0xffff, "a TLS feature"),
  );
}

/** The parts of a SEQUENCE whose fields are all `[0]` to `[max]` and optional: each once, in order.
 *  @throws {DerError} */
export function readContexts(
  parts: readonly DerElement[],
  max: number,
): ReadonlyMap<number, DerElement> {
  const found = new Map<number, DerElement>();
  let last = -1;
  for (const part of parts) {
    const number = part.context ?? -1;
    if (number <= last || number > max) throw new DerError("fields are not in order");
    last = number;
    found.set(number, part);
  }
  return found;
}
