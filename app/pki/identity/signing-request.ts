/** Asks an authority for a certificate (PKCS#10, RFC 2986), and finds it in the answer. */

import { failure, success, type Result } from "../../base/result.ts";
import { writeContext, writeInteger, writeOid, writeSequence, writeSet } from "../der/writer.ts";
import type { Certificate } from "../x509/certificate.ts";
import { chainOf } from "./key-file-contents.ts";
import type { KeyFileFault } from "./key-file-fault.ts";
import { readKeyFile } from "./key-file-reader.ts";
import {
  publicKeyOf,
  writePersonExtensions,
  writeSigned,
  writeSubject,
} from "./person-certificate.ts";
import type { PrivateKey } from "./private-key.ts";

/** RFC 2985 §5.4.2. */
const extensionRequestOid = "1.2.840.113549.1.9.14";

export interface RequestedCertificate {
  /** Supported: anything else is a programmer's error. */
  readonly key: PrivateKey;
  /** Bare and normalised. */
  readonly address: string;
  /** Names the domain's client service as well (SRVName, RFC 4985): some servers ask for that. */
  readonly srvDomain?: string | null;
}

/** @returns CertificationRequest, DER; as PEM it is a `CERTIFICATE REQUEST` */
export function createRequest({ key, address, srvDomain = null }: RequestedCertificate): Buffer {
  const extensions = writeSequence(...writePersonExtensions(address, srvDomain));
  const attribute = writeSequence(writeOid(extensionRequestOid), writeSet(extensions));
  const information = writeSequence(
    writeInteger(0),
    writeSubject(address),
    publicKeyOf(key),
    // IMPLICIT [0] of a SET OF with one member.
    writeContext(0, attribute),
  );
  return writeSigned(information, key);
}

export interface MatchedReply {
  readonly certificate: Certificate;
  readonly chain: readonly Certificate[];
}

export type ReplyFault =
  | KeyFileFault
  /** The file has certificates, and none is for this key. */
  | { readonly kind: "other-key" };

/** The certificate for `key` in an authority's answer: PEM, DER or PKCS#7.
 *  @param file what the authority sent */
export function matchReply(key: PrivateKey, file: Uint8Array): Result<MatchedReply, ReplyFault> {
  const read = readKeyFile(file, null);
  if (!read.ok) return read;
  const { certificates } = read.value;
  const [certificate] = certificates
    .filter((each) => key.isKeyOf(each))
    .toSorted((one, other) => other.notAfter - one.notAfter);
  if (!certificate) return failure({ kind: "other-key" });
  return success({ certificate, chain: chainOf(certificate, certificates) });
}
