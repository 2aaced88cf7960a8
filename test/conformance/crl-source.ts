/** Revocation by the CRLs that a case brings with it. */

import type { RevocationSource } from "../../app/pki/path/revocation-source.ts";
import { statusByCrls } from "../../app/pki/revocation/crl-status.ts";
import { parseCrl } from "../../app/pki/revocation/crl.ts";
import type { Certificate } from "../../app/pki/x509/certificate.ts";

/** @param encoded DER; a CRL that cannot be read is as one that is not there
 *  @param signers among whom the signers of CRLs are looked for */
export function crlSource(
  encoded: readonly Uint8Array[],
  signers: readonly Certificate[],
): RevocationSource {
  const crls = encoded.flatMap((bytes) => {
    const parsed = parseCrl(bytes);
    return parsed.ok ? [parsed.value] : [];
  });
  return {
    status: (certificate, issuer, context) =>
      statusByCrls({
        certificate,
        issuer,
        crls,
        signers,
        isSignerTrusted: (signer) => context.isTrustedSigner(signer),
        at: context.at,
      }),
  };
}
