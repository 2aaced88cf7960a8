/** The decision whether a server may be talked to. One interface, asked once for every TLS connection,
 *  after the handshake and before the first byte of XMPP. */

import type { X509Certificate } from "node:crypto";
import type { SecureContext } from "node:tls";
import type { CertificateProblem } from "../xmpp/stream/transport.ts";

/** What a server showed of itself. */
export interface PresentedServer {
  /** The domain of the account, in A-labels: what the certificate must be for. Never the SRV target. */
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  /** As presented, before any chain was built. */
  readonly leaf: X509Certificate;
  /** What the TLS library thinks of the chain: null for no objection, else its error code. */
  readonly libraryObjection: string | null;
}

export type Verdict =
  | { readonly isTrusted: true }
  | { readonly isTrusted: false; readonly problems: readonly CertificateProblem[] };

export interface TrustGate {
  /** The context for new connections, holding the trust anchors of this moment. */
  context(): SecureContext;
  judge(server: PresentedServer): Promise<Verdict>;
}
