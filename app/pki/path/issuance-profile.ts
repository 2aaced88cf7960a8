/** Rules of RFC 5280 §4 about how certificates are issued. Breaking them does no harm to whoever relies on
 *  a certificate, and private authorities do break them, so that only the strict profile looks. */

import { extensionOids } from "../oids.ts";
import type { Certificate } from "../x509/certificate.ts";
import { isHostName } from "../names/dns-name.ts";
import type { Role } from "./certificate-checks.ts";
import type { Finding } from "./path-problem.ts";

type Rule = readonly [broken: string, isBroken: (certificate: Certificate, role: Role) => boolean];

const serialBytesMax = 20;

const rules: readonly Rule[] = [
  ["is not of version 3", ({ version }) => version !== 3],
  ["its serial is longer than 20 bytes", ({ serial }) => serial.length > serialBytesMax],
  ["its serial is zero", ({ serial }) => serial.every((byte) => byte === 0)],
  ["its serial is negative", ({ serial }) => (serial[0] ?? 0) >= 0x80],
  ["authority key id is critical", (c) => isCritical(c, extensionOids.authorityKeyId)],
  ["subject key id is critical", (c) => isCritical(c, extensionOids.subjectKeyId)],
  ["information access is critical", (c) => isCritical(c, extensionOids.authorityInfoAccess)],
  ["authority key id is missing", (c) => !c.isSelfIssued && !c.authorityKeyId?.keyId],
  ["subject key id of an authority is missing", (c) => isAuthority(c) && !c.subjectKeyId],
  ["an authority without a name", (c) => isAuthority(c) && c.subject.attributes.length === 0],
  [
    "basic constraints of an authority are not critical",
    (c) => isAuthority(c) && !isCritical(c, extensionOids.basicConstraints),
  ],
  [
    "a path length without being an authority",
    ({ basicConstraints: basic }) => !!basic && basic.pathLengthMax !== null && !basic.isAuthority,
  ],
  [
    "signs certificates without being an authority",
    (c) => (c.keyUsage?.has("keyCertSign") ?? false) && !isAuthority(c),
  ],
  [
    "name constraints are not critical",
    (c) => c.nameConstraints !== null && !isCritical(c, extensionOids.nameConstraints),
  ],
  [
    "name constraints are empty",
    ({ nameConstraints: names }) =>
      names !== null && !names.permitted?.length && !names.excluded?.length,
  ],
  [
    "name constraints of what is no authority",
    (c, role) => c.nameConstraints !== null && role === "leaf",
  ],
  [
    "policy constraints are not critical",
    (c) => c.policyConstraints !== null && !isCritical(c, extensionOids.policyConstraints),
  ],
  ["a leaf without alternative names", (c, role) => role === "leaf" && !c.subjectAltNames],
  [
    "alternative names are not critical where they are all there is",
    (c) =>
      c.subjectAltNames !== null &&
      c.subject.attributes.length === 0 &&
      !isCritical(c, extensionOids.subjectAltName),
  ],
  [
    "an alternative name is malformed",
    ({ subjectAltNames }) =>
      (subjectAltNames ?? []).some(
        (name) => name.kind === "dns" && !isHostName(name.text.replace(/^\*\./, "")),
      ),
  ],
  [
    "an anchor's authority key id is not its own",
    (c, role) => role === "anchor" && c.isSelfIssued && !isOwnKeyId(c),
  ],
];

export function issuanceProblems(certificate: Certificate, role: Role): Finding[] {
  return rules
    .filter(([, isBroken]) => isBroken(certificate, role))
    .map(([broken]) => ({ kind: "issuance", detail: broken }));
}

function isAuthority({ basicConstraints }: Certificate): boolean {
  return basicConstraints?.isAuthority ?? false;
}

function isCritical({ extensions }: Certificate, oid: string): boolean {
  return extensions.get(oid)?.isCritical ?? false;
}

function isOwnKeyId({ authorityKeyId, subjectKeyId }: Certificate): boolean {
  if (!authorityKeyId) return true;
  const { keyId, issuer, serial } = authorityKeyId;
  if (!keyId || issuer || serial) return false;
  return !subjectKeyId || Buffer.compare(keyId, subjectKeyId) === 0;
}
