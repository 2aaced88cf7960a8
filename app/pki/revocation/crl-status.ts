/** What a set of CRLs says about one certificate (RFC 5280 §6.3). Fetching them, and whether "unknown" is
 *  good enough, is for others. */

import { crlLimits, revocationLimits } from "../../base/limits.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { Crl } from "./crl.ts";
import { allReasons, compareAge, reasonsCovered, scopeOf } from "./crl-scope.ts";
import { removeFromCrl, type Revocation } from "./revocation-table.ts";

export interface CrlQuery {
  readonly certificate: Certificate;
  /** The certificate whose key signed `certificate`, already validated. */
  readonly issuer: Certificate;
  readonly crls: readonly Crl[];
  /** Where the signers of CRLs may be found, beside the issuer: anchors, intermediates. Untrusted. */
  readonly signers: readonly Certificate[];
  /** Whether a signer other than the issuer is valid: a path from the same anchor as the certificate's,
   *  within its time, not revoked (RFC 5280 §6.3.3 (f)). Its name, key usage and signature are checked
   *  here. Answering may need {@link statusByCrls} of the signer, and that the same question again: who
   *  answers has to notice a circle. */
  isSignerTrusted(signer: Certificate, crl: Crl): boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Why CRLs say nothing; of several reasons the one that came closest to an answer. */
export type CrlUnknown =
  | "no-crl"
  | "crl-not-yet-valid"
  | "crl-expired"
  | "crl-unknown-extension"
  | "crl-signature"
  | "crl-signer-untrusted"
  | "crl-reasons-missing";

export type CrlStatus =
  | { readonly kind: "good" }
  /** @see Revocation */
  | { readonly kind: "revoked"; readonly reason: number; readonly at: number }
  | { readonly kind: "unknown"; readonly why: CrlUnknown };

/** RFC 5280 §6.3.3. Good only where all reasons are covered by CRLs that may be used. */
export function statusByCrls(query: CrlQuery): CrlStatus {
  const { certificate, crls } = query;
  const troubles: CrlUnknown[] = ["no-crl"];
  const usable: UsableCrl[] = [];
  for (const crl of crls) {
    if (crl.baseNumber !== null) continue;
    const reasons = reasonsCovered(crl, certificate);
    if (reasons === 0) continue;
    const trouble = troubleOf(crl, query.at);
    const found = trouble === null ? findSigner(crl, query) : trouble;
    if (typeof found === "string") troubles.push(found);
    else usable.push({ crl, scope: scopeOf(crl), reasons, signer: found });
  }

  let covered = 0;
  for (const each of usable.filter((one) => !usable.some((other) => isNewer(other, one)))) {
    const revocation = findRevocation(each, query);
    if (revocation) return { kind: "revoked", ...revocation };
    covered |= each.reasons;
  }
  if (covered === allReasons) return { kind: "good" };
  if (covered !== 0) troubles.push("crl-reasons-missing");
  const why = troublesByProgress.findLast((trouble) => troubles.includes(trouble)) ?? "no-crl";
  return { kind: "unknown", why };
}

const troublesByProgress: readonly CrlUnknown[] = [
  "no-crl",
  "crl-signature",
  "crl-signer-untrusted",
  "crl-unknown-extension",
  "crl-not-yet-valid",
  "crl-expired",
  "crl-reasons-missing",
];

interface UsableCrl {
  readonly crl: Crl;
  readonly scope: string;
  readonly reasons: number;
  readonly signer: Certificate;
}

/** What is wrong with the CRL itself. */
function troubleOf(crl: Crl, at: number): CrlUnknown | null {
  // §5.2: it must not be used "to determine the status of certificates".
  if (crl.hasUnknownCritical) return "crl-unknown-extension";
  if (crl.thisUpdate > at + revocationLimits.clockSkewMs) return "crl-not-yet-valid";
  const until = crl.nextUpdate ?? crl.thisUpdate + crlLimits.ageMsMax;
  return until < at ? "crl-expired" : null;
}

/** Of two with the same scope the older does not count: what it lists may have been taken off since. */
function isNewer(other: UsableCrl, one: UsableCrl): boolean {
  return other.scope === one.scope && compareAge(other.crl, one.crl) > 0;
}

/** §6.3.3 (f) and (g). The issuer is tried first; then other certificates of the CRL issuer's name, which
 *  are there where an authority has a key for CRLs, changes its key or lets somebody else sign. */
function findSigner(crl: Crl, query: CrlQuery): Certificate | CrlUnknown {
  const { certificate, issuer, signers } = query;
  const others = signers
    .filter((signer) => signer.fingerprint !== issuer.fingerprint)
    .toSorted((one, other) => Number(isMeant(crl, other)) - Number(isMeant(crl, one)));
  const candidates = [issuer, ...others]
    .filter((signer) => signer.subject.key === crl.issuer.key && maySignCrls(signer))
    .slice(0, crlLimits.signersMax);
  let isSigned = false;
  for (const signer of candidates) {
    if (!crl.isSignedBy(signer)) continue;
    isSigned = true;
    // An indirect CRL may be about its own signer: whether that one is valid is what is being asked.
    const isKnown =
      signer.fingerprint === issuer.fingerprint || signer.fingerprint === certificate.fingerprint;
    if (isKnown || query.isSignerTrusted(signer, crl)) return signer;
  }
  return isSigned ? "crl-signer-untrusted" : "crl-signature";
}

function maySignCrls({ keyUsage }: Certificate): boolean {
  return keyUsage === null || keyUsage.has("cRLSign");
}

/** Whether the CRL names this key as its signer's: a hint, no more. */
function isMeant(crl: Crl, { subjectKeyId }: Certificate): boolean {
  const keyId = crl.authorityKeyId?.keyId ?? null;
  return keyId !== null && subjectKeyId !== null && Buffer.compare(keyId, subjectKeyId) === 0;
}

/** §6.3.3 (i) to (k): a delta knows better than its base. */
function findRevocation(usable: UsableCrl, query: CrlQuery): Revocation | null {
  const { issuer, serial } = query.certificate;
  const delta = findDelta(usable, query);
  const changed = delta?.find(issuer, serial);
  if (changed) return changed.reason === removeFromCrl ? null : changed;
  return usable.crl.find(issuer, serial);
}

/** The newest delta that adds to this CRL. It holds all that has changed since its base: what older deltas
 *  say is in it (§5.2.4). One that may not be used is passed over, as if there were none. */
function findDelta({ crl, scope, signer }: UsableCrl, query: CrlQuery): Crl | null {
  const { number } = crl;
  if (number === null) return null;
  let newest: Crl | null = null;
  let newestNumber = number;
  for (const delta of query.crls) {
    const isNext =
      delta.baseNumber !== null &&
      delta.baseNumber <= number &&
      delta.number !== null &&
      delta.number > newestNumber &&
      scopeOf(delta) === scope &&
      troubleOf(delta, query.at) === null &&
      // §5.2.4: with the same key.
      delta.isSignedBy(signer);
    if (!isNext) continue;
    newest = delta;
    newestNumber = delta.number;
  }
  return newest;
}
