/** One OCSP response (RFC 6960 §4.2), read and typed. Whether it may be believed is decided in
 *  ocsp-status.ts. */

import { failure, success, type Result } from "../../base/result.ts";
import { ocspLimits } from "../../base/limits.ts";
import {
  DerError,
  decodeTime,
  readBitsAsBytes,
  readDer,
  readInteger,
  readOctets,
  readOid,
  readOnly,
  readSequence,
  tags,
  type DerElement,
} from "../der/reader.ts";
import { ocspOids } from "../oids.ts";
import {
  readDigest,
  readSignatureAlgorithm,
  type Digest,
  type SignatureAlgorithm,
} from "../x509/algorithms.ts";
import { parseCertificate, type Certificate } from "../x509/certificate.ts";
import { readName, type DistinguishedName } from "../x509/distinguished-name.ts";
import { readExtensions, type Extensions } from "../x509/extensions.ts";

/** The responder has no answer (§4.2.1). */
export type OcspRefusal =
  "malformed-request" | "internal-error" | "try-later" | "signature-required" | "unauthorized";

export type OcspResponse =
  | { readonly kind: "refusal"; readonly refusal: OcspRefusal }
  | { readonly kind: "basic"; readonly basic: BasicOcspResponse };

export interface BasicOcspResponse {
  readonly responder: ResponderId;
  /** Milliseconds since the epoch, as all times here. */
  readonly producedAt: number;
  readonly answers: readonly OcspAnswer[];
  readonly extensions: Extensions;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Those that came along and could be read. */
  readonly certificates: readonly Certificate[];
}

export type ResponderId =
  | { readonly kind: "name"; readonly name: DistinguishedName }
  /** SHA-1 of the key's bits. */
  | { readonly kind: "key"; readonly hash: Uint8Array };

/** A SingleResponse. */
export interface OcspAnswer {
  readonly certificateId: CertificateId;
  readonly status:
    | { readonly kind: "good" }
    | { readonly kind: "revoked"; readonly reason: number; readonly at: number }
    | { readonly kind: "unknown" };
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  readonly extensions: Extensions;
}

export interface CertificateId {
  /** null for one that we do not know. */
  readonly digest: Digest | null;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** The content of the INTEGER. */
  readonly serial: Uint8Array;
}

/** Reads a response from somewhere that may send anything. */
export function parseOcspResponse(bytes: Uint8Array): Result<OcspResponse, string> {
  if (bytes.length > ocspLimits.responseBytesMax) return failure("is too long");
  try {
    return success(readResponse(readDer(bytes)));
  } catch (thrown) {
    if (thrown instanceof DerError) return failure(thrown.message);
    throw thrown;
  }
}

/** By OCSPResponseStatus; 4 is not used. */
const refusals: Readonly<Record<number, OcspRefusal>> = {
  1: "malformed-request",
  2: "internal-error",
  3: "try-later",
  5: "signature-required",
  6: "unauthorized",
};

function readResponse(element: DerElement): OcspResponse {
  const [statusField, wrapped, ...rest] = readSequence(element, "an OCSP response");
  if (statusField?.tag !== tags.enumerated || rest.length > 0) throw new DerError("bad response");
  const [status, ...moreStatus] = statusField.content;
  if (status === undefined || moreStatus.length > 0) throw new DerError("bad response status");
  if (status !== 0) {
    const refusal = refusals[status];
    if (!refusal || wrapped) throw new DerError("bad response status");
    return { kind: "refusal", refusal };
  }
  if (wrapped?.context !== 0) throw new DerError("a response holds nothing");
  const [type, response, ...more] = readSequence(readOnly(wrapped, "a response"), "a response");
  if (!type || !response || more.length > 0) throw new DerError("bad response");
  if (readOid(type) !== ocspOids.basicResponse) throw new DerError("unknown type of response");
  return { kind: "basic", basic: readBasic(readDer(readOctets(response))) };
}

function readBasic(element: DerElement): BasicOcspResponse {
  const [data, algorithm, signature, certificates, ...rest] = readSequence(
    element,
    "a basic response",
  );
  if (!data || !algorithm || !signature || rest.length > 0) throw new DerError("bad response");
  if (certificates && certificates.context !== 0) throw new DerError("bad response");
  return {
    ...readData(data),
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    signed: data.encoded,
    signature: readBitsAsBytes(signature),
    certificates: certificates ? readCertificates(certificates) : [],
  };
}

/** One that we cannot read cannot be the responder's, and does not harm. */
function readCertificates(wrapped: DerElement): Certificate[] {
  const elements = readSequence(readOnly(wrapped, "certificates"), "certificates");
  if (elements.length > ocspLimits.certificatesMax) throw new DerError("too many certificates");
  return elements.flatMap((element) => {
    const parsed = parseCertificate(element.encoded);
    return parsed.ok ? [parsed.value] : [];
  });
}

function readData(
  data: DerElement,
): Pick<BasicOcspResponse, "responder" | "producedAt" | "answers" | "extensions"> {
  const fields = [...readSequence(data, "what is signed of a response")];
  const [version] = fields;
  if (version?.context === 0) {
    if (readInteger(readOnly(version, "a version")) !== 0n) {
      throw new DerError("a response is of an unknown version");
    }
    fields.shift();
  }
  const [responder, producedAt, answers, extensions, ...rest] = fields;
  if (!responder || !producedAt || !answers || rest.length > 0) throw new DerError("bad response");
  return {
    responder: readResponder(responder),
    producedAt: readGeneralizedTime(producedAt),
    answers: readSequence(answers, "the answers").map(readAnswer),
    extensions: readWrappedExtensions(extensions),
  };
}

function readResponder(element: DerElement): ResponderId {
  const value = readOnly(element, "a responder's id");
  switch (element.context) {
    case 1:
      return { kind: "name", name: readName(value) };
    case 2:
      return { kind: "key", hash: readOctets(value) };
    default:
      throw new DerError("bad responder's id");
  }
}

/** `[1]` of a response and of an answer. */
function readWrappedExtensions(element: DerElement | undefined): Extensions {
  if (!element) return new Map();
  if (element.context !== 1) throw new DerError("unknown field in a response");
  return readExtensions(readOnly(element, "the extensions of a response"));
}

function readAnswer(element: DerElement): OcspAnswer {
  const fields = [...readSequence(element, "an answer")];
  const [certificateId, status, thisUpdate] = fields.splice(0, 3);
  if (!certificateId || !status || !thisUpdate) throw new DerError("bad answer");
  const nextUpdate = fields[0]?.context === 0 ? fields.shift() : undefined;
  const [extensions, ...rest] = fields;
  if (rest.length > 0) throw new DerError("bad answer");
  return {
    certificateId: readCertificateId(certificateId),
    status: readStatus(status),
    thisUpdate: readGeneralizedTime(thisUpdate),
    nextUpdate: nextUpdate ? readGeneralizedTime(readOnly(nextUpdate, "a time")) : null,
    extensions: readWrappedExtensions(extensions),
  };
}

function readCertificateId(element: DerElement): CertificateId {
  const [algorithm, nameHash, keyHash, serial, ...rest] = readSequence(element, "an id");
  if (!algorithm || !nameHash || !keyHash || !serial || rest.length > 0) {
    throw new DerError("bad id of a certificate");
  }
  readInteger(serial);
  return {
    digest: readDigest(algorithm),
    issuerNameHash: readOctets(nameHash),
    issuerKeyHash: readOctets(keyHash),
    serial: serial.content,
  };
}

const implicitNull = { good: 0x80, unknown: 0x82 } as const;
const revokedContext = 1;
const reasonMax = 10;

function readStatus(element: DerElement): OcspAnswer["status"] {
  if (element.tag === implicitNull.good || element.tag === implicitNull.unknown) {
    if (element.content.length > 0) throw new DerError("bad status");
    return { kind: element.tag === implicitNull.good ? "good" : "unknown" };
  }
  if (element.context !== revokedContext) throw new DerError("bad status");
  const [time, reason, ...rest] = element.children;
  if (!time || rest.length > 0 || (reason && reason.context !== 0))
    throw new DerError("bad status");
  return {
    kind: "revoked",
    reason: reason ? readReason(readOnly(reason, "a reason")) : 0,
    at: readGeneralizedTime(time),
  };
}

function readReason(element: DerElement): number {
  const [reason, ...more] = element.expect(tags.enumerated, "a reason").content;
  if (reason === undefined || more.length > 0 || reason > reasonMax)
    throw new DerError("bad reason");
  return reason;
}

function readGeneralizedTime(element: DerElement): number {
  const { content } = element.expect(tags.generalizedTime, "a time");
  return decodeTime(element.tag, content, 0, content.length);
}
