/** Whether a certificate is for the server of a domain (RFC 9525, RFC 6120 §13.7.1). The common name is
 *  never looked at (RFC 9525 §2). Whether the certificate is to be believed is decided elsewhere. */

import { DerError, readText, tags, type DerElement } from "../der/reader.ts";
import { otherNameOids } from "../oids.ts";
import type { Certificate } from "../x509/certificate.ts";
import { isHostName, matchesHost, toAsciiDomain } from "./dns-name.ts";
import { formatIpAddress, parseIpAddress } from "./ip-address.ts";

export interface ServerReference {
  /** The domain of the account, as it is in the address: with letters of any script, or an IP address.
   *  Never a name that DNS gave. */
  readonly domain: string;
  /** Without the underscore: "xmpp-client". */
  readonly service: string;
}

export interface Identifier {
  readonly kind: "dns" | "srv" | "xmpp" | "ip";
  /** As it would be compared: in lower case, names in A-labels. */
  readonly text: string;
}

export interface NameVerdict {
  /** What made it match; null where nothing did. */
  readonly match: Identifier | null;
  /** What the certificate is for, for the message where that is something else. Well-formed names only. */
  readonly found: readonly Identifier[];
}

/** @returns a match by DNS-ID, SRV-ID, xmppAddr or IP-ID */
export function matchServerName(certificate: Certificate, reference: ServerReference): NameVerdict {
  const found = identifiersOf(certificate);
  return { match: found.find((each) => isFor(each, reference)) ?? null, found };
}

function isFor({ kind, text }: Identifier, { domain, service }: ServerReference): boolean {
  const address = parseIpAddress(domain);
  if (address !== null) return kind === "ip" && text === formatIpAddress(address);
  const host = toAsciiDomain(domain);
  if (host === null) return false;
  switch (kind) {
    case "dns":
      return matchesHost(text, host);
    case "srv":
      // RFC 4985 §2: no wildcards.
      return text === `_${service.toLowerCase()}.${host}`;
    case "xmpp":
      return text === host;
    case "ip":
      return false;
  }
}

function identifiersOf(certificate: Certificate): Identifier[] {
  const found: Identifier[] = [];
  for (const name of certificate.subjectAltNames ?? []) {
    switch (name.kind) {
      case "dns": {
        const text = name.text.toLowerCase();
        if (isHostName(text.startsWith("*.") ? text.slice(2) : text)) {
          found.push({ kind: "dns", text });
        }
        break;
      }
      case "ip":
        if (name.bytes.length === 4 || name.bytes.length === 16) {
          found.push({ kind: "ip", text: formatIpAddress(name.bytes) });
        }
        break;
      case "other": {
        const service = readServiceName(name);
        if (service) found.push({ kind: "srv", text: `_${service.service}.${service.host}` });
        const domain = readXmppDomain(name);
        if (domain !== null) found.push({ kind: "xmpp", text: domain });
        break;
      }
      case "email":
      case "directory":
      case "uri":
      case "registered":
      case "unknown":
        break;
    }
  }
  return found;
}

interface OtherName {
  readonly oid: string;
  readonly value: DerElement;
}

/** SRVName (RFC 4985 §2): `_service.name`. @returns null where it is something else */
export function readServiceName(name: OtherName): { service: string; host: string } | null {
  if (name.oid !== otherNameOids.srvName) return null;
  const text = readTextOf(name.value, tags.ia5String);
  const [, service, domain] = /^_([a-z0-9-]{1,63})\.(.+)$/i.exec(text ?? "") ?? [];
  const host = domain === undefined ? null : toAsciiDomain(domain);
  return service === undefined || host === null ? null : { service: service.toLowerCase(), host };
}

/** xmppAddr (RFC 6120 §13.7.1.4) where it is a server's: a domain alone, given in A-labels. A person's
 *  address gives null. */
export function readXmppDomain(name: OtherName): string | null {
  if (name.oid !== otherNameOids.xmppAddr) return null;
  return toAsciiDomain(readTextOf(name.value, tags.utf8String) ?? "");
}

function readTextOf(value: DerElement, tag: number): string | null {
  if (value.tag !== tag) return null;
  try {
    return readText(value);
  } catch (thrown) {
    if (thrown instanceof DerError) return null;
    throw thrown;
  }
}
