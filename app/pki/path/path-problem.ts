/** What can be wrong with a chain of certificates. A verdict lists everything that is, because an
 *  exception for one problem must never hide another. */

import type { Weakness } from "../x509/algorithms.ts";

export type Finding =
  | { readonly kind: PlainProblemKind; readonly detail: string }
  | {
      readonly kind: "revoked";
      readonly detail: string;
      /** CRLReason (RFC 5280 §5.3.1). */
      readonly reason: number;
      /** When it was revoked, milliseconds since the epoch. */
      readonly revokedAt: number;
    };

/** A finding and the certificate that it is about. */
export type PathProblem = Finding & {
  /** In the certificates of the verdict: 0 is the leaf. */
  readonly index: number;
  readonly fingerprint: string;
};

export type PathProblemKind = PathProblem["kind"];

type PlainProblemKind =
  | Weakness
  | "expired"
  | "not-yet-valid"
  /** The certificate that has the issuer's name did not sign it: forged or damaged. */
  | "bad-signature"
  /** Nobody who is trusted or at hand has the issuer's name. */
  | "unknown-issuer"
  /** The leaf vouches for itself, and nobody trusts it. */
  | "self-signed"
  | "not-an-authority"
  | "path-too-long"
  | "wrong-key-usage"
  | "wrong-purpose"
  | "name-not-permitted"
  /** A constraint that cannot be read the one way it was meant. */
  | "bad-name-constraint"
  | "unknown-critical-extension"
  /** What is signed and what is not name different algorithms. */
  | "algorithm-mismatch"
  /** Breaks a rule without which the rest has no meaning, such as an empty issuer. */
  | "malformed"
  /** Only in the strict profile: a rule about how certificates are issued. */
  | "issuance"
  | "policy"
  | "revocation-unknown"
  /** The chain costs more than any honest one: what else is wrong with it was not found out. */
  | "budget-exhausted";

/** How far each is from being right: among failed paths the one with the least in all is shown. */
const weights: Readonly<Record<PathProblemKind, number>> = {
  "revocation-unknown": 1,
  expired: 2,
  "not-yet-valid": 2,
  issuance: 2,
  "weak-hash": 4,
  "weak-key": 4,
  policy: 8,
  "wrong-purpose": 8,
  "wrong-key-usage": 8,
  "name-not-permitted": 8,
  "path-too-long": 8,
  "bad-name-constraint": 8,
  "unknown-critical-extension": 8,
  "unsupported-key": 16,
  "unsupported-algorithm": 16,
  "algorithm-mismatch": 16,
  malformed: 16,
  "not-an-authority": 16,
  revoked: 16,
  "budget-exhausted": 32,
  "self-signed": 1_000,
  "unknown-issuer": 1_000,
  "bad-signature": 2_000,
};

export function weightOf(problems: readonly Finding[]): number {
  return problems.reduce((sum, problem) => sum + weights[problem.kind], 0);
}
