/** One certificate revocation list (RFC 5280 §5), read and typed. What it means for a certificate is
 *  decided in crl-status.ts. */

import { createHash } from "node:crypto";
import { failure, success, type Result } from "../../base/result.ts";
import { crlLimits } from "../../base/limits.ts";
import {
  DerError,
  DerHeader,
  readBitsAsBytes,
  readDer,
  readSequence,
  tags,
} from "../der/reader.ts";
import { isSignatureValid, weaknessOfAlgorithm } from "../x509/algorithms.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { DistinguishedName } from "../x509/distinguished-name.ts";
import { readCrlEntries, type CrlEntries } from "./crl-entries.ts";
import { readCrlFrame, type CrlFrame, type CrlParts } from "./crl-frame.ts";
import type { Revocation } from "./revocation-table.ts";

export interface Crl extends CrlFrame {
  /** SHA-256 of the whole, hexadecimal in lower case. */
  readonly fingerprint: string;
  /** How many certificates are listed. */
  readonly count: number;
  /** The entry of a certificate, null where it is not listed. */
  find(issuer: DistinguishedName, serial: Uint8Array): Revocation | null;
  /** Whether the key of this certificate made the signature, and not with a broken hash. Whether that
   *  certificate may sign CRLs is another question. */
  readonly isSignedBy: (signer: Certificate) => boolean;
}

/** Reads a CRL from somewhere that may hold anything. */
export function parseCrl(bytes: Uint8Array): Result<Crl, string> {
  try {
    return success(makeCrl(readCrl(bytes)));
  } catch (thrown) {
    if (thrown instanceof DerError) return failure(thrown.message);
    throw thrown;
  }
}

export interface CrlReading {
  readonly parts: CrlParts;
  readonly entries: CrlEntries;
  readonly fingerprint: string;
  readonly isSignedBy: (signer: Certificate) => boolean;
}

/** @throws {DerError} */
export function readCrl(bytes: Uint8Array): CrlReading {
  requireSmallFrame(bytes);
  const [tbs, algorithm, signature, ...rest] = readSequence(readDer(bytes), "a CRL");
  if (!tbs || !algorithm || !signature || rest.length > 0) throw new DerError("bad CRL");
  const parts = readCrlFrame(tbs);
  const { frame, revoked } = parts;
  const innerAlgorithm = parts.frameFields[frame.version === 1 ? 0 : 1];
  // §5.1.1.2: both say the same, or one could be exchanged.
  if (!innerAlgorithm || Buffer.compare(innerAlgorithm.encoded, algorithm.encoded) !== 0) {
    throw new DerError("a CRL has two signature algorithms");
  }
  const signatureBytes = readBitsAsBytes(signature);
  const entries = readCrlEntries(revoked?.content ?? null, {
    issuerKey: frame.issuer.key,
    version: frame.version,
    isIndirect: frame.issuingDistributionPoint?.isIndirect ?? false,
    isDelta: frame.baseNumber !== null,
  });
  // The same few keys are asked for every certificate of a chain, and the list may be large.
  const verdicts = new Map<string, boolean>();
  return {
    parts,
    entries,
    fingerprint: createHash("sha256").update(bytes).digest("hex"),
    isSignedBy(signer) {
      const key = keyFingerprint(signer);
      let verdict = verdicts.get(key);
      if (verdict === undefined) {
        const algorithmUsed = frame.signatureAlgorithm;
        verdict =
          weaknessOfAlgorithm(algorithmUsed) === null &&
          signer.publicKey !== null &&
          isSignatureValid(algorithmUsed, signer.publicKey, tbs.encoded, signatureBytes);
        verdicts.set(key, verdict);
      }
      return verdict;
    },
  };
}

/** A list may be large, what stands around it may not: its elements become objects. @throws {DerError} */
function requireSmallFrame(bytes: Uint8Array): void {
  const header = new DerHeader();
  header.read(bytes, 0, bytes.length);
  header.read(bytes, header.contentStart, header.end);
  const tbsEnd = header.end;
  let listBytes = 0;
  let previousTag = 0;
  for (let at = header.contentStart; at < tbsEnd; at = header.end) {
    header.read(bytes, at, tbsEnd);
    const followsTime = previousTag === tags.utcTime || previousTag === tags.generalizedTime;
    if (header.tag === tags.sequence && followsTime) listBytes = header.end - at;
    previousTag = header.tag;
  }
  if (bytes.length - listBytes > crlLimits.frameBytesMax) throw new DerError("a CRL says too much");
}

/** SHA-256 of the SubjectPublicKeyInfo, hexadecimal. */
export function keyFingerprint(certificate: Certificate): string {
  return createHash("sha256").update(certificate.spki).digest("hex");
}

export function makeCrl({ parts, entries, fingerprint, isSignedBy }: CrlReading): Crl {
  const { frame } = parts;
  const numbers = new Map(entries.issuerKeys.map((key, number) => [key, number]));
  return {
    ...frame,
    hasUnknownCritical: frame.hasUnknownCritical || entries.hasUnknownCritical,
    fingerprint,
    count: entries.table.count,
    isSignedBy,
    find(issuer, serial) {
      const number = numbers.get(issuer.key);
      return number === undefined ? null : entries.table.find(number, serial);
    },
  };
}
