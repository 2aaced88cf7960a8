/** The question to an OCSP responder about one certificate (RFC 6960 §4.1), and the id by which the answer
 *  is recognised. Sending it is for others. */

import { createHash } from "node:crypto";
import {
  writeContext,
  writeElement,
  writeNull,
  writeOctets,
  writeOid,
  writeSequence,
} from "../der/writer.ts";
import { tags } from "../der/reader.ts";
import { ocspOids } from "../oids.ts";
import { digestOids } from "../x509/algorithms.ts";
import type { Certificate } from "../x509/certificate.ts";

export interface OcspQuestion {
  readonly certificate: Certificate;
  /** Whose key signed it. */
  readonly issuer: Certificate;
  /** Of the id: every responder knows SHA-1, which is no weakness here: it is a name, not a proof. */
  readonly digest: "sha1" | "sha256";
  /** Random bytes that the answer must repeat, 32 of them (RFC 9654); null to take an answer that was
   *  made before. */
  readonly nonce: Uint8Array | null;
}

/** @returns an OCSPRequest in DER, to be sent as application/ocsp-request */
export function writeOcspRequest(question: OcspQuestion): Buffer {
  const { nonce } = question;
  const request = writeSequence(writeCertificateId(question));
  const extensions =
    nonce &&
    writeSequence(writeSequence(writeOid(ocspOids.nonce), writeOctets(writeOctets(nonce))));
  const list = writeSequence(request);
  return writeSequence(
    extensions ? writeSequence(list, writeContext(2, extensions)) : writeSequence(list),
  );
}

function writeCertificateId({ certificate, issuer, digest }: OcspQuestion): Buffer {
  const hash = (bytes: Uint8Array): Buffer => createHash(digest).update(bytes).digest();
  return writeSequence(
    writeSequence(writeOid(digestOids[digest]), writeNull()),
    // §4.1.1: "over the DER encoding of the issuer's name field in the certificate being checked".
    writeOctets(hash(certificate.issuer.encoded)),
    writeOctets(hash(issuer.keyBits)),
    writeElement(tags.integer, certificate.serial),
  );
}
