import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { makeCrlIndex, readCrlIndex } from "../../../app/pki/revocation/crl-index.ts";
import { parseCrl, type Crl } from "../../../app/pki/revocation/crl.ts";
import { statusByCrls } from "../../../app/pki/revocation/crl-status.ts";
import {
  indirect,
  issuingPoint,
  keyUsageBits,
  now,
  TestAuthority,
  unknownExtension,
  writeEntry,
  type CrlOptions,
} from "./test-authority.ts";

const authority = TestAuthority.makeRoot("Authority", { keyUsage: [keyUsageBits.crlSign] });
const leaf = authority.issue("leaf", { serial: 7 });

function make(options: CrlOptions = {}): Buffer {
  const made = makeCrlIndex(authority.makeCrl(options), [leaf.certificate, authority.certificate]);
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

function read(file: Buffer): Crl {
  const parsed = readCrlIndex(file);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return value instanceof Map || value instanceof Set ? [...(value as Iterable<unknown>)] : value;
}

const some: CrlOptions = {
  number: 300,
  extensions: [issuingPoint(indirect)],
  entries: [writeEntry(7, { reason: 1 }), writeEntry(9, { issuer: "B" })],
};

test("an index answers as the CRL does of which it was made", () => {
  const bytes = authority.makeCrl(some);
  const made = makeCrlIndex(bytes, [authority.certificate]);
  const parsed = parseCrl(bytes);
  if (!made.ok || !parsed.ok) throw new Error("not made");
  const index = read(made.value);
  const factsOf = (crl: Crl): object => ({
    ...crl,
    issuer: crl.issuer.key,
    find: null,
    isSignedBy: null,
  });
  // Bytes compare as bytes, whatever they are a view of.
  expect(JSON.stringify(factsOf(index), plain)).toBe(JSON.stringify(factsOf(parsed.value), plain));
  for (let serial = 0; serial < 12; serial++) {
    const content = Buffer.from([serial]);
    for (const { certificate } of [authority, TestAuthority.makeRoot("B")]) {
      expect(index.find(certificate.subject, content)).toStrictEqual(
        parsed.value.find(certificate.subject, content),
      );
    }
  }
});

test("an index remembers whose signature the CRL had", () => {
  const index = read(make());
  expect(index.isSignedBy(authority.certificate)).toBe(true);
  expect(index.isSignedBy(leaf.certificate)).toBe(false);
});

test.each([
  ["revoked", [writeEntry(7, { reason: 1 })]],
  ["good", [writeEntry(8)]],
  ["good", []],
])("an index makes a certificate %s", (kind, entries) => {
  const status = statusByCrls({
    certificate: leaf.certificate,
    issuer: authority.certificate,
    crls: [read(make({ entries }))],
    signers: [],
    isSignerTrusted: () => false,
    at: now,
  });
  expect(status.kind).toBe(kind);
});

test("an index remembers that the CRL must not be used", () => {
  const extensions = [unknownExtension(true)];
  expect(read(make({ extensions })).hasUnknownCritical).toBe(true);
  expect(read(make({ entries: [writeEntry(7, { extensions })] })).hasUnknownCritical).toBe(true);
});

test("no index is made of a CRL that is not signed by any of those", () => {
  expect(makeCrlIndex(authority.makeCrl(), [leaf.certificate]).ok).toBe(false);
  expect(makeCrlIndex(authority.makeCrl(), []).ok).toBe(false);
});

test("no index is made of a CRL that is malformed", () => {
  expect(makeCrlIndex(authority.makeCrl({ hasEmptyList: true }), [authority.certificate]).ok).toBe(
    false,
  );
});

test("damage is noticed, every byte of it", () => {
  const file = make(some);
  for (let at = 0; at < file.length; at++) {
    const damaged = Buffer.from(file);
    damaged[at] = (damaged[at] ?? 0) ^ 0x01;
    expect(readCrlIndex(damaged).ok).toBe(false);
  }
  expect(readCrlIndex(file.subarray(0, -1)).ok).toBe(false);
  expect(readCrlIndex(Buffer.alloc(0)).ok).toBe(false);
});

test("100,000 entries become an index in less than a second, each of them found", () => {
  const serialOf = (index: number): Buffer => {
    const serial = createHash("sha256").update(String(index)).digest().subarray(0, 16);
    serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
    return serial;
  };
  const entries = Array.from({ length: 100_000 }, (_, index) =>
    writeEntry(serialOf(index), { reason: index % 7 }),
  );
  const bytes = authority.makeCrl({ entries });
  const start = performance.now();
  const made = makeCrlIndex(bytes, [authority.certificate]);
  const elapsedMs = performance.now() - start;
  if (!made.ok) throw new Error(made.error);
  expect(elapsedMs).toBeLessThan(1_000);
  const index = read(made.value);
  expect(index.count).toBe(100_000);
  const { subject } = authority.certificate;
  for (let each = 0; each < 100_000; each += 97) {
    expect(index.find(subject, serialOf(each))?.reason).toBe(each % 7);
    expect(index.find(subject, serialOf(each + 1_000_000))).toBeNull();
  }
});
