import { describe, expect, test } from "vitest";
import { parseCrl, type Crl } from "../../../app/pki/revocation/crl.ts";
import {
  writeContext,
  writeContextPrimitive,
  writeElement,
  writeInteger,
  writeNull,
  writeOid,
  writeSequence,
} from "../../../app/pki/der/writer.ts";
import { DerError, readDer, readTime } from "../../../app/pki/der/reader.ts";
import { extensionOids } from "../../../app/pki/oids.ts";
import {
  algorithms,
  day,
  deltaOf,
  distributionPoint,
  indirect,
  issuingPoint,
  now,
  onlyAttribute,
  onlyAuthority,
  onlyUser,
  pointOfUri,
  reasonFlags,
  TestAuthority,
  unknownExtension,
  writeEntry,
  type CrlOptions,
} from "./test-authority.ts";

const authority = TestAuthority.makeRoot("Authority");
const leaf = authority.issue("leaf", { serial: 7 });

function read(options: CrlOptions = {}): Crl {
  const parsed = parseCrl(authority.makeCrl(options));
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function refusal(options: CrlOptions): string | null {
  const parsed = parseCrl(authority.makeCrl(options));
  return parsed.ok ? null : parsed.error;
}

const number = (value: Uint8Array, isCritical = false): CrlOptions => ({
  number: null,
  extensions: [{ oid: extensionOids.crlNumber, value, isCritical }],
});

describe("a CRL is read", () => {
  test("with what it says about itself", () => {
    const crl = read({ number: 300, entries: [writeEntry(7, { reason: 1 }), writeEntry(9)] });
    expect(crl).toMatchObject({
      version: 2,
      thisUpdate: now - day,
      nextUpdate: now + day,
      number: 300n,
      baseNumber: null,
      count: 2,
      hasUnknownCritical: false,
    });
    expect(crl.issuer.key).toBe(authority.certificate.subject.key);
    expect(crl.find(leaf.certificate.issuer, leaf.certificate.serial)).toStrictEqual({
      reason: 1,
      at: now - 2 * day,
    });
  });

  test("and its signature is of the key that made it and no other", () => {
    const crl = read();
    expect(crl.isSignedBy(authority.certificate)).toBe(true);
    expect(crl.isSignedBy(leaf.certificate)).toBe(false);
  });

  test("and a signature over SHA-1 is none", () => {
    expect(read({ algorithm: algorithms.ecdsaSha1 }).isSignedBy(authority.certificate)).toBe(false);
  });

  test.each<[string, CrlOptions]>([
    ["of version 1", { version: null, number: null }],
    ["of version 1 with entries", { version: null, number: null, entries: [writeEntry(7)] }],
    ["that does not say when the next one comes", { nextUpdate: null }],
    ["of the year 2050", { nextUpdate: Date.UTC(2050, 0, 1) }],
    ["with an extension that nobody knows", { extensions: [unknownExtension(false)] }],
    ["for one part of the certificates", { extensions: [issuingPoint(pointOfUri("http://a/"))] }],
    ["that adds to another", { number: 5, extensions: [deltaOf(4)] }],
  ])("%s", (_, options) => {
    expect(refusal(options)).toBeNull();
  });

  test.each([
    ["the list", { extensions: [unknownExtension(true)] }],
    ["an entry", { entries: [writeEntry(7, { extensions: [unknownExtension(true)] })] }],
  ])("and notes a critical extension of %s that nobody knows", (_, options) => {
    expect(read(options).hasUnknownCritical).toBe(true);
  });
});

describe("a CRL is refused, though it is signed", () => {
  const reasonCode = (value: Uint8Array) => ({
    entries: [writeEntry(7, { extensions: [{ oid: extensionOids.crlReason, value }] })],
  });
  const enumerated = (...bytes: number[]): Buffer => writeElement(0x0a, Buffer.from(bytes));

  test.each<[string, CrlOptions]>([
    ["version 1, written down", { version: 0 }],
    ["version 3", { version: 2 }],
    ["version 1 with extensions", { version: null }],
    [
      "version 1 with extensions of an entry",
      { version: null, number: null, entries: [writeEntry(7, { reason: 1 })] },
    ],
    ["an empty list of entries", { hasEmptyList: true }],
    ["two signature algorithms", { outerAlgorithm: algorithms.ecdsaSha1 }],
    [
      "an algorithm with parameters that it does not have",
      { algorithm: writeSequence(writeOid("1.2.840.10045.4.3.2"), writeNull()) },
    ],
    ["an end before its beginning", { nextUpdate: now - 2 * day }],
    ["a field after the extensions", { more: [writeNull()] }],
    ["two lists of extensions", { more: [writeContext(0, writeSequence())] }],
    ["another field than extensions", { number: null, more: [writeContext(1, writeSequence())] }],
    ["an empty list of extensions", { number: null, more: [writeContext(0, writeSequence())] }],
    ["two lists of entries", { number: null, more: [writeSequence(), writeSequence()] }],
    [
      "an extension twice",
      { extensions: [{ oid: extensionOids.crlNumber, value: writeInteger(2) }] },
    ],
    ["a negative number", number(writeElement(0x02, Buffer.from([0xff])))],
    ["a number that is too long", number(writeElement(0x02, Buffer.alloc(21, 1)))],
    ["a number that must be understood", number(writeInteger(1), true)],
    ["something after its number", number(Buffer.concat([writeInteger(1), writeNull()]))],
    ["an empty distribution point", { extensions: [issuingPoint()] }],
    [
      "a distribution point that may be overlooked",
      { extensions: [{ ...issuingPoint(onlyUser), isCritical: false }] },
    ],
    ["only users and only authorities", { extensions: [issuingPoint(onlyUser, onlyAuthority)] }],
    ["only users and only attributes", { extensions: [issuingPoint(onlyUser, onlyAttribute)] }],
    [
      "a default that is written out",
      { extensions: [issuingPoint(writeContextPrimitive(1, Buffer.from([0])))] },
    ],
    [
      "a name of a distribution point and something after it",
      {
        extensions: [
          issuingPoint(
            writeContext(
              0,
              writeContext(0, writeContextPrimitive(6, Buffer.from("http://a/"))),
              writeNull(),
            ),
          ),
        ],
      },
    ],
    [
      "fields of a distribution point in another order",
      { extensions: [issuingPoint(onlyAuthority, pointOfUri("http://a/"))] },
    ],
    ["a delta without a number", { number: null, extensions: [deltaOf(1)] }],
    ["a delta older than its base", { number: 1, extensions: [deltaOf(2)] }],
    [
      "a delta that may be overlooked",
      { number: 2, extensions: [{ ...deltaOf(1), isCritical: false }] },
    ],
    [
      "a delta with deltas",
      {
        number: 2,
        extensions: [
          deltaOf(1),
          distributionPoint([pointOfUri("http://a/")], extensionOids.freshestCrl),
        ],
      },
    ],
    ["an entry without a date", { entries: [writeSequence(writeInteger(7))] }],
    [
      "an entry with a bad date",
      {
        entries: [writeSequence(writeInteger(7), writeElement(0x17, Buffer.from("260230000000Z")))],
      },
    ],
    [
      "an entry with padding in its serial number",
      { entries: [writeEntry(Buffer.from([0x00, 0x07]))] },
    ],
    ["an entry with an empty serial number", { entries: [writeEntry(Buffer.alloc(0))] }],
    [
      "an entry with an empty list of extensions",
      { entries: [Buffer.from(writeSequence(writeInteger(7), dateField(), writeSequence()))] },
    ],
    [
      "an entry with something after its extensions",
      { entries: [writeSequence(writeInteger(7), dateField(), reasonField(), writeNull())] },
    ],
    [
      "an extension of an entry twice",
      {
        entries: [
          writeEntry(7, {
            reason: 1,
            extensions: [{ oid: extensionOids.crlReason, value: enumerated(1) }],
          }),
        ],
      },
    ],
    [
      "an extension of an entry twice that nobody knows",
      {
        entries: [
          writeEntry(7, { extensions: [unknownExtension(false), unknownExtension(false)] }),
        ],
      },
    ],
    ["a reason that is none", reasonCode(enumerated(7))],
    ["a reason beyond the last", reasonCode(enumerated(11))],
    ["a reason of two bytes", reasonCode(enumerated(0, 1))],
    ["a reason of another type", reasonCode(writeInteger(1))],
    ["an entry taken off a complete list", { entries: [writeEntry(7, { reason: 8 })] }],
    [
      "an invalidity date in UTCTime",
      {
        entries: [
          writeEntry(7, {
            extensions: [
              {
                oid: extensionOids.invalidityDate,
                value: writeElement(0x17, Buffer.from("260101000000Z")),
              },
            ],
          }),
        ],
      },
    ],
    [
      "another's certificate in a list that is not indirect",
      { entries: [writeEntry(7, { issuer: "B" })] },
    ],
    [
      "another's certificate, which may be overlooked",
      {
        extensions: [issuingPoint(indirect)],
        entries: [
          writeEntry(7, {
            extensions: [
              {
                oid: extensionOids.certificateIssuer,
                value: writeSequence(writeContextPrimitive(6, Buffer.from("http://a/"))),
              },
            ],
          }),
        ],
      },
    ],
  ])("for %s", (_, options) => {
    expect(refusal(options)).not.toBeNull();
  });

  test("for bytes after it, or missing", () => {
    const bytes = authority.makeCrl({ entries: [writeEntry(7)] });
    expect(parseCrl(Buffer.concat([bytes, Buffer.from([0])])).ok).toBe(false);
    expect(parseCrl(bytes.subarray(0, -1)).ok).toBe(false);
    expect(parseCrl(new Uint8Array()).ok).toBe(false);
  });

  test("for reasons of an unknown kind in its distribution point only where they are malformed", () => {
    expect(refusal({ extensions: [issuingPoint(reasonFlags(3, 1, 2))] })).toBeNull();
    const malformed = writeContextPrimitive(3, Buffer.from([8, 0]));
    expect(refusal({ extensions: [issuingPoint(malformed)] })).not.toBeNull();
  });
});

describe("a CRL that says too much around its entries is refused", () => {
  test("in an extension", () => {
    const value = Buffer.alloc(300 * 1024, Buffer.from([0x05, 0x00]));
    expect(refusal({ extensions: [{ oid: "1.2.3.4", value }] })).toBe("a CRL says too much");
  });

  test("in fields that do not belong there", () => {
    const nulls = Buffer.alloc(300 * 1024, Buffer.from([0x05, 0x00]));
    expect(refusal({ more: [nulls] })).toBe("a CRL says too much");
  });

  test("in the name of an entry's issuer", () => {
    const entries = [writeEntry(7, { issuer: "B".repeat(20_000) })];
    expect(refusal({ extensions: [issuingPoint(indirect)], entries })).toBe(
      "the issuer of a certificate is too long",
    );
  });

  test("but not for many entries", () => {
    const entries = Array.from({ length: 20_000 }, (_, serial) => writeEntry(serial));
    expect(read({ entries }).count).toBe(20_000);
  });

  test("and so is one with too many issuers", () => {
    const entries = Array.from({ length: 10_001 }, (_, each) =>
      writeEntry(each, { issuer: `issuer ${each}` }),
    );
    expect(refusal({ extensions: [issuingPoint(indirect)], entries })).toBe(
      "a CRL has too many issuers",
    );
  });
});

describe("a time", () => {
  const utc = (text: string): number => readTime(readDer(writeElement(0x17, Buffer.from(text))));
  const generalized = (text: string): number =>
    readTime(readDer(writeElement(0x18, Buffer.from(text))));

  test.each<[number, string]>([
    [utc("491231235959Z"), "2049-12-31T23:59:59.000Z"],
    [utc("500101000000Z"), "1950-01-01T00:00:00.000Z"],
    [utc("000229120000Z"), "2000-02-29T12:00:00.000Z"],
    [generalized("20240229000000Z"), "2024-02-29T00:00:00.000Z"],
    [generalized("00000101000000Z"), "0000-01-01T00:00:00.000Z"],
    [generalized("00990630000000Z"), "0099-06-30T00:00:00.000Z"],
    [generalized("99991231235959Z"), "9999-12-31T23:59:59.000Z"],
  ])("%d is read", (time, text) => {
    expect(new Date(time).toISOString()).toBe(text);
  });

  test.each([
    "20230229000000Z",
    "19000229000000Z",
    "20230431000000Z",
    "20231301000000Z",
    "20230001000000Z",
    "20230100000000Z",
    "20230101240000Z",
    "20230101006000Z",
    "20230101000060Z",
    "20230101000000",
    "20230101000000.5Z",
    "20230101000000+0000",
    "2023010100000:Z",
    "202301010000Z",
    "",
  ])("%j is refused", (text) => {
    expect(() => generalized(text)).toThrow(DerError);
  });

  test.each(["230229000000Z", "2301010000Z", "230101000000+0000", "20230101000000Z", ""])(
    "%j is refused in UTCTime",
    (text) => {
      expect(() => utc(text)).toThrow(DerError);
    },
  );
});

describe("entries are found", () => {
  const serials = [0n, 1n, 127n, 128n, 255n, 256n, 2n ** 63n, 2n ** 64n, 2n ** 159n - 1n];

  test.each(serials)("by serial number %d", (serial) => {
    const crl = read({ entries: serials.toReversed().map((each) => writeEntry(each)) });
    const { certificate } = authority.issue("one", { serial });
    expect(crl.find(certificate.issuer, certificate.serial)).toMatchObject({ reason: 0 });
    const { certificate: next } = authority.issue("two", { serial: serial + 2n });
    expect(crl.find(next.issuer, next.serial)).toBeNull();
  });

  test("among serial numbers that begin alike", () => {
    const alike = (last: number): bigint => 2n ** 120n + BigInt(last);
    const crl = read({
      entries: [5, 3, 9, 1].map((last) => writeEntry(alike(last), { reason: last })),
    });
    for (const last of [1, 3, 5, 9]) {
      const { certificate } = authority.issue("one", { serial: alike(last) });
      expect(crl.find(certificate.issuer, certificate.serial)).toMatchObject({ reason: last });
    }
  });

  test("negative, as some authority once made them", () => {
    const crl = read({ entries: [writeEntry(Buffer.from([0xff]))] });
    expect(crl.find(leaf.certificate.issuer, Buffer.from([0xff]))).not.toBeNull();
    expect(crl.find(leaf.certificate.issuer, Buffer.from([0x00, 0xff]))).toBeNull();
  });

  test("under the issuer named last, in an indirect list", () => {
    const crl = read({
      extensions: [issuingPoint(indirect)],
      entries: [
        writeEntry(1),
        writeEntry(2, { issuer: "B" }),
        writeEntry(3),
        writeEntry(4, { issuer: "Authority" }),
      ],
    });
    const other = TestAuthority.makeRoot("B");
    const found = ({ name, certificate }: TestAuthority): number[] =>
      [1, 2, 3, 4].filter(
        (serial) => name !== "" && crl.find(certificate.subject, Buffer.from([serial])) !== null,
      );
    expect(found(authority)).toStrictEqual([1, 4]);
    expect(found(other)).toStrictEqual([2, 3]);
  });

  test("where one is listed twice: the entry that revokes", () => {
    const crl = read({
      number: 2,
      extensions: [deltaOf(1)],
      entries: [writeEntry(7, { reason: 8 }), writeEntry(7, { reason: 1 })],
    });
    expect(crl.find(leaf.certificate.issuer, leaf.certificate.serial)).toMatchObject({ reason: 1 });
  });
});

function dateField(): Buffer {
  return writeElement(0x17, Buffer.from("260101000000Z"));
}

function reasonField(): Buffer {
  return writeSequence(
    writeSequence(
      writeOid(extensionOids.crlReason),
      writeElement(0x04, writeElement(0x0a, Buffer.from([1]))),
    ),
  );
}
