/** A certificate that a person's own key signs, for servers that know people by their keys (XEP-0257) or by
 *  an administrator's list. */

import { createHash, randomBytes } from "node:crypto";
import { assert } from "../../base/assert.ts";
import {
  writeContext,
  writeInteger,
  writeOctets,
  writeSequence,
  writeTime,
  writeUnsigned,
} from "../der/writer.ts";
import { extensionOids } from "../oids.ts";
import { Certificate } from "../x509/certificate.ts";
import {
  notAnAuthority,
  publicKeyOf,
  writeExtension,
  writePersonExtensions,
  writeSigned,
  writeSigningAlgorithm,
  writeSubject,
} from "./person-certificate.ts";
import type { PrivateKey } from "./private-key.ts";

/** The server's clock may be behind. */
const headStartMs = 24 * 60 * 60 * 1_000;
const yearsMax = 20;

export interface SelfSignedCertificate {
  /** Supported: anything else is a programmer's error. */
  readonly key: PrivateKey;
  /** Bare and normalised. */
  readonly address: string;
  /** Now, in milliseconds since the epoch. */
  readonly at: number;
  /** From `at` on: 1 to 20. */
  readonly years: number;
}

/** Version 3, not an authority, for client authentication by digital signatures only (RFC 5280 §4.2.1). */
export function createSelfSigned({ key, address, at, years }: SelfSignedCertificate): Certificate {
  assert(Number.isInteger(years) && years >= 1 && years <= yearsMax, "1 to 20 years");
  assert(key.publicBits !== null, "a key that cannot be used must not get here");
  const name = writeSubject(address);
  const end = new Date(at);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  // RFC 7093 §2, method 1: no need for SHA-1.
  const keyId = createHash("sha256").update(key.publicBits).digest().subarray(0, 20);
  const extensions = [
    writeExtension(extensionOids.basicConstraints, notAnAuthority, true),
    ...writePersonExtensions(address, null),
    writeExtension(extensionOids.subjectKeyId, writeOctets(keyId)),
  ];
  const toBeSigned = writeSequence(
    writeContext(0, writeInteger(2)),
    writeUnsigned(serialNumber()),
    writeSigningAlgorithm(key),
    name,
    writeSequence(writeTime(at - headStartMs), writeTime(end.getTime())),
    name,
    publicKeyOf(key),
    writeContext(3, writeSequence(...extensions)),
  );
  return new Certificate(writeSigned(toBeSigned, key));
}

/** 127 random bits, never zero and never taken for negative (RFC 5280 §4.1.2.2). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}
