/** What every TLS connection of ours offers. */

import { createSecureContext, type SecureContext } from "node:tls";
import type { ClientIdentity } from "./client-identity.ts";

/** Electron's TLS has Ed25519 and P-521 but does not offer them by itself. */
const signatureAlgorithms = [
  "ed25519",
  "ecdsa_secp256r1_sha256",
  "ecdsa_secp384r1_sha384",
  "ecdsa_secp521r1_sha512",
  "rsa_pss_rsae_sha256",
  "rsa_pss_rsae_sha384",
  "rsa_pss_rsae_sha512",
  "rsa_pkcs1_sha256",
  "rsa_pkcs1_sha384",
  "rsa_pkcs1_sha512",
];

/** The library's own anchors are left in: its verdict is a second opinion, not the decision.
 *  @param identity what to show where the server asks for a certificate */
export function makeTlsContext(identity: ClientIdentity | null): SecureContext {
  return createSecureContext({
    minVersion: "TLSv1.2",
    sigalgs: signatureAlgorithms.join(":"),
    ecdhCurve: "X25519:P-256:P-384:P-521",
    ...identity?.tlsOptions,
  });
}
