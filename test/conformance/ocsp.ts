/** OCSP responses about one certificate: what the engine makes of each. */

import { readFileSync } from "node:fs";
import { assert } from "../../app/base/assert.ts";
import { readDer, tags } from "../../app/pki/der/reader.ts";
import { statusByOcsp, type OcspStatus } from "../../app/pki/revocation/ocsp-status.ts";
import { Certificate } from "../../app/pki/x509/certificate.ts";
import type { ConformanceCase, Outcome } from "./conformance-case.ts";

interface OcspFile {
  readonly now: string;
  readonly ica: string;
  readonly leaf: string;
  readonly tests: Readonly<
    Record<
      string,
      { readonly der: string; readonly expect: string; readonly nonce?: string | null }
    >
  >;
}

export function readOcsp(path: string): readonly ConformanceCase[] {
  const file = JSON.parse(readFileSync(path, "utf8")) as OcspFile;
  const certificate = readPem(file.leaf);
  const issuer = readPem(file.ica);
  const at = Date.parse(file.now);
  return Object.entries(file.tests).map(([id, test]) => ({
    id,
    expected: test.expect,
    run: () => {
      const response = Buffer.from(test.der, "base64");
      const nonce = test.nonce ? { value: readNonce(test.nonce) } : null;
      return outcomeOf(statusByOcsp({ response, certificate, issuer, nonce, at }));
    },
  }));
}

function outcomeOf(status: OcspStatus): Outcome {
  switch (status.kind) {
    case "good":
      return {
        actual: status.isNonceMissing ? "good-softnonce" : "good",
        reason: `until ${new Date(status.until).toISOString()}`,
      };
    case "revoked":
      return { actual: "revoked", reason: `reason ${status.reason}` };
    case "invalid":
    case "unavailable":
      return { actual: status.kind, reason: status.why };
    case "unknown":
    case "nomatch":
      return { actual: status.kind, reason: "" };
  }
}

function readPem(pem: string): Certificate {
  const [, body] = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(pem) ?? [];
  assert(body !== undefined, "a certificate in PEM");
  return new Certificate(Buffer.from(body, "base64"));
}

/** The vectors have the value of the extension, in which the nonce is an OCTET STRING. */
function readNonce(base64: string): Uint8Array {
  const bytes = Buffer.from(base64, "base64");
  return bytes[0] === tags.octetString ? readDer(bytes).content : bytes;
}
