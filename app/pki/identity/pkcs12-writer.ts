/** Writes a PKCS#12 file (RFC 7292) with one key, for other programs and for backups: AES-256 by PBES2, MAC
 *  with SHA-256. Takes about a second on purpose: call it in a worker. */

import { createHash } from "node:crypto";
import { assert } from "../../base/assert.ts";
import { keyFileLimits } from "../../base/limits.ts";
import { tags } from "../der/reader.ts";
import {
  writeContext,
  writeContextPrimitive,
  writeElement,
  writeInteger,
  writeOctets,
  writeOid,
  writeSequence,
  writeSet,
} from "../der/writer.ts";
import type { Certificate } from "../x509/certificate.ts";
import { encodePassword } from "./key-derivation.ts";
import { encryptWithPassword } from "./password-encryption.ts";
import { writeMac } from "./pkcs12-mac.ts";
import { attributeOids, bagOids, contentOids, x509CertificateOid } from "./pkcs12-oids.ts";
import type { PrivateKey } from "./private-key.ts";

export interface ExportedIdentity {
  readonly key: PrivateKey;
  readonly certificate: Certificate;
  /** The certificates above it, in any order. */
  readonly chain: readonly Certificate[];
  /** Never empty: a key does not leave without a password. */
  readonly password: string;
  /** What other programs show in their lists. */
  readonly name: string;
}

export function writePkcs12({ key, certificate, chain, password, name }: ExportedIdentity): Buffer {
  assert(password !== "", "a key is exported under a password");
  const [encoding] = encodePassword(password);
  assert(encoding !== undefined, "a password can be encoded");
  const rounds = keyFileLimits.exportRounds;

  const localKeyId = createHash("sha1").update(certificate.encoded).digest();
  const attributes = writeSet(
    writeAttribute(attributeOids.friendlyName, writeBmp(name)),
    writeAttribute(attributeOids.localKeyId, writeOctets(localKeyId)),
  );
  const certificates = encryptWithPassword(
    writeSequence(
      writeCertificateBag(certificate, attributes),
      ...chain.map((each) => writeCertificateBag(each)),
    ),
    encoding,
    rounds,
  );
  const encryptedKey = encryptWithPassword(key.pkcs8, encoding, rounds);
  const keyBag = writeSequence(
    writeOid(bagOids.encryptedKey),
    writeContext(0, writeSequence(encryptedKey.algorithm, writeOctets(encryptedKey.encrypted))),
    attributes,
  );

  const content = writeSequence(
    writeContent(contentOids.encryptedData, writeEncryptedData(certificates)),
    writeContent(contentOids.data, writeOctets(writeSequence(keyBag))),
  );
  return writeSequence(
    writeInteger(3),
    writeContent(contentOids.data, writeOctets(content)),
    writeMac(content, encoding, rounds),
  );
}

function writeContent(type: string, content: Uint8Array): Buffer {
  return writeSequence(writeOid(type), writeContext(0, content));
}

/** EncryptedData (RFC 2315 §13) around SafeContents. */
function writeEncryptedData({
  algorithm,
  encrypted,
}: {
  readonly algorithm: Buffer;
  readonly encrypted: Buffer;
}): Buffer {
  const content = writeContextPrimitive(0, encrypted);
  return writeSequence(
    writeInteger(0),
    writeSequence(writeOid(contentOids.data), algorithm, content),
  );
}

function writeCertificateBag({ encoded }: Certificate, ...attributes: Buffer[]): Buffer {
  const bag = writeSequence(writeOid(x509CertificateOid), writeContext(0, writeOctets(encoded)));
  return writeSequence(writeOid(bagOids.certificate), writeContext(0, bag), ...attributes);
}

function writeAttribute(oid: string, value: Uint8Array): Buffer {
  return writeSequence(writeOid(oid), writeSet(value));
}

function writeBmp(text: string): Buffer {
  return writeElement(tags.bmpString, Buffer.from(text, "utf16le").swap16());
}
