/** From passwords to keys: the functions of PKCS#12 (RFC 7292 appendix B), PBKDF1 and PBKDF2 (RFC 8018 §5)
 *  and scrypt (RFC 7914), with their parameters as they stand in files. */

import { createHash, hash, pbkdf2Sync, scryptSync } from "node:crypto";
import { keyFileLimits } from "../../base/limits.ts";
import {
  DerError,
  readInteger,
  readOctets,
  readOid,
  readSequence,
  readSmallInteger,
  tags,
  type DerElement,
} from "../der/reader.ts";
import type { Digest } from "../x509/algorithms.ts";
import { KeyFileError, unsupported, type Work } from "./key-file-fault.ts";

/** One way of writing a password as bytes: PKCS#12's own functions take UTF-16, the others UTF-8. */
export interface EncodedPassword {
  readonly utf16: Buffer;
  readonly utf8: Buffer;
}

/** All ways in which programs write this password, the right one first. */
export function encodePassword(password: string): readonly EncodedPassword[] {
  const utf8 = Buffer.from(password, "utf8");
  const encodings = [{ utf16: terminatedUtf16(password), utf8 }];
  // RFC 7292 appendix B.1 ends a password with a zero character. For none at all some leave that out.
  if (password === "") encodings.push({ utf16: Buffer.alloc(0), utf8 });
  // OpenSSL before 1.1.0 took each byte of the UTF-8 for a character.
  if (utf8.length > password.length) {
    encodings.push({ utf16: terminatedUtf16(utf8.toString("latin1")), utf8 });
  }
  return encodings;
}

function terminatedUtf16(text: string): Buffer {
  return Buffer.from(`${text}\0`, "utf16le").swap16();
}

/** What the bytes are for (RFC 7292 appendix B.3). */
export const pkcs12Purposes = { key: 1, initialisationVector: 2, mac: 3 } as const;

/** RFC 7292 appendix B.2. @throws {KeyFileError} */
export function derivePkcs12(
  digest: Digest,
  purpose: number,
  { utf16 }: EncodedPassword,
  salt: Uint8Array,
  rounds: number,
  lengthBytes: number,
  work: Work,
): Buffer {
  const blockBytes = digest === "sha384" || digest === "sha512" ? 128 : 64;
  const diversifier = Buffer.alloc(blockBytes, purpose);
  const input = Buffer.concat([repeat(salt, blockBytes), repeat(utf16, blockBytes)]);
  const blocks: Buffer[] = [];
  for (let done = 0; done < lengthBytes;) {
    work.spend(rounds);
    let block = createHash(digest).update(diversifier).update(input).digest();
    for (let round = 1; round < rounds; round++) block = hash(digest, block, "buffer");
    blocks.push(block);
    done += block.length;
    if (done < lengthBytes) addToEach(input, repeat(block, blockBytes).subarray(0, blockBytes));
  }
  return Buffer.concat(blocks).subarray(0, lengthBytes);
}

/** As often as it takes to fill whole blocks; nothing stays nothing. */
function repeat(bytes: Uint8Array, blockBytes: number): Buffer {
  const length = Math.ceil(bytes.length / blockBytes) * blockBytes;
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, bytes);
}

/** Each block of `input` becomes itself plus `addend` plus one, as numbers without overflow. */
function addToEach(input: Buffer, addend: Buffer): void {
  for (let start = 0; start < input.length; start += addend.length) {
    let carry = 1;
    for (let at = addend.length - 1; at >= 0; at--) {
      carry += (input[start + at] ?? 0) + (addend[at] ?? 0);
      input[start + at] = carry & 0xff;
      carry >>= 8;
    }
  }
}

/** RFC 8018 §5.1. @throws {KeyFileError} */
export function derivePbkdf1(
  digest: Digest,
  { utf8 }: EncodedPassword,
  salt: Uint8Array,
  rounds: number,
  lengthBytes: number,
  work: Work,
): Buffer {
  work.spend(rounds);
  let block = hash(digest, Buffer.concat([utf8, salt]), "buffer");
  for (let round = 1; round < rounds; round++) block = hash(digest, block, "buffer");
  return block.subarray(0, lengthBytes);
}

/** A function with its parameters, which makes a key of as many bytes as the cipher needs. */
export type DeriveKey = (password: EncodedPassword, lengthBytes: number, work: Work) => Buffer;

const pbkdf2Oid = "1.2.840.113549.1.5.12";
const scryptOid = "1.3.6.1.4.1.11591.4.11";

/** HMAC by its object identifier (RFC 8018 appendix B.1), in the names of node:crypto. */
const hmacs: Readonly<Record<string, string>> = {
  "1.2.840.113549.2.7": "sha1",
  "1.2.840.113549.2.8": "sha224",
  "1.2.840.113549.2.9": "sha256",
  "1.2.840.113549.2.10": "sha384",
  "1.2.840.113549.2.11": "sha512",
  "1.2.840.113549.2.13": "sha512-256",
};

/** The hash of an HMAC's AlgorithmIdentifier, with or without NULL behind it.
 *  @throws {DerError|KeyFileError} */
export function readHmac(element: DerElement): string {
  const [type] = readSequence(element, "an HMAC");
  if (!type) throw new DerError("bad HMAC");
  const oid = readOid(type);
  const name = hmacs[oid];
  if (name === undefined) throw unsupported(oid);
  return name;
}

/** The AlgorithmIdentifier of a key derivation function. @throws {DerError|KeyFileError} */
export function readKeyDerivation(element: DerElement): DeriveKey {
  const [type, parameters] = readSequence(element, "a key derivation function");
  if (!type || !parameters) throw new DerError("bad key derivation function");
  const oid = readOid(type);
  const parts = readSequence(parameters, "the parameters of a key derivation function");
  if (oid === pbkdf2Oid) return readPbkdf2(parts);
  if (oid === scryptOid) return readScrypt(parts);
  throw unsupported(oid);
}

/** The rounds of any function. @throws {DerError|KeyFileError} */
export function readRounds(element: DerElement): number {
  const rounds = readInteger(element);
  if (rounds < 1n) throw new DerError("a number of rounds is out of range");
  if (rounds > BigInt(keyFileLimits.roundsMax)) throw new KeyFileError({ kind: "too-much-work" });
  return Number(rounds);
}

/** RFC 8018 appendix A.2. What is left out is HMAC with SHA-1 and the length that the cipher needs. */
function readPbkdf2(parts: readonly DerElement[]): DeriveKey {
  const [saltPart, roundsPart, ...optional] = parts;
  if (!saltPart || !roundsPart) throw new DerError("bad parameters of PBKDF2");
  const salt = readOctets(saltPart);
  const rounds = readRounds(roundsPart);
  const length = optional.find((part) => part.tag === tags.integer);
  const hmac = optional.find((part) => part.tag === tags.sequence);
  const digest = hmac ? readHmac(hmac) : "sha1";
  return (password, lengthBytes, work) => {
    requireLength(length, lengthBytes);
    work.spend(rounds);
    return pbkdf2Sync(password.utf8, salt, rounds, lengthBytes, digest);
  };
}

const smallMax = 0x7fff_ffff;

/** RFC 7914 §7.1. */
function readScrypt(parts: readonly DerElement[]): DeriveKey {
  const [saltPart, costPart, blockSizePart, parallelPart, length] = parts;
  if (!saltPart || !costPart || !blockSizePart || !parallelPart) {
    throw new DerError("bad parameters of scrypt");
  }
  const salt = readOctets(saltPart);
  const cost = readSmallInteger(costPart, smallMax, "the cost of scrypt");
  const blockSize = readSmallInteger(blockSizePart, smallMax, "the block size of scrypt");
  const parallelization = readSmallInteger(parallelPart, smallMax, "the lanes of scrypt");
  const isPowerOfTwo = Number.isInteger(Math.log2(cost));
  if (cost < 2 || !isPowerOfTwo || blockSize < 1 || parallelization < 1) {
    throw new DerError("bad parameters of scrypt");
  }
  const memoryBytes = 128 * blockSize * (cost + parallelization + 2);
  return (password, lengthBytes, work) => {
    requireLength(length, lengthBytes);
    if (memoryBytes > keyFileLimits.scryptBytesMax)
      throw new KeyFileError({ kind: "too-much-work" });
    work.spend(cost * blockSize * parallelization);
    return scryptSync(password.utf8, salt, lengthBytes, {
      cost,
      blockSize,
      parallelization,
      maxmem: 2 * keyFileLimits.scryptBytesMax,
    });
  };
}

function requireLength(element: DerElement | undefined, lengthBytes: number): void {
  if (element && readInteger(element) !== BigInt(lengthBytes)) {
    throw new DerError("a key is of another length than its cipher needs");
  }
}
