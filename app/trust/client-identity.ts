/** What this side shows of itself in the TLS handshake: a certificate, those above it, and the key that proves
 *  that it is ours. */

import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContextOptions } from "node:tls";

export interface ClientIdentityParts {
  /** PKCS#8, PEM. */
  readonly key: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM, from the issuer upwards, without the root: the server has that one or does not trust it. */
  readonly chain: readonly string[];
  /** The addresses that the certificate gives as xmppAddr (RFC 6120 §13.7.1.4). */
  readonly addresses: readonly string[];
}

export class ClientIdentity {
  readonly addresses: readonly string[];
  /** The least that a handshake writes in which the certificate is sent: itself, its chain, and a signature,
   *  which has 64 bytes or more. */
  readonly sentBytesMin: number;
  readonly #parts: ClientIdentityParts;

  constructor(parts: ClientIdentityParts) {
    this.#parts = parts;
    this.addresses = parts.addresses;
    const certificates = [parts.certificate, ...parts.chain].map((pem) => new X509Certificate(pem));
    this.sentBytesMin = certificates.reduce((sum, { raw }) => sum + raw.length, 64);
  }

  /** For the TLS library and nobody else: no JSON and no log line of an identity shows its key. */
  get tlsOptions(): Required<Pick<SecureContextOptions, "key" | "cert">> {
    const { key, certificate, chain } = this.#parts;
    return { key, cert: [certificate, ...chain].join("") };
  }

  /** Whether the TLS library can use it: a key of a kind it does not know, or one that does not fit. */
  get isUsable(): boolean {
    try {
      // No authorities: reading those takes a while.
      createSecureContext({ ...this.tlsOptions, ca: [] });
      return true;
    } catch {
      // The reason would be in the library's words, and may quote from the key.
      return false;
    }
  }
}
