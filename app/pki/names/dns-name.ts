/** Names of hosts: which texts are one, and how an internationalised one is written in certificates. */

import { domainToASCII } from "node:url";

const nameCharsMax = 253;
const labelPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const labelWithUnderscorePattern = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** Letters, digits and hyphens (RFC 5890 §2.3.1), without a dot at the end, and no IPv4 address. */
export function isHostName(text: string): boolean {
  return isName(text, labelPattern);
}

/** What certificates have as dNSName: as above with a wildcard as the whole leftmost label, and with the
 *  underscores that some hosts do have. Whether it may stand for a server is decided elsewhere. */
export function isDnsName(text: string): boolean {
  return isName(text.startsWith("*.") ? text.slice(2) : text, labelWithUnderscorePattern);
}

/** @param domain as a person writes it, or as it is in an address of XMPP
 *  @returns it in A-labels and lower case (RFC 9525 §6.3), null where it is no name of a host */
export function toAsciiDomain(domain: string): string | null {
  if (domain.length > nameCharsMax) return null;
  // What is ASCII already is not handed on: URLs read "1.2" and "0x7f.1" as IPv4 addresses.
  const isAscii = /^[\u0021-\u007e]*$/.test(domain);
  const ascii = (isAscii ? domain : domainToASCII(domain)).toLowerCase();
  return isHostName(ascii) ? ascii : null;
}

/** Whether a dNSName stands for a host (RFC 9525 §6.3): the same, or with a wildcard as the whole
 *  leftmost label for exactly one label, in front of at least two others.
 *  @param presented from the certificate  @param host from {@link toAsciiDomain} */
export function matchesHost(presented: string, host: string): boolean {
  const name = presented.toLowerCase();
  if (!name.startsWith("*.")) return isHostName(name) && name === host;
  const parent = name.slice(2);
  const firstDot = host.indexOf(".");
  const isNarrow = parent.includes(".") && isHostName(parent);
  return isNarrow && firstDot > 0 && host.slice(firstDot + 1) === parent;
}

function isName(text: string, label: RegExp): boolean {
  if (text.length > nameCharsMax) return false;
  const labels = text.split(".");
  const isNumber = /^\d+$/.test(labels.at(-1) ?? "");
  return !isNumber && labels.every((each) => label.test(each));
}
