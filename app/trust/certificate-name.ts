/** What a certificate is called where there is room for one line. */

import { createHash } from "node:crypto";
import { nameOids } from "../pki/oids.ts";
import type { Certificate } from "../pki/x509/certificate.ts";
import { textOf, type DistinguishedName } from "../pki/x509/distinguished-name.ts";
import type { NewCertificate } from "../store/queries/trust.ts";

const charsMax = 256;

/** The common name, or what else there is. */
export function displayName(name: DistinguishedName): string {
  const { commonName, organizationalUnitName, organizationName } = nameOids;
  for (const oid of [commonName, organizationalUnitName, organizationName]) {
    const text = textOf(name, oid)?.trim();
    if (text) return text.slice(0, charsMax);
  }
  return fullName(name);
}

/** The whole name, from the most general part to the most specific. */
export function fullName({ attributes }: DistinguishedName): string {
  const parts = attributes.map(({ oid, text }) => `${labels.get(oid) ?? oid}=${text ?? "?"}`);
  return parts.join(", ").slice(0, charsMax * 4);
}

/** SHA-256 of the SubjectPublicKeyInfo, hexadecimal in lower case. */
export function spkiOf({ spki }: Certificate): string {
  return createHash("sha256").update(spki).digest("hex");
}

/** As it goes into the store. */
export function toNewCertificate(certificate: Certificate): NewCertificate {
  return {
    fingerprint: certificate.fingerprint,
    der: certificate.encoded,
    subject: displayName(certificate.subject),
    expiresAt: certificate.notAfter,
  };
}

/** RFC 4514 §3. */
const labels: ReadonlyMap<string, string> = new Map([
  [nameOids.commonName, "CN"],
  [nameOids.countryName, "C"],
  [nameOids.localityName, "L"],
  [nameOids.stateName, "ST"],
  [nameOids.organizationName, "O"],
  [nameOids.organizationalUnitName, "OU"],
  [nameOids.emailAddress, "emailAddress"],
  [nameOids.domainComponent, "DC"],
]);
