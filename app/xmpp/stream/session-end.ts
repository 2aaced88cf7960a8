/** Why a session is over. A closed union: every member has its own sentence on the screen and its
 *  own answer to the question whether trying again makes sense. */

import type { SaslFault } from "../sasl/mechanism.ts";
import type { StreamEnd } from "./xml-stream.ts";
import type { TransportFailure } from "./transport.ts";

export type SessionEnd =
  /** No connection, or no secure one. */
  | { readonly kind: "transport"; readonly failure: TransportFailure }
  /** The server offers no encryption. */
  | { readonly kind: "tls-unavailable" }
  /** The server offers no way of signing in that this account accepts. */
  | { readonly kind: "no-mechanism"; readonly offered: readonly string[] }
  /** Wrong address or password. */
  | { readonly kind: "not-authorized" }
  /** The server saw our certificate and did not sign us in, and there is no password to try. */
  | { readonly kind: "certificate-refused"; readonly condition: string; readonly text: string }
  /** There is no password, and the certificate was of no use here. */
  | { readonly kind: "certificate-unused"; readonly reason: "not-asked" | "not-offered" }
  | { readonly kind: "account-disabled"; readonly text: string }
  /** The server refused to check the password now (RFC 6120 §6.5.8, §6.5.10). */
  | { readonly kind: "sasl-failure"; readonly condition: string; readonly text: string }
  /** The server could not prove that it is the one that knows the password. */
  | { readonly kind: "server-unproven"; readonly fault: SaslFault }
  /** The server refused the device name or the session. */
  | { readonly kind: "bind-refused"; readonly condition: string }
  /** The server did something no protocol allows. */
  | { readonly kind: "protocol"; readonly detail: string }
  | { readonly kind: "stream"; readonly end: StreamEnd }
  /** What arrived could not be written to the disk; the server still has it. */
  | { readonly kind: "not-stored" }
  /** The stream ended during a step; the stream's own end says why. Never leaves the session. */
  | { readonly kind: "ended" };
