/** PEM (RFC 7468), with the older encryption of OpenSSL (RFC 1421's headers) in front of keys. */

import { createHash } from "node:crypto";
import { keyFileLimits } from "../../base/limits.ts";
import { DerError } from "../der/reader.ts";
import { KeyFileError, unsupported } from "./key-file-fault.ts";
import { ciphers, decrypt, type Cipher } from "./password-encryption.ts";

export interface PemBlock {
  /** `PRIVATE KEY`, `CERTIFICATE` … */
  readonly label: string;
  readonly bytes: Buffer;
  /** `AES-256-CBC,` and an initialisation vector, where the block is encrypted by its headers. */
  readonly encryption: string | null;
}

const begin = /^-----BEGIN ([A-Z0-9 ]{1,64})-----$/;

/** All blocks, in the order of the file; text around them is skipped.
 *  @returns none for what is no PEM  @throws {DerError|KeyFileError} for a block that breaks off */
export function readPem(bytes: Uint8Array): readonly PemBlock[] {
  const lines = Buffer.from(bytes)
    .toString("latin1")
    // The mark that Windows puts in front of UTF-8.
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .split(/\r\n?|\n/);
  const blocks: PemBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const label = begin.exec(lines[at]?.trim() ?? "")?.[1];
    if (label === undefined) continue;
    if (blocks.length === keyFileLimits.blocksMax) {
      throw new KeyFileError({ kind: "too-much-work" });
    }
    const first = at + 1;
    const end = `-----END ${label}-----`;
    do at++;
    while (at < lines.length && lines[at]?.trim() !== end && !begin.test(lines[at]?.trim() ?? ""));
    if (lines[at]?.trim() !== end) throw new DerError("a PEM block does not end");
    blocks.push(readBlock(label, lines.slice(first, at)));
  }
  return blocks;
}

export function writePem(label: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString("base64")
    .match(/.{1,64}/g);
  return `-----BEGIN ${label}-----\n${(lines ?? []).join("\n")}\n-----END ${label}-----\n`;
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

function readBlock(label: string, lines: readonly string[]): PemBlock {
  const isHeader = (line: string): boolean => /^[A-Za-z0-9-]+:/.test(line);
  const body = lines.filter((line) => !isHeader(line)).join("");
  const text = body.replaceAll(/\s+/g, "");
  if (!base64.test(text)) throw new DerError("a PEM block is not base64");
  const isEncrypted = lines.some((line) => /^Proc-Type:\s*4\s*,\s*ENCRYPTED/.test(line));
  const information = lines.find((line) => line.startsWith("DEK-Info:"));
  if (isEncrypted && information === undefined) {
    throw new DerError("a PEM block does not say how it is encrypted");
  }
  const encryption = isEncrypted ? (information?.slice("DEK-Info:".length).trim() ?? null) : null;
  return { label, bytes: Buffer.from(text, "base64"), encryption };
}

const pemCiphers: Readonly<Record<string, Cipher>> = {
  "AES-128-CBC": ciphers.aes128,
  "AES-192-CBC": ciphers.aes192,
  "AES-256-CBC": ciphers.aes256,
  "DES-EDE3-CBC": ciphers.tripleDes,
  "DES-CBC": ciphers.des,
};

/** What an encrypted block holds.
 *  @param encryption the block's
 *  @returns null where the end is not what the cipher leaves there  @throws {DerError|KeyFileError} */
export function decryptPem(bytes: Uint8Array, encryption: string, password: string): Buffer | null {
  const [name = "", hex = ""] = encryption.split(",").map((part) => part.trim());
  const cipher = pemCiphers[name];
  if (!cipher) throw unsupported(name.slice(0, 32));
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(hex)) throw new DerError("bad initialisation vector");
  const iv = Buffer.from(hex, "hex");
  const salt = iv.subarray(0, 8);
  let key = Buffer.alloc(0);
  let last = Buffer.alloc(0);
  // OpenSSL's EVP_BytesToKey with MD5 and one round: the format knows no other.
  while (key.length < cipher.keyBytes) {
    last = createHash("md5").update(last).update(password, "utf8").update(salt).digest();
    key = Buffer.concat([key, last]);
  }
  return decrypt(cipher, key.subarray(0, cipher.keyBytes), iv, bytes);
}
