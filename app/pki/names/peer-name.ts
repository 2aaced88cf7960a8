/** Whether a certificate has one plain name, of whatever service: a host, an address, a mailbox. The
 *  common name is never looked at. For servers of XMPP see server-name.ts. */

import type { Certificate } from "../x509/certificate.ts";
import { matchesHost, toAsciiDomain } from "./dns-name.ts";
import { parseMailbox } from "./email-address.ts";
import { parseIpAddress } from "./ip-address.ts";

export interface PeerName {
  readonly kind: "dns" | "ip" | "email";
  readonly text: string;
}

export function hasPeerName(certificate: Certificate, { kind, text }: PeerName): boolean {
  const names = certificate.subjectAltNames ?? [];
  switch (kind) {
    case "dns": {
      const host = toAsciiDomain(text);
      return (
        host !== null && names.some((name) => name.kind === "dns" && matchesHost(name.text, host))
      );
    }
    case "ip": {
      const address = parseIpAddress(text);
      return (
        address !== null &&
        names.some((name) => name.kind === "ip" && Buffer.compare(name.bytes, address) === 0)
      );
    }
    case "email": {
      const mailbox = parseMailbox(text);
      return (
        mailbox !== null &&
        names.some((name) => {
          const presented = name.kind === "email" ? parseMailbox(name.text) : null;
          return presented?.local === mailbox.local && presented.host === mailbox.host;
        })
      );
    }
  }
}
