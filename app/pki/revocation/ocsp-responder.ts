/** Who signed an OCSP response, and whether that one may (RFC 6960 §4.2.2.2): the issuer of the
 *  certificate itself, or somebody to whom the issuer gave a certificate for just this. */

import { createHash } from "node:crypto";
import { extensionOids, purposeOids } from "../oids.ts";
import { isSignatureValid, weaknessOfAlgorithm, weaknessOfKey } from "../x509/algorithms.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { BasicOcspResponse, ResponderId } from "./ocsp-response.ts";

/** Why nobody who may has signed; of several reasons the one that came closest. */
export type ResponderTrouble =
  | "weak-signature"
  | "no-responder"
  | "responder-issuer"
  | "responder-purpose"
  | "responder-time"
  | "responder-revoked"
  | "bad-signature";

export interface ResponderQuery {
  /** The certificate asked about. */
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether a delegated responder's own certificate is revoked. Asked only where its issuer has not said
   *  that nobody need ask (ocsp-nocheck). Left out: nobody knows, which is taken for no. */
  readonly isResponderRevoked?: (responder: Certificate) => boolean;
}

/** @returns null where the signature is by somebody who may have made it */
export function troubleOfResponder(
  response: BasicOcspResponse,
  query: ResponderQuery,
): ResponderTrouble | null {
  if (weaknessOfAlgorithm(response.signatureAlgorithm) !== null) return "weak-signature";
  const { issuer } = query;
  let trouble: ResponderTrouble = "no-responder";
  if (isCalled(issuer, response.responder)) {
    if (isSignedWith(response, issuer)) return null;
    trouble = "bad-signature";
  }
  for (const responder of response.certificates) {
    if (!isCalled(responder, response.responder)) continue;
    const found = troubleOfDelegate(responder, response, query);
    if (found === null) return null;
    trouble = found;
  }
  return trouble;
}

function isCalled(certificate: Certificate, id: ResponderId): boolean {
  switch (id.kind) {
    case "name":
      return certificate.subject.key === id.name.key;
    case "key": {
      const hash = createHash("sha1").update(certificate.keyBits).digest();
      return Buffer.compare(hash, id.hash) === 0;
    }
  }
}

function isSignedWith(response: BasicOcspResponse, { publicKey }: Certificate): boolean {
  const { signatureAlgorithm, signed, signature } = response;
  return publicKey !== null && isSignatureValid(signatureAlgorithm, publicKey, signed, signature);
}

function troubleOfDelegate(
  responder: Certificate,
  response: BasicOcspResponse,
  query: ResponderQuery,
): ResponderTrouble | null {
  const { certificate, issuer, at, isResponderRevoked } = query;
  // "This certificate MUST be issued directly by the CA that is identified in the request": its key.
  if (!isIssuedBy(responder, issuer)) return "responder-issuer";
  // What it says about itself proves nothing.
  if (responder.fingerprint === certificate.fingerprint) return "responder-purpose";
  if (!maySignResponses(responder)) return "responder-purpose";
  const { notBefore, notAfter } = responder;
  const isInTime = [at, response.producedAt].every((time) => time >= notBefore && time <= notAfter);
  if (!isInTime) return "responder-time";
  const isUnchecked = responder.extensions.has(extensionOids.ocspNoCheck);
  if (!isUnchecked && isResponderRevoked?.(responder)) return "responder-revoked";
  return isSignedWith(response, responder) ? null : "bad-signature";
}

function isIssuedBy(responder: Certificate, issuer: Certificate): boolean {
  return (
    responder.issuer.key === issuer.subject.key &&
    responder.agreesOnAlgorithm &&
    weaknessOfAlgorithm(responder.signatureAlgorithm) === null &&
    issuer.publicKey !== null &&
    isSignatureValid(
      responder.signatureAlgorithm,
      issuer.publicKey,
      responder.signed,
      responder.signature,
    )
  );
}

/** Critical ones that are taken into account here, or do not change what a responder may. */
const understood: ReadonlySet<string> = new Set([
  extensionOids.subjectKeyId,
  extensionOids.authorityKeyId,
  extensionOids.keyUsage,
  extensionOids.extendedKeyUsage,
  extensionOids.basicConstraints,
  extensionOids.subjectAltName,
  extensionOids.issuerAltName,
  extensionOids.certificatePolicies,
  extensionOids.ocspNoCheck,
]);

/** "Any purpose" is not enough: the right to speak for the issuer must have been given by name. */
function maySignResponses({ purposes, keyUsage, extensions, publicKey }: Certificate): boolean {
  return (
    (purposes ?? []).includes(purposeOids.ocspSigning) &&
    (keyUsage === null || keyUsage.has("digitalSignature") || keyUsage.has("nonRepudiation")) &&
    [...extensions.values()].every(({ oid, isCritical }) => !isCritical || understood.has(oid)) &&
    weaknessOfKey(publicKey) === null
  );
}
