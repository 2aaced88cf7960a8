/** What every SASL mechanism offers to the exchange that drives it (RFC 4422). */

import type { Result } from "../../base/result.ts";

/** Why a mechanism gave up. Each means that this server must not be talked to with this password. */
export type SaslFault =
  /** The server did not prove that it knows the password. */
  | "server-unproven"
  /** Nonce, salt or iteration count were not what the RFC allows. */
  | "bad-challenge";

export interface Mechanism {
  readonly name: string;
  /** The initial response, or null where the server speaks first. */
  start(): Uint8Array | null;
  /** Answers a challenge. */
  respond(challenge: Uint8Array): Promise<Result<Uint8Array, SaslFault>>;
  /** Judges the server's success; `additional` is what came with it. Must be called before the
   *  session counts as authenticated: SCRAM learns only here whom it talked to. */
  finish(additional: Uint8Array | null): Result<null, SaslFault>;
}

/** What the account proves itself with. Never logged, never sent anywhere but into a mechanism. */
export interface Credentials {
  /** The localpart of the account's address. */
  readonly username: string;
  readonly password: string;
}
