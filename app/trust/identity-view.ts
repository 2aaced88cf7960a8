/** Certificates to sign in with, as people see them. */

import { identityLimits } from "../base/limits.ts";
import type {
  CertificateFacts,
  FoundKeyView,
  IdentityProblem,
  IdentityView,
} from "../contract/views.ts";
import { checkCertificate, xmppAddresses } from "../pki/identity/identity-check.ts";
import { nameOids } from "../pki/oids.ts";
import { weaknessOfKey } from "../pki/x509/algorithms.ts";
import { parseCertificate, type Certificate } from "../pki/x509/certificate.ts";
import { textOf, type DistinguishedName } from "../pki/x509/distinguished-name.ts";
import type { IdentityRecord } from "../store/queries/identities.ts";
import type { FoundKey } from "./identity-jobs.ts";

const dayMs = 24 * 60 * 60 * 1_000;

/** @param addresses of the accounts that use it
 *  @param now milliseconds since the epoch */
export function identityView(
  record: IdentityRecord,
  addresses: readonly string[],
  now: number,
): IdentityView {
  const { id, name, address, fingerprint, usedBy } = record;
  const certificate = readCertificate(record.certificate);
  const due = certificate && usedBy.length > 0 ? dueReminder(certificate.notAfter, now) : null;
  const isReminded = due !== null && record.remindedDays !== null && record.remindedDays <= due;
  return {
    id,
    name,
    address,
    hasCertificate: certificate !== null,
    fingerprint,
    facts: certificate && certificateFacts(certificate),
    problems: certificate ? problemsOf(certificate, addresses, now) : [],
    usedBy,
    reminderDays: isReminded ? null : due,
  };
}

export function foundKeyView(key: FoundKey, index: number, now: number): FoundKeyView {
  const certificate = readCertificate(key.issued?.certificate ?? null);
  const problems: IdentityProblem[] = certificate ? [...problemsOf(certificate, [], now)] : [];
  if (!key.isSupported) problems.unshift({ kind: "unsupported-key" });
  else if (certificate && !key.isMatching) problems.unshift({ kind: "key-does-not-match" });
  return {
    index,
    name: nameOf(key, certificate),
    facts: certificate && certificateFacts(certificate),
    problems,
    isUsable: certificate !== null && key.isSupported && key.isMatching,
  };
}

/** What to call a new one: what its file says, or whom it is for. */
export function nameOf({ name }: Pick<FoundKey, "name">, certificate: Certificate | null): string {
  const given = name?.trim() || (certificate && titleOf(certificate.subject)) || "–";
  return given.slice(0, 256);
}

export function certificateFacts(certificate: Certificate): CertificateFacts {
  const { subject, issuer, notBefore, notAfter } = certificate;
  const addresses = xmppAddresses(certificate);
  return {
    subject: titleOf(subject) || (addresses[0] ?? ""),
    issuer: titleOf(issuer),
    addresses,
    notBefore,
    notAfter,
  };
}

/** @returns null for bytes that are no certificate */
export function readCertificate(bytes: Uint8Array | null): Certificate | null {
  const certificate = bytes && parseCertificate(bytes);
  return certificate?.ok ? certificate.value : null;
}

function problemsOf(
  certificate: Certificate,
  addresses: readonly string[],
  now: number,
): readonly IdentityProblem[] {
  const problems: IdentityProblem[] = [];
  for (const problem of checkCertificate({ certificate, at: now, address: "" })) {
    switch (problem.kind) {
      case "expired":
      case "not-yet-valid":
      case "no-client-auth":
        problems.push(problem);
        break;
      default:
      // Addresses follow below; what is wrong with a key was said when it came in.
    }
  }
  const { publicKey } = certificate;
  if (publicKey && weaknessOfKey(publicKey) === "weak-key") problems.push({ kind: "weak-key" });
  if (xmppAddresses(certificate).length === 0) return [...problems, { kind: "no-address" }];
  for (const address of addresses) {
    const isNamed = checkCertificate({ certificate, at: now, address }).every(
      ({ kind }) => kind !== "no-xmpp-addr",
    );
    if (!isNamed) problems.push({ kind: "other-address", address });
  }
  return problems;
}

/** The last threshold that has been passed; null before the first one, and after the end: that is a problem
 *  and needs no reminder. */
function dueReminder(notAfter: number, now: number): number | null {
  const daysLeft = (notAfter - now) / dayMs;
  if (daysLeft < 0) return null;
  return identityLimits.reminderDays.findLast((days) => daysLeft <= days) ?? null;
}

function titleOf(name: DistinguishedName): string {
  const texts = [nameOids.commonName, nameOids.organizationName].map((oid) => textOf(name, oid));
  const title = texts.find((text) => text) ?? name.attributes.find(({ text }) => text)?.text ?? "";
  return title.slice(0, 256);
}
