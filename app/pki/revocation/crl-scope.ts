/** Whether a CRL is about a certificate, and for which reasons (RFC 5280 §6.3.3 (b) and (d)): partitions,
 *  kinds of certificates, indirect CRLs, and which delta belongs to which CRL. */

import { extensionOids } from "../oids.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { DistributionPoint, DistributionPointName } from "../x509/extensions.ts";
import type { GeneralName } from "../x509/general-name.ts";
import type { Crl } from "./crl.ts";

/** Bits 1 to 8 of ReasonFlags, as a number; bit 0 means nothing. */
export const allReasons = 0x1fe;

/** The reasons for which `crl` would list `certificate`, as bits; 0 where it never would. */
export function reasonsCovered(crl: Crl, certificate: Certificate): number {
  if (!coversKind(crl, certificate)) return 0;
  const points = certificate.crlDistributionPoints.filter((point) =>
    coversPoint(crl, certificate, point),
  );
  // §6.3.3, last paragraph: a CRL of the certificate's issuer that no distribution point names.
  const isOfIssuer =
    crl.issuer.key === certificate.issuer.key &&
    isNamed(crl, new Set([directoryKey(certificate.issuer.key)]));
  const reasons = points.reduce((bits, point) => bits | reasonBits(point.reasons), 0);
  const covered = isOfIssuer ? allReasons : reasons;
  return covered & reasonBits(crl.issuingDistributionPoint?.reasons ?? null);
}

/** Two CRLs with the same scope are about the same certificates and reasons: the newer replaces the older,
 *  and a delta adds to a complete one (§5.2.4, §6.3.3 (c)). */
export function scopeOf(crl: Crl): string {
  const point = crl.issuingDistributionPoint;
  const keyId = crl.extensions.get(extensionOids.authorityKeyId)?.value ?? new Uint8Array();
  return JSON.stringify([
    crl.issuer.key,
    Buffer.from(keyId).toString("hex"),
    point && [
      point.name && [...nameKeys(point.name, [crl.issuer.key])].toSorted(),
      point.only,
      reasonBits(point.reasons),
      point.isIndirect,
    ],
  ]);
}

/** Whether a CRL that was fetched may take the place of the one that is kept: about the same, and not older.
 *  Somebody who answers with an old list hides what was revoked since. */
export function mayReplace(fetched: Crl, kept: Crl): boolean {
  const isSameKind = (fetched.baseNumber === null) === (kept.baseNumber === null);
  return isSameKind && scopeOf(fetched) === scopeOf(kept) && compareAge(fetched, kept) >= 0;
}

/** Of two with the same scope: positive where `one` is newer, 0 where nothing tells. The numbers say it;
 *  where one has none or they are the same, the times do. */
export function compareAge(one: Crl, other: Crl): number {
  if (one.number !== null && other.number !== null && one.number !== other.number) {
    return one.number > other.number ? 1 : -1;
  }
  return one.thisUpdate - other.thisUpdate;
}

function coversKind(crl: Crl, certificate: Certificate): boolean {
  const isAuthority = certificate.basicConstraints?.isAuthority ?? false;
  switch (crl.issuingDistributionPoint?.only ?? null) {
    case null:
      return true;
    case "user":
      return !isAuthority;
    case "authority":
      return isAuthority;
    case "attribute":
      return false;
  }
}

/** §6.3.3 (b) for one distribution point of the certificate. */
function coversPoint(crl: Crl, certificate: Certificate, point: DistributionPoint): boolean {
  const issuers = point.crlIssuer
    ? point.crlIssuer.flatMap((name) => (name.kind === "directory" ? [name.name.key] : []))
    : [certificate.issuer.key];
  if (!issuers.includes(crl.issuer.key)) return false;
  const isIndirect = crl.issuingDistributionPoint?.isIndirect ?? false;
  if (crl.issuer.key !== certificate.issuer.key && !isIndirect) return false;
  return isNamed(crl, namesOfPoint(point, issuers));
}

function namesOfPoint(point: DistributionPoint, issuers: readonly string[]): ReadonlySet<string> {
  if (point.name) return nameKeys(point.name, issuers);
  return generalNameKeys(point.crlIssuer ?? []);
}

/** Whether the CRL is of a whole, or of the part that has one of these names. */
function isNamed(crl: Crl, names: ReadonlySet<string>): boolean {
  const name = crl.issuingDistributionPoint?.name;
  return !name || [...nameKeys(name, [crl.issuer.key])].some((key) => names.has(key));
}

/** @param issuers keys of the CRL issuer's names, to which a relative one is added */
function nameKeys(name: DistributionPointName, issuers: readonly string[]): ReadonlySet<string> {
  if (name.kind === "full") return generalNameKeys(name.names);
  const { relativeKey } = name;
  return new Set(
    issuers.map((issuer) =>
      directoryKey(issuer === "" ? relativeKey : `${issuer}\n${relativeKey}`),
    ),
  );
}

function directoryKey(nameKey: string): string {
  return `directory ${nameKey}`;
}

function generalNameKeys(names: readonly GeneralName[]): ReadonlySet<string> {
  return new Set(names.map(generalNameKey).filter((key) => key !== null));
}

/** Equal for names that are the same; null for a kind that we cannot compare. */
function generalNameKey(name: GeneralName): string | null {
  switch (name.kind) {
    case "directory":
      return directoryKey(name.name.key);
    case "dns":
    case "email":
      return `${name.kind} ${name.text.toLowerCase()}`;
    case "uri":
      return `uri ${name.text}`;
    case "ip":
      return `ip ${Buffer.from(name.bytes).toString("hex")}`;
    case "registered":
      return `registered ${name.oid}`;
    case "other":
      return `other ${name.oid} ${Buffer.from(name.value.encoded).toString("hex")}`;
    case "unknown":
      return null;
  }
}

function reasonBits(reasons: ReadonlySet<number> | null): number {
  if (!reasons) return allReasons;
  let bits = 0;
  for (const reason of reasons) if (reason >= 1 && reason <= 8) bits |= 1 << reason;
  return bits;
}
