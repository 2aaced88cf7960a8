/** How path validation asks whether a certificate has been revoked. OCSP and CRLs answer elsewhere. */

import type { Certificate } from "../x509/certificate.ts";

export interface RevocationSource {
  /** Must not throw, nor take long: what has to be fetched was fetched before.
   *  @param issuer the certificate that `certificate` was signed with on this path */
  status(
    certificate: Certificate,
    issuer: Certificate,
    context: RevocationContext,
  ): RevocationStatus;
}

export type RevocationStatus =
  | { readonly kind: "good" }
  | {
      readonly kind: "revoked";
      /** CRLReason (RFC 5280 §5.3.1). */
      readonly reason: number;
      /** Milliseconds since the epoch. */
      readonly at: number;
    }
  | { readonly kind: "unknown"; readonly why: string };

export interface RevocationContext {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** From the leaf to the anchor. */
  readonly path: readonly Certificate[];
  readonly anchor: Certificate;
  /** Whether who signed a CRL or an OCSP response stands above the certificate on this path, or has a valid
   *  path of its own to the same anchor and is not revoked (RFC 5280 §6.3.3 (f)). Circles end in false. Its
   *  name, key usage and purpose are for the caller. */
  isTrustedSigner(signer: Certificate): boolean;
}
