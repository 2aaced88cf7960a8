/** Accounts on a test server. */

import { parseBareJid, type BareJid } from "../../app/xmpp/jid.ts";

export interface User {
  readonly username: string;
  readonly password: string;
  readonly address: BareJid;
}

export function userAt(domain: string, username: string, password: string): User {
  const address = parseBareJid(`${username}@${domain}`);
  if (!address) throw new Error(`${username}@${domain} is no address`);
  return { username, password, address };
}
