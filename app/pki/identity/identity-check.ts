/** Whether a key with its certificate can sign someone in: everything that speaks against it, for the person
 *  to read before the server says no. Whether the server trusts the issuer cannot be known here. */

import { DerError, readText } from "../der/reader.ts";
import { otherNameOids, purposeOids } from "../oids.ts";
import { weaknessOfKey } from "../x509/algorithms.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { KeyAlgorithm, PrivateKey } from "./private-key.ts";

export type IdentityProblem =
  | { readonly kind: "key-does-not-match" }
  /** The last moment at which it was valid, milliseconds since the epoch. */
  | { readonly kind: "expired"; readonly notAfter: number }
  | { readonly kind: "not-yet-valid"; readonly notBefore: number }
  /** Its purposes leave out clientAuth, or its key may not make signatures (RFC 5280 §4.2.1.12, §4.2.1.3). */
  | { readonly kind: "no-client-auth" }
  /** No xmppAddr, or that of others: `found` (RFC 6120 §13.7.1.4). */
  | { readonly kind: "no-xmpp-addr"; readonly found: readonly string[] }
  /** The platform cannot use this kind of key in TLS. */
  | { readonly kind: "unsupported-key"; readonly algorithm: KeyAlgorithm }
  /** RSA of less than 2048 bits: servers refuse it. */
  | { readonly kind: "weak-key"; readonly algorithm: KeyAlgorithm };

export interface CheckedIdentity {
  readonly key: PrivateKey;
  readonly certificate: Certificate;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Bare and normalised. */
  readonly address: string;
}

/** @returns nothing where all is well */
export function checkIdentity({
  key,
  certificate,
  at,
  address,
}: CheckedIdentity): readonly IdentityProblem[] {
  const problems: IdentityProblem[] = [];
  const { algorithm } = key;
  if (!key.isSupported) problems.push({ kind: "unsupported-key", algorithm });
  else if (weaknessOfKey(key.keyObject) === "weak-key")
    problems.push({ kind: "weak-key", algorithm });
  if (!key.isKeyOf(certificate)) problems.push({ kind: "key-does-not-match" });
  return [...problems, ...checkCertificate({ certificate, at, address })];
}

/** The same of the certificate alone, for when its key is not at hand. */
export function checkCertificate({
  certificate,
  at,
  address,
}: Omit<CheckedIdentity, "key">): readonly IdentityProblem[] {
  const problems: IdentityProblem[] = [];
  const { notBefore, notAfter } = certificate;
  // RFC 5280 §4.1.2.5: both inclusive, to the second.
  if (at >= notAfter + 1_000) problems.push({ kind: "expired", notAfter });
  if (at < notBefore) problems.push({ kind: "not-yet-valid", notBefore });
  if (!maySignIn(certificate)) problems.push({ kind: "no-client-auth" });
  const found = xmppAddresses(certificate);
  const isNamed = found.some((each) => fold(each) === fold(address));
  if (!isNamed) problems.push({ kind: "no-xmpp-addr", found });
  return problems;
}

/** The addresses that the certificate gives as xmppAddr, as they are written there. */
export function xmppAddresses(certificate: Certificate): readonly string[] {
  return (certificate.subjectAltNames ?? []).flatMap((name) => {
    if (name.kind !== "other" || name.oid !== otherNameOids.xmppAddr) return [];
    try {
      const text = readText(name.value);
      return text === null ? [] : [text];
    } catch (thrown) {
      // Not even UTF-8: nobody's address.
      if (thrown instanceof DerError) return [];
      throw thrown;
    }
  });
}

function maySignIn({ purposes, keyUsage }: Certificate): boolean {
  const isForClients =
    purposes === null ||
    purposes.includes(purposeOids.clientAuth) ||
    purposes.includes(purposeOids.any);
  return isForClients && (keyUsage === null || keyUsage.has("digitalSignature"));
}

function fold(address: string): string {
  return address.normalize("NFC").toLowerCase();
}
