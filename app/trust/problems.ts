/** What people are told about the problems of a chain, and which of them they may let pass. */

import type { PathProblemKind } from "../pki/path/path-problem.ts";
import type { CertificateProblem } from "../xmpp/stream/transport.ts";

/** In the order in which they are told. */
const order: readonly CertificateProblem[] = [
  "distrusted",
  "revoked",
  "forged",
  "expired",
  "not-yet-valid",
  "other-domain",
  "untrusted-authority",
  "self-signed",
  "key-changed",
  "wrong-purpose",
  "not-permitted",
  "revocation-unknown",
  "staple-missing",
  "weak",
  "unsupported",
  "unusable",
];

/** Everything else shows that somebody interferes, or that nobody could tell if somebody did. */
const waivable: ReadonlySet<CertificateProblem> = new Set([
  "expired",
  "not-yet-valid",
  "other-domain",
  "untrusted-authority",
  "self-signed",
  "key-changed",
  "wrong-purpose",
  "not-permitted",
  "revocation-unknown",
]);

export function inOrder(problems: ReadonlySet<CertificateProblem>): CertificateProblem[] {
  return order.filter((problem) => problems.has(problem));
}

/** Whether a person may let a problem pass at all. */
export function isWaivable(problem: CertificateProblem): boolean {
  return waivable.has(problem);
}

export function problemFor(kind: PathProblemKind): CertificateProblem {
  switch (kind) {
    case "expired":
    case "not-yet-valid":
    case "self-signed":
    case "revoked":
    case "wrong-purpose":
    case "revocation-unknown":
      return kind;
    case "unknown-issuer":
      return "untrusted-authority";
    case "bad-signature":
      return "forged";
    case "weak-hash":
    case "weak-key":
      return "weak";
    case "unsupported-key":
    case "unsupported-algorithm":
      return "unsupported";
    case "wrong-key-usage":
      return "wrong-purpose";
    case "name-not-permitted":
    case "path-too-long":
      return "not-permitted";
    case "not-an-authority":
    case "bad-name-constraint":
    case "unknown-critical-extension":
    case "algorithm-mismatch":
    case "malformed":
    case "issuance":
    case "policy":
    case "budget-exhausted":
      return "unusable";
  }
}
