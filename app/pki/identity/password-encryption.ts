/** Encryption under a password as key files have it: PBES2 and PBES1 (RFC 8018 §6), the schemes of PKCS#12
 *  (RFC 7292 appendix C), and the one way of them in which we write. */

import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import {
  DerError,
  readOctets,
  readOid,
  readSequence,
  readSmallInteger,
  type DerElement,
} from "../der/reader.ts";
import { writeInteger, writeNull, writeOctets, writeOid, writeSequence } from "../der/writer.ts";
import type { Digest } from "../x509/algorithms.ts";
import {
  derivePbkdf1,
  derivePkcs12,
  pkcs12Purposes,
  readKeyDerivation,
  readRounds,
  type EncodedPassword,
} from "./key-derivation.ts";
import { unsupported, type Work } from "./key-file-fault.ts";

export interface Cipher {
  /** In node:crypto. */
  readonly name: string;
  readonly keyBytes: number;
  readonly ivBytes: number;
}

export const ciphers = {
  aes128: { name: "aes-128-cbc", keyBytes: 16, ivBytes: 16 },
  aes192: { name: "aes-192-cbc", keyBytes: 24, ivBytes: 16 },
  aes256: { name: "aes-256-cbc", keyBytes: 32, ivBytes: 16 },
  tripleDes: { name: "des-ede3-cbc", keyBytes: 24, ivBytes: 8 },
  twoKeyTripleDes: { name: "des-ede-cbc", keyBytes: 16, ivBytes: 8 },
  des: { name: "des-cbc", keyBytes: 8, ivBytes: 8 },
  // RC2 is a patch of Electron's to BoringSSL: a test notices when it goes.
  rc2: { name: "rc2-cbc", keyBytes: 16, ivBytes: 8 },
  rc2With40Bits: { name: "rc2-40-cbc", keyBytes: 5, ivBytes: 8 },
} as const satisfies Readonly<Record<string, Cipher>>;

const pbes2Oid = "1.2.840.113549.1.5.13";
const pbkdf2Oid = "1.2.840.113549.1.5.12";
const hmacSha256Oid = "1.2.840.113549.2.9";
const aes256Oid = "2.16.840.1.101.3.4.1.42";
const rc2Oid = "1.2.840.113549.3.2";

/** The ciphers of PBES2, of which the parameter is the initialisation vector. */
const pbes2Ciphers: Readonly<Record<string, Cipher>> = {
  "2.16.840.1.101.3.4.1.2": ciphers.aes128,
  "2.16.840.1.101.3.4.1.22": ciphers.aes192,
  [aes256Oid]: ciphers.aes256,
  "1.2.840.113549.3.7": ciphers.tripleDes,
  "1.3.14.3.2.7": ciphers.des,
};

const pkcs12Schemes: Readonly<Record<string, Cipher>> = {
  "1.2.840.113549.1.12.1.3": ciphers.tripleDes,
  "1.2.840.113549.1.12.1.4": ciphers.twoKeyTripleDes,
  "1.2.840.113549.1.12.1.5": ciphers.rc2,
  "1.2.840.113549.1.12.1.6": ciphers.rc2With40Bits,
};

/** Of PBES1 with DES, by the hash. */
const pbes1Schemes: Readonly<Record<string, Digest>> = {
  "1.2.840.113549.1.5.3": "md5",
  "1.2.840.113549.1.5.10": "sha1",
};

/** What `encrypted` was.
 *  @param algorithm AlgorithmIdentifier
 *  @returns null where the end is not what the cipher leaves there: for a wrong password in 255 of 256 cases
 *  @throws {DerError|KeyFileError} */
export function decryptWithPassword(
  algorithm: DerElement,
  encrypted: Uint8Array,
  password: EncodedPassword,
  work: Work,
): Buffer | null {
  const [type, parameters] = readSequence(algorithm, "an encryption algorithm");
  if (!type || !parameters) throw new DerError("bad encryption algorithm");
  const oid = readOid(type);
  if (oid !== pbes2Oid && !(oid in pkcs12Schemes) && !(oid in pbes1Schemes)) throw unsupported(oid);
  const [first, second] = readSequence(parameters, "the parameters of an encryption");
  if (!first || !second) throw new DerError("bad parameters of an encryption");
  if (oid === pbes2Oid) {
    const deriveKey = readKeyDerivation(first);
    const { cipher, iv } = readPbes2Cipher(second);
    return decrypt(cipher, deriveKey(password, cipher.keyBytes, work), iv, encrypted);
  }
  const salt = readOctets(first);
  const rounds = readRounds(second);
  const scheme = pkcs12Schemes[oid];
  if (scheme) {
    const derive = (purpose: number, lengthBytes: number): Buffer =>
      derivePkcs12("sha1", purpose, password, salt, rounds, lengthBytes, work);
    const key = derive(pkcs12Purposes.key, scheme.keyBytes);
    const iv = derive(pkcs12Purposes.initialisationVector, scheme.ivBytes);
    return decrypt(scheme, key, iv, encrypted);
  }
  const digest = pbes1Schemes[oid];
  if (digest === undefined) throw unsupported(oid);
  const both = derivePbkdf1(digest, password, salt, rounds, 16, work);
  return decrypt(ciphers.des, both.subarray(0, 8), both.subarray(8), encrypted);
}

function readPbes2Cipher(element: DerElement): { cipher: Cipher; iv: Uint8Array } {
  const [type, parameter] = readSequence(element, "a cipher");
  if (!type || !parameter) throw new DerError("bad cipher");
  const oid = readOid(type);
  if (oid === rc2Oid) return readRc2(parameter);
  const cipher = pbes2Ciphers[oid];
  if (!cipher) throw unsupported(oid);
  return { cipher, iv: readOctets(parameter) };
}

/** RFC 8018 appendix B.2.3: the bits that count have numbers of their own. */
function readRc2(parameter: DerElement): { cipher: Cipher; iv: Uint8Array } {
  const [version, iv] = readSequence(parameter, "the parameters of RC2");
  if (!version || !iv) throw new DerError("bad parameters of RC2");
  switch (readSmallInteger(version, 1_024, "the version of RC2")) {
    case 58:
      return { cipher: ciphers.rc2, iv: readOctets(iv) };
    case 160:
      return { cipher: ciphers.rc2With40Bits, iv: readOctets(iv) };
    default:
      throw unsupported(rc2Oid);
  }
}

/** @returns null where the padding is wrong  @throws {DerError|KeyFileError} */
export function decrypt(
  { name, ivBytes }: Cipher,
  key: Uint8Array,
  iv: Uint8Array,
  encrypted: Uint8Array,
): Buffer | null {
  if (iv.length !== ivBytes) throw new DerError("an initialisation vector is of another length");
  const decipher = makeDecipher(name, key, iv);
  try {
    return Buffer.concat([decipher.update(encrypted), decipher.final()]);
  } catch {
    // node:crypto throws for wrong padding and for what is not a number of whole blocks.
    return null;
  }
}

function makeDecipher(
  name: string,
  key: Uint8Array,
  iv: Uint8Array,
): ReturnType<typeof createDecipheriv> {
  try {
    return createDecipheriv(name, key, iv);
  } catch {
    throw unsupported(name);
  }
}

/** AES-256-CBC by PBES2, with PBKDF2 and HMAC-SHA-256: what every program of this decade reads.
 *  @returns the AlgorithmIdentifier, DER, and what came out */
export function encryptWithPassword(
  plain: Uint8Array,
  password: EncodedPassword,
  rounds: number,
): { algorithm: Buffer; encrypted: Buffer } {
  const salt = randomBytes(16);
  const iv = randomBytes(ciphers.aes256.ivBytes);
  const key = pbkdf2Sync(password.utf8, salt, rounds, ciphers.aes256.keyBytes, "sha256");
  const cipher = createCipheriv(ciphers.aes256.name, key, iv);
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  const hmac = writeSequence(writeOid(hmacSha256Oid), writeNull());
  const parameters = writeSequence(writeOctets(salt), writeInteger(rounds), hmac);
  const derivation = writeSequence(writeOid(pbkdf2Oid), parameters);
  const scheme = writeSequence(writeOid(aes256Oid), writeOctets(iv));
  const algorithm = writeSequence(writeOid(pbes2Oid), writeSequence(derivation, scheme));
  return { algorithm, encrypted };
}
