/** EXTERNAL (RFC 4422 appendix A, XEP-0178 §2): the certificate of the TLS handshake says who we are. */

import { success } from "../../base/result.ts";
import { parseBareJid, type BareJid } from "../jid.ts";
import type { SentCertificate } from "../stream/transport.ts";
import type { Mechanism } from "./mechanism.ts";

/** @param certificate that was really sent: a server may offer EXTERNAL to those who sent none */
export function makeExternal(account: BareJid, { addresses }: SentCertificate): Mechanism {
  return {
    name: "EXTERNAL",
    start: () => Buffer.from(isOnlyAddress(account, addresses) ? "" : account),
    // RFC 4422 appendix A: one message, and ours always comes with the first element.
    respond: () => Promise.resolve({ ok: false, error: "bad-challenge" }),
    finish: () => success(null),
  };
}

/** XEP-0178 §2: a certificate with one address says by itself who wants in. One with the address of somebody
 *  else must not sign us in there: then we say whom we mean, and the server says no. */
function isOnlyAddress(account: BareJid, addresses: readonly string[]): boolean {
  const [only, ...more] = addresses;
  return only !== undefined && more.length === 0 && parseBareJid(only) === account;
}
