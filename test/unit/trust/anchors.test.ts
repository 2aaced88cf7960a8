/** Files with authorities: which are taken, and which are not. */

import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { builtInAnchors, readAuthorities } from "../../../app/trust/anchors.ts";
import { TestAuthority } from "../../lab/certificates.ts";

const authority = new TestAuthority("Capulet Root");
const second = new TestAuthority("Montague Root");
const leaf = authority.issue({ names: ["capulet.example"] });

function der(pem: string): Buffer {
  return new X509Certificate(pem).raw;
}

function subjects(file: string | Uint8Array): readonly string[] | string {
  const read = readAuthorities(Buffer.from(file));
  return read.ok ? read.value.map((each) => each.subject) : read.error;
}

describe("taken", () => {
  test.each([
    ["PEM", authority.pem],
    ["DER", der(authority.pem)],
    ["PEM with Windows line ends", authority.pem.replaceAll("\n", "\r\n")],
    ["PEM with a byte order mark", `\ufeff${authority.pem}`],
    ["PEM with text around it", `Our root:\n\n${authority.pem}\nThat was it.\n`],
    ["PEM besides a key", `${leaf.key}\n${authority.pem}`],
    ["PEM as OpenSSL labels it", authority.pem.replaceAll("CERTIFICATE", "X509 CERTIFICATE")],
  ])("%s", (_, file) => {
    expect(subjects(file)).toEqual(["Capulet Root"]);
  });

  test("several in one file", () => {
    expect(subjects(authority.pem + second.pem)).toEqual(["Capulet Root", "Montague Root"]);
  });

  test("with what a person is shown of it", () => {
    const read = readAuthorities(Buffer.from(authority.pem));
    const [first] = read.ok ? read.value : [];
    expect(first?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(first?.expiresAt).toBeGreaterThan(Date.now() + 9 * 365 * 86_400_000);
    expect(first?.der).toEqual(der(authority.pem));
  });
});

describe("refused", () => {
  test.each([
    ["a server's certificate", leaf.certificate, "not-an-authority"],
    ["a server's certificate, DER", der(leaf.certificate), "not-an-authority"],
    ["an authority besides a server's", authority.pem + leaf.certificate, "not-an-authority"],
    ["nothing", "", "not-a-certificate"],
    ["text", "this is not a certificate", "not-a-certificate"],
    ["a key", leaf.key, "not-a-certificate"],
    ["zeros", new Uint8Array(1_000), "not-a-certificate"],
    ["PEM cut in two", authority.pem.slice(0, 600), "not-a-certificate"],
    ["PEM with a broken middle", authority.pem.replace(/A/g, "!"), "not-a-certificate"],
    [
      "PEM of nothing",
      "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
      "not-a-certificate",
    ],
    ["DER cut in two", der(authority.pem).subarray(0, 300), "not-a-certificate"],
    ["DER with one byte changed", flipped(der(authority.pem), 4), "not-a-certificate"],
    ["a file of 2 MB", new Uint8Array(2 * 1024 * 1024), "too-large"],
  ])("%s", (_, file, fault) => {
    expect(subjects(file)).toBe(fault);
  });
});

/** Flips the bits of one byte of the structure. */
function flipped(bytes: Uint8Array, position: number): Uint8Array {
  return bytes.map((byte, index) => (index === position ? byte ^ 0xff : byte));
}

test("what everybody trusts is there, each once", () => {
  const anchors = builtInAnchors();
  expect(anchors.length).toBeGreaterThan(50);
  expect(new Set(anchors).size).toBe(anchors.length);
  expect(anchors[0]).toMatch(/^-----BEGIN CERTIFICATE-----/);
});
