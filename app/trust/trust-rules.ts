/** What administrator and person want of the gate. Read anew for every decision. */

import type { ImportedAuthority } from "./anchors.ts";

/** off: nothing is fetched. soft: what cannot be found out does no harm. hard: it must be known. */
export type RevocationMode = "off" | "soft" | "hard";

export interface TrustRules {
  readonly revocation: RevocationMode;
  readonly isRevocationByPolicy: boolean;
  /** Whether people may let a server pass that has a problem. */
  readonly mayMakeExceptions: boolean;
  /** The key that a server has first is the one that it must have (trust on first use). */
  readonly remembersKeys: boolean;
  /** Public certificates may send us to addresses of the own network. */
  readonly mayAskPrivateHosts: boolean;
  /** By policy. */
  readonly authorities: readonly ImportedAuthority[];
  /** Fingerprints, by policy. */
  readonly distrusted: ReadonlySet<string>;
}

export const usualRules: TrustRules = {
  revocation: "soft",
  isRevocationByPolicy: false,
  mayMakeExceptions: true,
  remembersKeys: false,
  mayAskPrivateHosts: false,
  authorities: [],
  distrusted: new Set(),
};
