/** What can be said about a certificate by itself, given what it is to be in a chain. */

import { extensionOids, purposeOids } from "../oids.ts";
import { weaknessOfAlgorithm, weaknessOfKey } from "../x509/algorithms.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { KeyUsage } from "../x509/extensions.ts";
import { issuanceProblems } from "./issuance-profile.ts";
import type { Finding } from "./path-problem.ts";

export type Purpose = keyof typeof purposeOids;

/** The leaf, an authority in between, the anchor, or both ends at once: a leaf trusted as itself. */
export type Role = "leaf" | "authority" | "anchor" | "trusted-leaf";

export interface CertificateRules {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly purpose: Purpose;
  /** A leaf that says what its key is for must allow one of these; null where it does not matter. */
  readonly keyUsages: readonly KeyUsage[] | null;
  readonly profile: "compatible" | "strict";
}

/** @param mayBeWeak tolerates SHA-1 signatures and RSA keys from 1,024 bits, never anything weaker
 *  @returns everything that is wrong with it */
export function certificateProblems(
  certificate: Certificate,
  role: Role,
  rules: CertificateRules,
  mayBeWeak: boolean,
): Finding[] {
  return [
    ...timeProblems(certificate, rules.at),
    ...formProblems(certificate),
    ...keyProblems(certificate, mayBeWeak),
    // Nobody relies on what an anchor is signed with.
    ...(role === "leaf" || role === "authority" ? algorithmProblems(certificate, mayBeWeak) : []),
    ...purposeProblems(certificate, rules.purpose),
    ...(role === "leaf" || role === "trusted-leaf"
      ? leafUsageProblems(certificate, rules.keyUsages)
      : authorityProblems(certificate, role)),
    ...(rules.profile === "strict" ? issuanceProblems(certificate, role) : []),
  ];
}

function timeProblems({ notBefore, notAfter }: Certificate, at: number): Finding[] {
  if (at < notBefore) return [{ kind: "not-yet-valid", detail: `before ${show(notBefore)}` }];
  // The second that notAfter names is the last one that belongs to it (RFC 5280 §4.1.2.5).
  return at >= notAfter + 1_000 ? [{ kind: "expired", detail: `since ${show(notAfter)}` }] : [];
}

function show(time: number): string {
  return new Date(time).toISOString();
}

const knownExtensions: ReadonlySet<string> = new Set(Object.values(extensionOids));

function formProblems({ extensions, issuer }: Certificate): Finding[] {
  const findings: Finding[] = [];
  for (const { oid, isCritical } of extensions.values()) {
    if (isCritical && !knownExtensions.has(oid)) {
      findings.push({ kind: "unknown-critical-extension", detail: oid });
    }
  }
  // RFC 5280 §4.1.2.4: without it nothing says who the issuer is.
  if (issuer.attributes.length === 0) findings.push({ kind: "malformed", detail: "empty issuer" });
  return findings;
}

const tolerableRsaBits = 1_024;

function keyProblems(certificate: Certificate, mayBeWeak: boolean): Finding[] {
  if (certificate.hasSpeltOutCurve) {
    return [{ kind: "unsupported-key", detail: "an elliptic curve that is not a named one" }];
  }
  const key = certificate.publicKey;
  const kind = weaknessOfKey(key);
  const { modulusLength, namedCurve } = key?.asymmetricKeyDetails ?? {};
  const isTolerable =
    mayBeWeak && key?.asymmetricKeyType === "rsa" && (modulusLength ?? 0) >= tolerableRsaBits;
  if (kind === null || (kind === "weak-key" && isTolerable)) return [];
  const size = namedCurve ?? (modulusLength === undefined ? "" : `${modulusLength} bits`);
  return [{ kind, detail: `${key?.asymmetricKeyType ?? "unknown type"} ${size}`.trim() }];
}

function algorithmProblems(
  { signatureAlgorithm: algorithm, agreesOnAlgorithm }: Certificate,
  mayBeWeak: boolean,
): Finding[] {
  const findings: Finding[] = [];
  if (!agreesOnAlgorithm) {
    findings.push({ kind: "algorithm-mismatch", detail: "inside and outside of what is signed" });
  }
  const kind = weaknessOfAlgorithm(algorithm);
  const digest = "digest" in algorithm ? algorithm.digest : "";
  const isTolerable = mayBeWeak && kind === "weak-hash" && digest === "sha1";
  if (kind !== null && !isTolerable) {
    findings.push({ kind, detail: algorithm.kind === "unknown" ? algorithm.oid : digest });
  }
  return findings;
}

/** In an authority it limits what the certificates below may be for. */
function purposeProblems({ purposes }: Certificate, purpose: Purpose): Finding[] {
  if (purpose === "any" || purposes === null) return [];
  const isFor = purposes.includes(purposeOids[purpose]);
  // RFC 6960 §4.2.2.2: answering for an authority must be said in so many words.
  const isForAny = purpose !== "ocspSigning" && purposes.includes(purposeOids.any);
  return isFor || isForAny ? [] : [{ kind: "wrong-purpose", detail: `not for ${purpose}` }];
}

function leafUsageProblems(
  { keyUsage }: Certificate,
  wanted: readonly KeyUsage[] | null,
): Finding[] {
  const isFine = !keyUsage || !wanted || wanted.some((usage) => keyUsage.has(usage));
  return isFine ? [] : [{ kind: "wrong-key-usage", detail: `none of ${wanted.join(", ")}` }];
}

/** RFC 5280 §6.1.4 (k), (n). An anchor from before version 3 is one by being configured. */
function authorityProblems(
  { version, basicConstraints, keyUsage }: Certificate,
  role: Role,
): Finding[] {
  const findings: Finding[] = [];
  const isOldAnchor = role === "anchor" && version < 3;
  if (!isOldAnchor && !basicConstraints?.isAuthority) {
    findings.push({ kind: "not-an-authority", detail: "basic constraints" });
  }
  if (keyUsage && !keyUsage.has("keyCertSign")) {
    findings.push({ kind: "wrong-key-usage", detail: "must not sign certificates" });
  }
  return findings;
}
