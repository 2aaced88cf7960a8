/** PKCS#12 files of OpenSSL, NSS, GnuTLS and Java, whole and broken. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyFileLimits } from "../../../app/base/limits.ts";
import {
  writeContext,
  writeInteger,
  writeOctets,
  writeOid,
  writeSequence,
} from "../../../app/pki/der/writer.ts";
import { createKey } from "../../../app/pki/identity/key-creation.ts";
import { encodePassword } from "../../../app/pki/identity/key-derivation.ts";
import type { KeyFileContents } from "../../../app/pki/identity/key-file-contents.ts";
import type { KeyFileFault } from "../../../app/pki/identity/key-file-fault.ts";
import { readKeyFile } from "../../../app/pki/identity/key-file-reader.ts";
import { encryptWithPassword } from "../../../app/pki/identity/password-encryption.ts";
import { writeMac } from "../../../app/pki/identity/pkcs12-mac.ts";
import { bagOids, contentOids } from "../../../app/pki/identity/pkcs12-oids.ts";
import { readPkcs12 } from "../../../app/pki/identity/pkcs12-reader.ts";
import { readPkcs12 as readCases } from "../../conformance/pkcs12.ts";

const folder = join(import.meta.dirname, "../../vectors/pkcs12");

const load = (name: string): Buffer => readFileSync(join(folder, `${name}.p12`));

function open(bytes: Uint8Array, password = "secret"): KeyFileContents {
  const result = readPkcs12(bytes, password);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function faultOf(bytes: Uint8Array, password = "secret"): KeyFileFault | null {
  const result = readPkcs12(bytes, password);
  return result.ok ? null : result.error;
}

describe("every producer and cipher", () => {
  test.each(readCases(folder).map((each) => [each.id, each] as const))("%s", async (_, each) => {
    const { actual, reason, isAccepted = actual === each.expected } = await each.run();
    expect({ actual, reason, isAccepted }).toMatchObject({ isAccepted: true });
  });
});

describe("what is in them", () => {
  test("one key, its certificate, and the chain up to the root", () => {
    const [identity, ...more] = open(load("nss-default-rsa")).identities;
    expect(more).toEqual([]);
    expect(identity?.key.algorithm).toEqual({ kind: "rsa", bits: 2_048 });
    expect(identity?.chain).toHaveLength(2);
    expect(identity?.chain[0]?.subject.key).toBe(identity?.certificate?.issuer.key);
    expect(identity?.chain[1]?.isSelfIssued).toBe(true);
  });

  test("two keys, each with its own certificate and name", () => {
    const { identities } = open(load("java25-twokeys"));
    expect(identities).toHaveLength(2);
    expect(
      identities.every(({ key, certificate }) => certificate && key.isKeyOf(certificate)),
    ).toBe(true);
    const names = identities.map(({ name }) => name);
    expect(new Set(names).size).toBe(2);
    expect(names).not.toContain(null);
  });

  test.each([
    ["aes256-p256", { kind: "ec", curve: "P-256" }],
    ["aes256-p384", { kind: "ec", curve: "P-384" }],
    ["aes128-p521", { kind: "ec", curve: "P-521" }],
    ["aes256-ed25519", { kind: "ed25519" }],
  ])("%s", (name, algorithm) => {
    expect(open(load(name)).identities[0]?.key.algorithm).toEqual(algorithm);
  });

  test.each([
    ["brainpool", { oid: "1.2.840.10045.2.1", curveOid: "1.3.36.3.3.2.8.1.1.7" }],
    ["rsa-pss-key", { oid: "1.2.840.113549.1.1.10", curveOid: null }],
  ])("a key that the platform lacks is told by name, and has its certificate: %s", (name, type) => {
    const [identity] = open(load(name)).identities;
    expect(identity?.key.isSupported).toBe(false);
    expect(identity?.key.algorithm).toEqual({ kind: "unsupported", ...type });
    expect(identity?.certificate && identity.key.isKeyOf(identity.certificate)).toBe(true);
  });

  test("certificates only", () => {
    const { identities, certificates } = open(load("certificates-only"));
    expect(identities).toEqual([]);
    expect(certificates).toHaveLength(2);
  });

  test("the name", () => {
    expect(open(load("aes256-p256")).identities[0]?.name).toBe("juliet");
  });

  test("without a MAC nothing shows that it is as it was made", () => {
    expect(open(load("nomac-rsa")).isAuthenticated).toBe(false);
    expect(open(load("aes256-p256")).isAuthenticated).toBe(true);
  });

  test("no key shows in a log or in JSON", () => {
    const contents = open(load("unencrypted"));
    const { pkcs8 } = contents.identities[0]?.key ?? {};
    // In the middle of the file of a P-256 key, after its headers: the secret number.
    const secret = pkcs8?.subarray(36, 60) ?? Buffer.alloc(0);
    expect(secret).toHaveLength(24);
    const bytesAsJson = JSON.stringify([...secret]).slice(1, -1);
    const shown = [
      JSON.stringify(contents),
      inspect(contents, { depth: null, showHidden: true, maxArrayLength: null }),
      inspect(contents.identities[0]?.key, { showHidden: true, showProxy: true, getters: false }),
    ].join("\n");
    expect(shown).toContain("P-256");
    expect(shown.replaceAll(/\s+/g, "")).not.toContain(bytesAsJson);
    expect(shown.replaceAll(/\s+/g, "")).not.toContain(secret.toString("hex"));
    expect(load("unencrypted").includes(secret)).toBe(true);
  });
});

describe("what is wrong with them", () => {
  test.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("-----BEGIN CERTIFICATE-----")],
    ["a picture", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")],
    ["another version", Buffer.from("3003020104", "hex")],
  ])("not PKCS#12: %s", (_, bytes) => {
    expect(faultOf(bytes)).toEqual({ kind: "unknown-format" });
  });

  test.each(["aes256-p256", "pbmac1-rsa", "legacy-rc2-3des-rsa", "nomac-rsa"])(
    "a wrong password: %s",
    (name) => {
      for (const password of ["", "Secret", "secret ", "sécret"]) {
        expect(faultOf(load(name), password)).toEqual({ kind: "wrong-password" });
      }
    },
  );

  test("the right password, but another MAC: damaged", () => {
    const bytes = load("aes256-p256");
    const mac = bytes.length - 40;
    bytes[mac] = (bytes[mac] ?? 0) ^ 1;
    expect(faultOf(bytes)).toMatchObject({ kind: "damaged" });
    expect(faultOf(bytes, "other")).toEqual({ kind: "wrong-password" });
  });

  test("the right password, but any byte of what the MAC protects was changed: damaged", () => {
    const original = load("noiter");
    const mac = original.lastIndexOf(Buffer.from("3031300d0609608648016503040201", "hex")) - 2;
    const kinds = new Map<string, number>();
    for (let at = 40; at < mac; at += 3) {
      const bytes = Buffer.from(original);
      bytes[at] = (bytes[at] ?? 0) ^ 0x01;
      const kind = faultOf(bytes)?.kind ?? "none";
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    // Each of the two parts opens unless it is the one that was changed.
    expect([...kinds.keys()]).toEqual(["damaged"]);
  });

  test("a file that breaks off is damaged, wherever it does", () => {
    const bytes = load("noiter");
    for (let length = 8; length < bytes.length; length += 7) {
      expect(faultOf(bytes.subarray(0, length))).toMatchObject({ kind: "damaged" });
    }
  });

  test("an algorithm that we do not have is told by its identifier", () => {
    // PBE with SHA-1 and 3DES becomes one that nobody has given a meaning.
    const bytes = load("3des-3des-rsa");
    const oid = Buffer.from("060a2a864886f70d010c0103", "hex");
    const other = Buffer.from("060a2a864886f70d010c0109", "hex");
    const hex = bytes.toString("hex").replaceAll(oid.toString("hex"), other.toString("hex"));
    const changed = Buffer.from(hex, "hex");
    // Its MAC is wrong now, too.
    expect(faultOf(changed)?.kind).toBe("wrong-password");
    const withoutMac = Buffer.from(
      load("nomac-rsa")
        .toString("hex")
        .replaceAll("060960864801650304012a", "060960864801650304012e"),
      "hex",
    );
    expect(faultOf(withoutMac)).toEqual({
      kind: "unsupported",
      what: "2.16.840.1.101.3.4.1.46",
    });
  });

  test.each([
    ["the MAC of an honest file takes a moment", 1_000, "wrong-password"],
    ["one that asks for hours takes none", keyFileLimits.roundsMax + 1, "too-much-work"],
    ["one that asks for years", 2n ** 62n, "too-much-work"],
    ["no rounds at all", 0, "damaged"],
  ] as const)("%s", (_, rounds, kind) => {
    const started = performance.now();
    expect(faultOf(withMacRounds(rounds), "other")?.kind).toBe(kind);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test("changed at random, it opens or says why not", () => {
    const original = load("unencrypted");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), {
          minLength: 1,
          maxLength: 4,
        }),
        (changes) => {
          const bytes = Buffer.from(original);
          for (const [at, value] of changes) bytes[at] = value;
          const result = readPkcs12(bytes, "secret");
          expect(typeof result.ok).toBe("boolean");
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** A file whose MAC, at its end, is made with so many rounds. */
function withMacRounds(rounds: number | bigint): Buffer {
  const bytes = load("aes256-p256");
  const oldRounds = Buffer.from("02020800", "hex");
  const start = bytes.length - oldRounds.length;
  expect(bytes.subarray(start)).toEqual(oldRounds);
  const newRounds = writeInteger(rounds);
  const grown = newRounds.length - oldRounds.length;
  const changed = Buffer.concat([bytes.subarray(0, start), newRounds]);
  // The lengths of the whole, in its third and fourth byte, and of the MAC, in the byte behind its tag.
  changed.writeUInt16BE(changed.readUInt16BE(2) + grown, 2);
  const mac = bytes.lastIndexOf(Buffer.from("3031300d0609608648016503040201", "hex")) - 1;
  changed[mac] = (changed[mac] ?? 0) + grown;
  return changed;
}

describe("made by hand", () => {
  const key = createKey("p-256");
  const [encoding = { utf8: Buffer.alloc(0), utf16: Buffer.alloc(0) }] = encodePassword("secret");
  const content = (type: string, value: Uint8Array): Buffer =>
    writeSequence(writeOid(type), writeContext(0, value));
  /** Bags without encryption around them, under a MAC. */
  const fileOf = (...bags: readonly Buffer[]): Buffer => {
    const safe = writeSequence(content(contentOids.data, writeOctets(writeSequence(...bags))));
    const mac = writeMac(safe, encoding, 1);
    return writeSequence(writeInteger(3), content(contentOids.data, writeOctets(safe)), mac);
  };
  const nested = (bag: Buffer): Buffer => content(bagOids.bags, writeSequence(bag));

  test("a key with a password of its own is told from a wrong one", () => {
    const [other = encoding] = encodePassword("other");
    const { algorithm, encrypted } = encryptWithPassword(key.pkcs8, other, 1);
    const bag = content(bagOids.encryptedKey, writeSequence(algorithm, writeOctets(encrypted)));
    expect(faultOf(fileOf(bag))).toEqual({
      kind: "unsupported",
      what: "a part with a password of its own",
    });
    expect(faultOf(fileOf(bag), "third")).toEqual({ kind: "wrong-password" });
  });

  test("bags in bags, and bags of other kinds", () => {
    const crl = content("1.2.840.113549.1.12.10.1.4", writeSequence());
    const bytes = fileOf(crl, nested(nested(content(bagOids.key, key.pkcs8))));
    expect(open(bytes).identities.map((each) => each.key.pkcs8)).toEqual([key.pkcs8]);
  });

  test("bags without end are damage", () => {
    let bag = content(bagOids.key, key.pkcs8);
    for (let depth = 0; depth < 6; depth++) bag = nested(bag);
    expect(faultOf(fileOf(bag))).toMatchObject({ kind: "damaged" });
  });

  test("more keys than anybody has", () => {
    const bags = Array<Buffer>(keyFileLimits.keysMax + 1).fill(content(bagOids.key, key.pkcs8));
    expect(faultOf(fileOf(...bags))).toEqual({ kind: "too-much-work" });
  });
});

describe("without a password asked yet", () => {
  test("one is needed", () => {
    expect(readKeyFile(load("aes256-p256"), null)).toEqual({
      ok: false,
      error: { kind: "password-needed" },
    });
  });

  test.each(["emptypw-aes", "emptypw-legacy-rsa"])("an empty one is not: %s", (name) => {
    expect(readKeyFile(load(name), null)).toMatchObject({ ok: true });
  });
});
