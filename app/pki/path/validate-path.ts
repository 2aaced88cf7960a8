/** Whether a chain of certificates leads from a leaf to somebody who is trusted (RFC 5280 §6, RFC 9618).
 *  Not decided here: whether the leaf has the right name (names/), and what a person may make exceptions
 *  for; a verdict lists all that is wrong so that no exception hides another problem. */

import { pathLimits } from "../../base/limits.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { KeyUsage } from "../x509/extensions.ts";
import type { Purpose } from "./certificate-checks.ts";
import type { PathProblem } from "./path-problem.ts";
import { PathSearch, type Anchor } from "./path-search.ts";
import { anyPolicyInput, type PolicyInput } from "./policy-graph.ts";
import type { RevocationSource } from "./revocation-source.ts";

export type { Anchor } from "./path-search.ts";
export type { Purpose } from "./certificate-checks.ts";

export interface PathInput {
  readonly leaf: Certificate;
  /** In any order, with any that do not belong. */
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly Anchor[];
  /** The time to validate for, milliseconds since the epoch. */
  readonly at: number;
  readonly purpose: Purpose;
  /** A leaf that says what its key is for must allow one of these. Left out: what TLS needs where the
   *  purpose is one of TLS. null: anything. */
  readonly keyUsages?: readonly KeyUsage[] | null;
  /** Authorities between leaf and anchor. */
  readonly depthMax?: number;
  readonly policies?: PolicyInput;
  /** null leaves revocation out. With it, not knowing is a problem, which the caller may let pass. */
  readonly revocation: RevocationSource | null;
  /** Fingerprints of anchors below which SHA-1 signatures and RSA keys from 1,024 bits are let pass. */
  readonly allowWeak?: ReadonlySet<string>;
  /** Strict refuses what breaks RFC 5280 §4 without harm, too. */
  readonly profile?: "compatible" | "strict";
}

export type PathVerdict =
  | {
      readonly isValid: true;
      /** From the leaf to the anchor; only one where the leaf itself is trusted. */
      readonly certificates: readonly Certificate[];
      /** Valid along the whole path, in the anchor's words (RFC 5280 §6.1.6). */
      readonly policies: readonly string[];
    }
  | {
      readonly isValid: false;
      /** The path that came closest, from the leaf on. */
      readonly certificates: readonly Certificate[];
      /** Everything that is wrong with it, at least one. */
      readonly problems: readonly PathProblem[];
    };

/** Builds paths until one is valid. Never throws for what is in certificates, and ends within its budget
 *  (see pathLimits). */
export function validatePath(input: PathInput): PathVerdict {
  const isTls = input.purpose === "serverAuth" || input.purpose === "clientAuth";
  const { keyUsages = isTls ? tlsKeyUsages : null, profile = "compatible" } = input;
  return new PathSearch({
    leaf: input.leaf,
    intermediates: input.intermediates,
    anchors: input.anchors,
    rules: { at: input.at, purpose: input.purpose, keyUsages, profile },
    depthMax: input.depthMax ?? pathLimits.depthMax,
    policies: input.policies ?? anyPolicyInput,
    revocation: input.revocation,
    allowWeak: input.allowWeak ?? new Set(),
  }).run();
}

const tlsKeyUsages: readonly KeyUsage[] = ["digitalSignature", "keyEncipherment", "keyAgreement"];
