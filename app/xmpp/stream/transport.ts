/** What the protocol library needs from a connection. `app/net` implements it over TCP and TLS. */

import type { Undo } from "../../base/event.ts";
import type { Result } from "../../base/result.ts";

/** Channel-binding types we can produce (RFC 9266, RFC 5929), strongest first. */
export const channelBindingTypes = ["tls-exporter", "tls-server-end-point"] as const;
export type ChannelBindingType = (typeof channelBindingTypes)[number];

/** Problems of a certificate that a person can be told about. */
export type CertificateProblem =
  | "expired"
  | "not-yet-valid"
  | "other-domain"
  | "untrusted-authority"
  | "self-signed"
  /** Another key than the one that was remembered. */
  | "key-changed"
  /** Made for something else than being a server. */
  | "wrong-purpose"
  /** Its authority may not vouch for it. */
  | "not-permitted"
  /** Nobody could say whether it was revoked, and that has to be known. */
  | "revocation-unknown"
  /** The server promises to bring the proof that it is not revoked, and did not. */
  | "staple-missing"
  | "weak"
  | "unsupported"
  | "forged"
  | "distrusted"
  | "revoked"
  | "unusable";

/** What a server has against the certificate that we sent, or against our sending none. */
export type ClientCertificateProblem =
  /** It wants one. */
  | "required"
  | "expired"
  | "revoked"
  /** It does not know or trust who issued it. */
  | "unknown-authority"
  /** It cannot check signatures made with this kind of key. */
  | "unsupported-key"
  | "not-accepted";

/** The certificate that the server has seen. */
export interface SentCertificate {
  /** What it gives as xmppAddr (RFC 6120 §13.7.1.4). */
  readonly addresses: readonly string[];
}

/** Why no secure connection came about. */
export type TransportFailure =
  /** The domain does not exist, or says that it offers no XMPP service. */
  | { readonly kind: "host-unknown"; readonly host: string }
  /** The name could not be looked up now: no answer, or the resolver failed. */
  | { readonly kind: "lookup-failed"; readonly host: string }
  | { readonly kind: "refused"; readonly host: string; readonly port: number }
  | { readonly kind: "unreachable"; readonly host: string; readonly port: number }
  | { readonly kind: "timeout"; readonly host: string; readonly port: number }
  /** The server broke off or could not agree on TLS 1.2 or newer. */
  | { readonly kind: "tls-failed"; readonly host: string; readonly detail: string }
  | {
      readonly kind: "certificate";
      readonly host: string;
      readonly problems: readonly CertificateProblem[];
      /** Under which the gate keeps the details for a person to look at; null where it keeps none. */
      readonly question: string | null;
    }
  | {
      readonly kind: "client-certificate";
      readonly host: string;
      readonly problem: ClientCertificateProblem;
    };

/** Why a transport that was open is open no more. */
export type TransportEnd =
  | { readonly kind: "closed" }
  | { readonly kind: "broken"; readonly detail: string }
  /** In TLS 1.3 a server judges our certificate only after the handshake, as we see it, is over. */
  | { readonly kind: "client-certificate"; readonly problem: ClientCertificateProblem };

export interface TransportListener {
  data(bytes: Uint8Array): void;
  /** Called once; nothing follows. */
  end(end: TransportEnd): void;
}

/** One connection to one server. Nothing in it throws; what goes wrong ends it. */
export interface Transport {
  /** The host name and port that answered, for the log and for error texts. */
  readonly host: string;
  readonly port: number;
  /** True once TLS is up and the certificate was accepted for the account's domain. */
  readonly isSecure: boolean;
  /** Null where none was sent: there is none, or the server did not ask for it. */
  readonly sentCertificate: SentCertificate | null;

  /** Starts delivering; until then nothing is read. */
  listen(listener: TransportListener): Undo;
  /** Queues text. Resolves when the operating system took it, or when the transport ended. */
  write(text: string): Promise<void>;
  /** Stops or restarts reading: back-pressure to the server. */
  setReading(isReading: boolean): void;
  /** STARTTLS: the handshake on the open socket, ending with an accepted certificate.
   *  Call only after {@link listen} was undone, so that no byte of TLS is taken for XML. */
  secure(): Promise<Result<null, TransportFailure>>;
  /** The channel-binding data of this TLS connection, or null where the type is not available. */
  channelBinding(type: ChannelBindingType): Uint8Array | null;
  /** Sends what is queued, then closes. */
  close(): void;
  /** Closes at once. */
  destroy(): void;
}
