/** The MAC by which a PKCS#12 file knows its password: the classic one (RFC 7292 §4, appendix B) and PBMAC1
 *  (RFC 9579), and the one of them that we write. */

import { createHmac, randomBytes } from "node:crypto";
import {
  DerError,
  readInteger,
  readOctets,
  readOid,
  readSequence,
  tags,
  type DerElement,
} from "../der/reader.ts";
import { writeInteger, writeNull, writeOctets, writeOid, writeSequence } from "../der/writer.ts";
import { digestOids, readDigest, type Digest } from "../x509/algorithms.ts";
import {
  derivePkcs12,
  pkcs12Purposes,
  readHmac,
  readKeyDerivation,
  readRounds,
  type EncodedPassword,
} from "./key-derivation.ts";
import { unsupported, Work } from "./key-file-fault.ts";

const pbmac1Oid = "1.2.840.113549.1.5.14";

const digestBytes: Readonly<Record<Digest, number>> = {
  md5: 16,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

/** @param mac MacData  @throws {DerError|KeyFileError} */
export function isMacRight(
  mac: DerElement,
  content: Uint8Array,
  password: EncodedPassword,
  work: Work,
): boolean {
  const [digestInfo, salt, rounds] = readSequence(mac, "a MAC");
  if (!digestInfo || !salt) throw new DerError("bad MAC");
  const [algorithm, expected] = readSequence(digestInfo, "a MAC");
  if (!algorithm || !expected) throw new DerError("bad MAC");
  const [type, parameters] = readSequence(algorithm, "the algorithm of a MAC");
  if (!type) throw new DerError("bad MAC");
  const oid = readOid(type);
  const value =
    oid === pbmac1Oid
      ? makePbmac1(parameters, content, password, work)
      : makeClassic(
          requireDigest(algorithm, oid),
          content,
          password,
          readOctets(salt),
          rounds ? readRounds(rounds) : 1,
          work,
        );
  return value.equals(readOctets(expected));
}

/** MacData with SHA-256 over `content`. */
export function writeMac(content: Uint8Array, password: EncodedPassword, rounds: number): Buffer {
  const salt = randomBytes(16);
  const value = makeClassic("sha256", content, password, salt, rounds, new Work());
  const algorithm = writeSequence(writeOid(digestOids.sha256), writeNull());
  const digestInfo = writeSequence(algorithm, writeOctets(value));
  return writeSequence(digestInfo, writeOctets(salt), writeInteger(rounds));
}

function requireDigest(algorithm: DerElement, oid: string): Digest {
  const digest = readDigest(algorithm);
  if (!digest) throw unsupported(oid);
  return digest;
}

function makeClassic(
  digest: Digest,
  content: Uint8Array,
  password: EncodedPassword,
  salt: Uint8Array,
  rounds: number,
  work: Work,
): Buffer {
  const { mac } = pkcs12Purposes;
  const key = derivePkcs12(digest, mac, password, salt, rounds, digestBytes[digest], work);
  return createHmac(digest, key).update(content).digest();
}

/** Beyond it no HMAC has use for a key. */
const pbmac1KeyBytesMax = 1_024n;

/** RFC 9579 §4: the salt and the rounds beside the MAC are not used, and the length of the key is given. */
function makePbmac1(
  parameters: DerElement | undefined,
  content: Uint8Array,
  password: EncodedPassword,
  work: Work,
): Buffer {
  const [derivation, scheme] = parameters ? readSequence(parameters, "PBMAC1") : [];
  if (!derivation || !scheme) throw new DerError("bad PBMAC1");
  const lengthBytes = readKeyLength(derivation);
  const key = readKeyDerivation(derivation)(password, lengthBytes, work);
  return createHmac(readHmac(scheme), key).update(content).digest();
}

function readKeyLength(derivation: DerElement): number {
  const [, parameters] = readSequence(derivation, "a key derivation function");
  const numbers = parameters?.children.filter((part) => part.tag === tags.integer) ?? [];
  const length = numbers.at(-1);
  // PBKDF2 has its rounds before it, scrypt three numbers.
  if (!length || numbers.length < 2) throw new DerError("PBMAC1 does not say how long its key is");
  const value = readInteger(length);
  if (value < 1n || value > pbmac1KeyBytesMax) throw new DerError("the key of PBMAC1 is too long");
  return Number(value);
}
