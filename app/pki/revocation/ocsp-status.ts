/** What an OCSP response, stapled or fetched, says about one certificate (RFC 6960 §3.2). */

import { createHash } from "node:crypto";
import { ocspLimits, revocationLimits } from "../../base/limits.ts";
import { writeOctets } from "../der/writer.ts";
import { ocspOids } from "../oids.ts";
import type { Digest } from "../x509/algorithms.ts";
import type { Extensions } from "../x509/extensions.ts";
import {
  parseOcspResponse,
  type BasicOcspResponse,
  type CertificateId,
  type OcspAnswer,
  type OcspRefusal,
} from "./ocsp-response.ts";
import {
  troubleOfResponder,
  type ResponderQuery,
  type ResponderTrouble,
} from "./ocsp-responder.ts";

export interface OcspQuery extends ResponderQuery {
  /** DER, from somewhere that may send anything. */
  readonly response: Uint8Array;
  /** What the request had; null where there was none, or the response is a staple. */
  readonly nonce: { readonly value: Uint8Array } | null;
}

export type OcspInvalid =
  | "malformed"
  | "unknown-extension"
  | "nonce-mismatch"
  | "produced-outside-validity"
  | "not-yet-valid"
  | "expired"
  | ResponderTrouble;

/** Of an answer that may be believed. */
interface Believed {
  /** A nonce was asked for and not repeated: the answer may have been made before. */
  readonly isNonceMissing: boolean;
  readonly thisUpdate: number;
  /** Until when it holds, milliseconds since the epoch. */
  readonly until: number;
}

export type OcspStatus =
  | (Believed & { readonly kind: "good" })
  /** @see Revocation */
  | (Believed & { readonly kind: "revoked"; readonly reason: number; readonly at: number })
  /** The responder does not know the certificate, which is not good. */
  | (Believed & { readonly kind: "unknown" })
  | { readonly kind: "invalid"; readonly why: OcspInvalid }
  | { readonly kind: "unavailable"; readonly why: OcspRefusal }
  /** Signed and in order, but about other certificates. */
  | { readonly kind: "nomatch" };

export function statusByOcsp(query: OcspQuery): OcspStatus {
  const parsed = parseOcspResponse(query.response);
  if (!parsed.ok) return invalid("malformed");
  if (parsed.value.kind === "refusal") return { kind: "unavailable", why: parsed.value.refusal };
  const { basic } = parsed.value;
  const trouble =
    troubleOfResponder(basic, query) ??
    troubleOfResponse(basic, query) ??
    troubleOfNonce(basic, query);
  if (trouble !== null) return invalid(trouble);
  const isNonceMissing = query.nonce !== null && !basic.extensions.has(ocspOids.nonce);
  const judged = basic.answers
    .filter((answer) => isAbout(answer.certificateId, query))
    .map((answer) => judge(answer, query.at, isNonceMissing));
  // Several answers about one certificate: the worst counts. One that is out of date does not harm another.
  const rank = (status: OcspStatus): number =>
    status.kind === "invalid" && status.why !== "unknown-extension"
      ? worstFirst.length
      : worstFirst.indexOf(status.kind);
  const [worst] = judged.toSorted((one, other) => rank(one) - rank(other));
  return worst ?? { kind: "nomatch" };
}

const worstFirst: readonly OcspStatus["kind"][] = ["revoked", "invalid", "unknown", "good"];

function invalid(why: OcspInvalid): OcspStatus {
  return { kind: "invalid", why };
}

function troubleOfResponse(
  { producedAt, extensions }: BasicOcspResponse,
  { certificate, at }: OcspQuery,
): OcspInvalid | null {
  const { clockSkewMs } = revocationLimits;
  if (hasUnknownCritical(extensions, [ocspOids.nonce])) return "unknown-extension";
  if (producedAt > at + clockSkewMs) return "not-yet-valid";
  const isInValidity =
    producedAt >= certificate.notBefore - clockSkewMs &&
    producedAt <= certificate.notAfter + clockSkewMs;
  return isInValidity ? null : "produced-outside-validity";
}

function hasUnknownCritical(extensions: Extensions, known: readonly string[]): boolean {
  return [...extensions.values()].some(({ oid, isCritical }) => isCritical && !known.includes(oid));
}

/** RFC 9654 §2.1. A responder may leave it out: what that is worth is for others to say. */
function troubleOfNonce(
  { extensions }: BasicOcspResponse,
  { nonce }: OcspQuery,
): OcspInvalid | null {
  const repeated = extensions.get(ocspOids.nonce);
  if (!nonce || !repeated) return null;
  return Buffer.compare(writeOctets(nonce.value), repeated.value) === 0 ? null : "nonce-mismatch";
}

const idDigests: ReadonlySet<Digest> = new Set(["sha1", "sha256", "sha384", "sha512"]);

function isAbout(id: CertificateId, { certificate, issuer }: OcspQuery): boolean {
  const { digest } = id;
  if (digest === null || !idDigests.has(digest)) return false;
  const is = (hash: Uint8Array, bytes: Uint8Array): boolean =>
    Buffer.compare(createHash(digest).update(bytes).digest(), hash) === 0;
  return (
    Buffer.compare(id.serial, certificate.serial) === 0 &&
    is(id.issuerKeyHash, issuer.keyBits) &&
    // The same name, which may be encoded in two ways.
    (is(id.issuerNameHash, certificate.issuer.encoded) ||
      is(id.issuerNameHash, issuer.subject.encoded))
  );
}

function judge(answer: OcspAnswer, at: number, isNonceMissing: boolean): OcspStatus {
  const { status, thisUpdate, nextUpdate, extensions } = answer;
  const { clockSkewMs } = revocationLimits;
  if (hasUnknownCritical(extensions, [ocspOids.certificateTimestamps]))
    return invalid("unknown-extension");
  if (thisUpdate > at + clockSkewMs) return invalid("not-yet-valid");
  const until = nextUpdate ?? thisUpdate + ocspLimits.ageMsMax;
  if (until < thisUpdate || until + clockSkewMs < at) return invalid("expired");
  return { ...status, isNonceMissing, thisUpdate, until };
}
