/** The decision whether a server may be talked to. One interface, asked once for every TLS connection,
 *  after the handshake and before the first byte of XMPP; and again when the answer may have changed. */

import type { SecureContext } from "node:tls";
import type { Undo } from "../base/event.ts";
import type { CertificateProblem } from "../xmpp/stream/transport.ts";
import type { ClientIdentity } from "./client-identity.ts";
import type { LinkCheck } from "./revocation-evidence.ts";

/** What a server showed of itself. */
export interface PresentedServer {
  /** The domain of the account, in A-labels: what the certificate must be for. Never the SRV target. */
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  /** DER, the leaf first, as presented and before any chain was built. */
  readonly chain: readonly Uint8Array[];
  /** The OCSP response that came with the handshake. */
  readonly staple: Uint8Array | null;
  /** What the TLS library thinks of the chain: null for no objection, else its error code. */
  readonly libraryObjection: string | null;
}

export type Verdict =
  | {
      readonly isTrusted: true;
      /** How it was found out that nothing of the chain is revoked, from the leaf up. */
      readonly checks: readonly LinkCheck[];
    }
  | {
      readonly isTrusted: false;
      /** All that is wrong, at least one. */
      readonly problems: readonly CertificateProblem[];
      /** Under which a person can be told more and asked; null where nobody is asked. */
      readonly question: string | null;
    };

export interface TrustGate {
  /** The context for a new connection. It decides nothing: whom to trust is for {@link judge}.
   *  @param identity what to show where the server asks for a certificate */
  context(identity?: ClientIdentity | null): SecureContext;
  /** Ends in a bounded time, and never throws for what a server presents. */
  judge(server: PresentedServer): Promise<Verdict>;
  /** Judges a connection that is open again, whenever what it was trusted for may have changed.
   *  @param onRefused it must be closed */
  watch(server: PresentedServer, onRefused: () => void): Undo;
}
