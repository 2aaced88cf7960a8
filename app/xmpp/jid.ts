/** XMPP addresses (RFC 7622) as normalised strings.
 *
 *  Two addresses are the same exactly when their strings are equal, so they can be map keys and
 *  database keys. Only {@link parseJid} makes one: text from the network or a person is not a Jid. */

import { domainToASCII, domainToUnicode } from "node:url";
import type { Brand } from "../base/brand.ts";

/** Any valid address, bare or full. */
export type Jid = Brand<string, "Jid">;
/** `local@domain` or `domain`. */
export type BareJid = Jid & { readonly __bare: true };
/** An address with a resource: one connected device. */
export type FullJid = Jid & { readonly __full: true };

/** RFC 7622 §3.2–3.4: each part is at most 1023 octets. */
const partBytesMax = 1023;

/** RFC 7622 §3.3.1: characters that a localpart may never contain. */
const forbiddenInLocal = /["&'/:<>@\p{Default_Ignorable_Code_Point}]/u;
/** RFC 8264 §4.2: an identifier consists of letters, digits, marks and visible ASCII, and of the few
 *  others that RFC 5892 §2.6 lists. The rules for right-to-left names are not checked. */
const identifier =
  /^[\x21-\x7e\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}\u00b7\u0375\u05f3\u05f4\u06fd\u06fe\u0f0b\u3007\u30fb]+$/u;
/** Full-width and half-width forms. */
const otherWidth = /[\uff01-\uffee]/g;
const forbiddenInResource = /[\p{Cc}\p{Cs}\p{Cn}]/u;
const plainLocal = /^[a-z0-9._~!#$%*+=?^`{|}()\-[\]\\]+$/;
const plainDomain = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const ipv6Literal = /^\[[0-9a-f:.]{2,45}\]$/;

/** Parses and normalises an address. Returns null for what RFC 7622 does not allow. */
export function parseJid(text: string): Jid | null {
  if (text.length > 3 * partBytesMax + 2) return null;
  const slash = text.indexOf("/");
  const bare = slash === -1 ? text : text.slice(0, slash);
  const at = bare.indexOf("@");
  const local = at === -1 ? "" : normaliseLocal(bare.slice(0, at));
  const domain = normaliseDomain(bare.slice(at + 1));
  const resource = slash === -1 ? "" : normaliseResource(text.slice(slash + 1));
  if (domain === null || local === null || resource === null) return null;
  // "@domain" and "domain/" are not abbreviations of "domain": an empty part is an error.
  if ((at !== -1 && local === "") || (slash !== -1 && resource === "")) return null;
  return joinParts(local, domain, resource);
}

/** Parses an address that must not carry a resource. */
export function parseBareJid(text: string): BareJid | null {
  const jid = parseJid(text);
  return jid !== null && isBare(jid) ? jid : null;
}

/** Parses an address that must carry a resource. */
export function parseFullJid(text: string): FullJid | null {
  const jid = parseJid(text);
  return jid !== null && !isBare(jid) ? (jid as FullJid) : null;
}

export function isBare(jid: Jid): jid is BareJid {
  return !jid.includes("/");
}

/** The address without its resource. */
export function bareOf(jid: Jid): BareJid {
  const slash = jid.indexOf("/");
  return (slash === -1 ? jid : jid.slice(0, slash)) as BareJid;
}

/** The part before "@", or "" for a server's own address. */
export function localOf(jid: Jid): string {
  const bare = bareOf(jid);
  const at = bare.indexOf("@");
  return at === -1 ? "" : bare.slice(0, at);
}

export function domainOf(jid: Jid): BareJid {
  const bare = bareOf(jid);
  return bare.slice(bare.indexOf("@") + 1) as BareJid;
}

/** The part after "/", or "" for a bare address. */
export function resourceOf(jid: Jid): string {
  const slash = jid.indexOf("/");
  return slash === -1 ? "" : jid.slice(slash + 1);
}

/** The domain as DNS, TLS and certificates spell it (A-labels), for example `xn--mnchen-3ya.example`. */
export function asciiDomain(jid: Jid): string {
  return domainToASCII(domainOf(jid));
}

function joinParts(local: string, domain: string, resource: string): Jid {
  const bare = local === "" ? domain : `${local}@${domain}`;
  return (resource === "" ? bare : `${bare}/${resource}`) as Jid;
}

function normaliseLocal(text: string): string | null {
  if (text === "" || plainLocal.test(text)) return withinBytes(text);
  // RFC 8265 §3.3: width, case, composition, in this order.
  const mapped = text
    .replace(otherWidth, (character) => character.normalize("NFKC"))
    .toLowerCase()
    .normalize("NFC");
  if (!identifier.test(mapped) || forbiddenInLocal.test(mapped)) return null;
  // RFC 8264 §9.17: what is another way to write something else ("Ⅳ" for "IV") would make one person
  // look like another. It is refused, not mapped: servers may take the two for different accounts.
  return mapped === mapped.normalize("NFKC") ? withinBytes(mapped) : null;
}

function normaliseDomain(text: string): string | null {
  const trimmed = text.endsWith(".") ? text.slice(0, -1) : text;
  const lower = trimmed.toLowerCase();
  if (plainDomain.test(lower)) return unicodeDomain(lower);
  if (ipv6Literal.test(lower)) return lower;
  const ascii = domainToASCII(lower);
  return plainDomain.test(ascii) ? unicodeDomain(ascii) : null;
}

/** One spelling for `münchen.example` and `xn--mnchen-3ya.example`. */
function unicodeDomain(ascii: string): string | null {
  return withinBytes(ascii.includes("xn--") ? domainToUnicode(ascii) || null : ascii);
}

function normaliseResource(text: string): string | null {
  const composed = text.normalize("NFC");
  return forbiddenInResource.test(composed) ? null : withinBytes(composed);
}

function withinBytes(part: string | null): string | null {
  return part !== null && Buffer.byteLength(part) <= partBytesMax ? part : null;
}
