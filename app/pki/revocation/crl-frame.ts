/** What a CRL says about itself: everything that is signed but the list of entries (RFC 5280 §5.1, §5.2).
 *  Read strictly: what the profile forbids, or says of a CRL two different things, is refused. */

import {
  bitsThatAreSet,
  decodeBits,
  decodeBoolean,
  DerError,
  readDer,
  readInteger,
  readOnly,
  readSequence,
  readTime,
  tags,
  type DerElement,
} from "../der/reader.ts";
import { extensionOids } from "../oids.ts";
import { readSignatureAlgorithm, type SignatureAlgorithm } from "../x509/algorithms.ts";
import { readName, type DistinguishedName } from "../x509/distinguished-name.ts";
import {
  readAuthorityKeyId,
  readContexts,
  readDistributionPointName,
  readDistributionPoints,
  readExtensions,
  readNames,
  type AuthorityKeyId,
  type DistributionPoint,
  type DistributionPointName,
  type Extensions,
} from "../x509/extensions.ts";

/** Which certificates a CRL is about (RFC 5280 §5.2.5). */
export interface IssuingDistributionPoint {
  readonly name: DistributionPointName | null;
  /** At most one of the three. */
  readonly only: "user" | "authority" | "attribute" | null;
  /** Bits of ReasonFlags; null for all reasons. */
  readonly reasons: ReadonlySet<number> | null;
  /** It may list certificates of other issuers. */
  readonly isIndirect: boolean;
}

export interface CrlFrame {
  readonly version: 1 | 2;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly issuer: DistinguishedName;
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number;
  /** null where the issuer does not say until when the list holds. */
  readonly nextUpdate: number | null;
  readonly extensions: Extensions;
  readonly authorityKeyId: AuthorityKeyId | null;
  readonly number: bigint | null;
  /** A delta CRL has the number of the CRL to which it adds; null for a complete one. */
  readonly baseNumber: bigint | null;
  readonly issuingDistributionPoint: IssuingDistributionPoint | null;
  /** Where its deltas are. */
  readonly freshestCrl: readonly DistributionPoint[];
  /** An extension of the list that must be understood and is not. */
  readonly hasUnknownCritical: boolean;
}

export interface CrlParts {
  readonly frame: CrlFrame;
  /** The fields that the frame was read from. */
  readonly frameFields: readonly DerElement[];
  readonly revoked: DerElement | null;
}

/** @param tbs the TBSCertList, with its entries or without  @throws {DerError} */
export function readCrlFrame(tbs: DerElement): CrlParts {
  const all = readSequence(tbs, "what is signed of a CRL");
  const fields = [...all];
  const version = takeVersion(fields);
  const [algorithm, issuerField, thisUpdateField, ...optional] = fields;
  if (!algorithm || !issuerField || !thisUpdateField) {
    throw new DerError("a CRL has too few fields");
  }
  const issuer = readName(issuerField);
  if (issuer.attributes.length === 0) throw new DerError("a CRL has no issuer");
  const thisUpdate = readTime(thisUpdateField);
  const nextUpdate = isTime(optional[0]) ? readTime(optional[0]) : null;
  if (nextUpdate !== null) optional.shift();
  if (nextUpdate !== null && nextUpdate < thisUpdate) {
    throw new DerError("a CRL ends before it begins");
  }
  const revoked = optional[0]?.tag === tags.sequence ? optional[0] : null;
  if (revoked) optional.shift();
  const [extensionsField, ...rest] = optional;
  if (rest.length > 0 || (extensionsField && extensionsField.context !== 0)) {
    throw new DerError("a CRL has an unknown field");
  }
  if (extensionsField && version === 1) throw new DerError("a CRL of version 1 has extensions");
  const extensions: Extensions = extensionsField
    ? readExtensions(readOnly(extensionsField, "the extensions of a CRL"))
    : new Map();
  return {
    frame: {
      version,
      signatureAlgorithm: readSignatureAlgorithm(algorithm),
      issuer,
      thisUpdate,
      nextUpdate,
      ...readKnownExtensions(extensions),
    },
    frameFields: all.filter((field) => field !== revoked),
    revoked,
  };
}

/** Only version 2 is ever written down (§5.1.2.1): 1 is what an absent field means. */
function takeVersion(fields: DerElement[]): 1 | 2 {
  const [first] = fields;
  if (first?.tag !== tags.integer) return 1;
  fields.shift();
  if (readInteger(first) !== 1n) throw new DerError("a CRL is of an unknown version");
  return 2;
}

function isTime(element: DerElement | undefined): element is DerElement {
  return element?.tag === tags.utcTime || element?.tag === tags.generalizedTime;
}

/** Whether an extension is critical is part of its definition: a CRL that has it otherwise would mean one
 *  thing to those who know the extension and another to those who do not. */
const mustBeCritical: Readonly<Record<string, boolean>> = {
  [extensionOids.crlNumber]: false,
  [extensionOids.freshestCrl]: false,
  [extensionOids.deltaCrlIndicator]: true,
  [extensionOids.issuingDistributionPoint]: true,
};

const knownExtensions: ReadonlySet<string> = new Set([
  ...Object.keys(mustBeCritical),
  extensionOids.authorityKeyId,
  extensionOids.issuerAltName,
]);

function readKnownExtensions(
  extensions: Extensions,
): Omit<CrlFrame, "version" | "signatureAlgorithm" | "issuer" | "thisUpdate" | "nextUpdate"> {
  for (const { oid, isCritical } of extensions.values()) {
    if ((mustBeCritical[oid] ?? isCritical) !== isCritical) {
      throw new DerError("an extension of a CRL is critical where it must not be, or the reverse");
    }
  }
  const read = <T>(oid: string, reader: (value: Uint8Array) => T): T | null => {
    const extension = extensions.get(oid);
    return extension ? reader(extension.value) : null;
  };
  const number = read(extensionOids.crlNumber, readCrlNumber);
  const baseNumber = read(extensionOids.deltaCrlIndicator, readCrlNumber);
  const freshestCrl = read(extensionOids.freshestCrl, readDistributionPoints) ?? [];
  read(extensionOids.issuerAltName, readNames);
  if (baseNumber !== null) requireDelta(number, baseNumber, freshestCrl);
  return {
    extensions,
    authorityKeyId: read(extensionOids.authorityKeyId, readAuthorityKeyId),
    number,
    baseNumber,
    issuingDistributionPoint: read(
      extensionOids.issuingDistributionPoint,
      readIssuingDistributionPoint,
    ),
    freshestCrl,
    hasUnknownCritical: [...extensions.values()].some(
      ({ oid, isCritical }) => isCritical && !knownExtensions.has(oid),
    ),
  };
}

/** §5.2.4, §5.2.6: a delta has a number of its own, from its base's on, and no deltas itself. */
function requireDelta(
  number: bigint | null,
  baseNumber: bigint,
  freshestCrl: readonly DistributionPoint[],
): void {
  if (number === null) throw new DerError("a delta CRL has no number");
  if (number < baseNumber) throw new DerError("a delta CRL is older than its base");
  if (freshestCrl.length > 0) throw new DerError("a delta CRL has deltas");
}

const crlNumberBytesMax = 20;

/** §5.2.3: from 0, at most 20 bytes. */
function readCrlNumber(value: Uint8Array): bigint {
  const element = readDer(value);
  const number = readInteger(element);
  if (number < 0n || element.content.length > crlNumberBytesMax) {
    throw new DerError("bad number of a CRL");
  }
  return number;
}

/** §5.2.5. @throws {DerError} */
function readIssuingDistributionPoint(value: Uint8Array): IssuingDistributionPoint {
  const parts = readContexts(readSequence(readDer(value), "a CRL's distribution point"), 5);
  // "Conforming CRL issuers MUST NOT issue CRLs where the DER encoding of the issuing distribution point
  // extension is an empty sequence."
  if (parts.size === 0) throw new DerError("a CRL's distribution point is empty");
  const [name, reasons] = [parts.get(0), parts.get(3)];
  const only = [
    ...(readFlag(parts.get(1)) ? ["user" as const] : []),
    ...(readFlag(parts.get(2)) ? ["authority" as const] : []),
    ...(readFlag(parts.get(5)) ? ["attribute" as const] : []),
  ];
  if (only.length > 1) throw new DerError("a CRL is about nothing");
  return {
    name: name ? readDistributionPointName(readOnly(name, "a CRL's distribution point")) : null,
    only: only[0] ?? null,
    reasons: reasons ? bitsThatAreSet(decodeBits(primitive(reasons).content)) : null,
    isIndirect: readFlag(parts.get(4)),
  };
}

/** A BOOLEAN whose default is FALSE: DER writes only TRUE (X.690 §11.5). */
function readFlag(element: DerElement | undefined): boolean {
  if (!element) return false;
  if (!decodeBoolean(primitive(element).content)) throw new DerError("a default is written out");
  return true;
}

function primitive(element: DerElement): DerElement {
  if (element.isConstructed) throw new DerError("bad field of a CRL's distribution point");
  return element;
}
