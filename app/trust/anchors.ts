/** Authorities from files, and those that come with the system and with Node. */

import { X509Certificate } from "node:crypto";
import { getCACertificates } from "node:tls";
import pem from "node-forge/lib/pem.js";
import { failure, success, type Result } from "../base/result.ts";

/** One authority that was imported from a file. */
export interface ImportedAuthority {
  /** SHA-256 of the certificate, hexadecimal in lower case. */
  readonly fingerprint: string;
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly der: Uint8Array;
}

export type AuthorityFault =
  /** Neither PEM nor DER. */
  | "not-a-certificate"
  /** A server's or person's certificate: trusting it as an authority would let it vouch for others. */
  | "not-an-authority"
  | "too-large";

/** A file with a company's roots has a handful; the whole web's has about 150. */
const fileBytesMax = 1024 * 1024;

/** Reads a file with one or more authorities, PEM (with any text around it) or DER. All must be
 *  authorities: a file that is half right is refused as a whole. */
export function readAuthorities(file: Uint8Array): Result<ImportedAuthority[], AuthorityFault> {
  if (file.length > fileBytesMax) return failure("too-large");
  const certificates: X509Certificate[] = [];
  try {
    for (const der of derBlocks(Buffer.from(file))) certificates.push(new X509Certificate(der));
  } catch {
    // node:crypto and node-forge throw on anything that does not parse; there is nothing to add.
    return failure("not-a-certificate");
  }
  if (certificates.length === 0) return failure("not-a-certificate");
  if (!certificates.every((each) => each.ca)) return failure("not-an-authority");
  return success(
    certificates.map((each) => ({
      fingerprint: each.fingerprint256.replaceAll(":", "").toLowerCase(),
      subject: commonName(each),
      expiresAt: each.validToDate.getTime(),
      der: each.raw,
    })),
  );
}

/** Everything that is trusted without anybody having imported it. Slow the first time (it reads the
 *  system's store), then cached by Node. */
export function builtInAnchors(): string[] {
  return [...new Set([...getCACertificates("bundled"), ...getCACertificates("system")])];
}

/** node-forge reads PEM the way people's files are: headers, comments, Windows line ends. */
function derBlocks(file: Buffer): Buffer[] {
  if (!file.includes("-----BEGIN")) return [file];
  return pem
    .decode(file.toString("latin1"))
    .filter((block) => /^(?:X509 |TRUSTED )?CERTIFICATE$/.test(block.type))
    .map((block) => Buffer.from(block.body, "binary"));
}

function commonName(certificate: X509Certificate): string {
  const name = /^(?:CN|O)=(.*)$/m.exec(certificate.subject)?.[1];
  return (name ?? certificate.subject.replaceAll("\n", ", ")).slice(0, 256);
}
