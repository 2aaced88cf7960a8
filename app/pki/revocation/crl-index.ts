/** A CRL as a file that need not be parsed again: made once, off the main thread, from a list that may have
 *  half a million entries, then read in one piece and searched as it is. The file is ours and lies where
 *  our files lie: the checksum notices damage, not malice. */

import { createHash } from "node:crypto";
import { failure, success, type Result } from "../../base/result.ts";
import { DerError, readDer } from "../der/reader.ts";
import { writeSequence } from "../der/writer.ts";
import type { Certificate } from "../x509/certificate.ts";
import { keyFingerprint, makeCrl, readCrl, type Crl } from "./crl.ts";
import { readCrlFrame } from "./crl-frame.ts";
import { RevocationTable } from "./revocation-table.ts";

/** To be raised when anything below changes, or how entries are read. */
const formatVersion = 1;
const magic = Buffer.from(`linnet-crl-index ${formatVersion}\n`);

/** After the magic: SHA-256 over all that follows it, of the CRL, and of the key that signed the CRL; a
 *  flag; the lengths of the three sections; the sections. */
const hashBytes = 32;
const crlHashAt = magic.length + hashBytes;
const keyHashAt = crlHashAt + hashBytes;
const flagAt = keyHashAt + hashBytes;
const lengthsAt = flagAt + 1;
const sectionsAt = lengthsAt + 3 * 4;

/** @param bytes of a CRL  @param signers certificates one of which has the key that signed it: the file
 *  keeps which one, because the signature cannot be checked again without the whole CRL
 *  @returns the bytes of the file; why not, where the CRL is malformed or by nobody of them */
export function makeCrlIndex(
  bytes: Uint8Array,
  signers: readonly Certificate[],
): Result<Buffer, string> {
  try {
    const { parts, entries, fingerprint, isSignedBy } = readCrl(bytes);
    const signer = signers.find(isSignedBy);
    if (!signer) return failure("a CRL is not signed by its issuer");
    const sections = [
      // Everything but the entries: number, thisUpdate and nextUpdate are read from there.
      writeSequence(...parts.frameFields.map((field) => field.encoded)),
      Buffer.from(JSON.stringify(entries.issuerKeys)),
      entries.table.bytes,
    ];
    const lengths = Buffer.alloc(3 * 4);
    for (const [index, section] of sections.entries()) {
      lengths.writeUInt32LE(section.length, index * 4);
    }
    const body = [
      Buffer.from(fingerprint, "hex"),
      Buffer.from(keyFingerprint(signer), "hex"),
      Buffer.from([entries.hasUnknownCritical ? 1 : 0]),
      lengths,
      ...sections,
    ];
    return success(Buffer.concat([magic, checksum(body), ...body]));
  } catch (thrown) {
    if (thrown instanceof DerError) return failure(thrown.message);
    throw thrown;
  }
}

/** @param file what {@link makeCrlIndex} made; it is not copied, and must not change
 *  @returns the CRL, which answers as one that was parsed does; why not, where the file is damaged or of
 *  another version of the program */
export function readCrlIndex(file: Buffer): Result<Crl, string> {
  if (file.length < sectionsAt || !file.subarray(0, magic.length).equals(magic)) {
    return failure("is no index of a CRL");
  }
  if (!file.subarray(magic.length, crlHashAt).equals(checksum([file.subarray(crlHashAt)]))) {
    return failure("an index of a CRL is damaged");
  }
  let at = sectionsAt;
  const [frame, issuerKeys, table] = [0, 1, 2].map((index) => {
    const start = at;
    at += file.readUInt32LE(lengthsAt + index * 4);
    return file.subarray(start, at);
  });
  if (!frame || !issuerKeys || !table) return failure("an index of a CRL is damaged");
  const keyHash = file.toString("hex", keyHashAt, flagAt);
  return success(
    makeCrl({
      parts: readCrlFrame(readDer(frame)),
      entries: {
        table: new RevocationTable(table),
        issuerKeys: JSON.parse(issuerKeys.toString()) as string[],
        hasUnknownCritical: file[flagAt] === 1,
      },
      fingerprint: file.toString("hex", crlHashAt, keyHashAt),
      isSignedBy: (signer) => keyFingerprint(signer) === keyHash,
    }),
  );
}

function checksum(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
