/** E-mail addresses as certificates have them (RFC 5280 §4.2.1.6). */

import { isHostName } from "./dns-name.ts";

export interface Mailbox {
  /** Upper and lower case are different here, and no character is a wildcard. */
  readonly local: string;
  /** In lower case. */
  readonly host: string;
}

const localPattern = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;

/** A Mailbox without quotes or comments. @returns null where it is something else */
export function parseMailbox(text: string): Mailbox | null {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  const host = text.slice(at + 1).toLowerCase();
  return localPattern.test(local) && isHostName(host) ? { local, host } : null;
}
