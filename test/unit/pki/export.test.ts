/** Identities leave in PKCS#12 files that we, openssl and keytool read. */

import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { createKey, newKeyKinds } from "../../../app/pki/identity/key-creation.ts";
import { readPkcs12 } from "../../../app/pki/identity/pkcs12-reader.ts";
import { writePkcs12 } from "../../../app/pki/identity/pkcs12-writer.ts";
import { createSelfSigned } from "../../../app/pki/identity/self-signed.ts";
import { opensslMissing, OpensslFolder } from "./openssl.ts";

const address = "juliet@example.org";
const at = Date.now();
const key = createKey("p-256");
const certificate = createSelfSigned({ key, address, at, years: 2 });
const above = createSelfSigned({ key: createKey("p-256"), address: "ca", at, years: 2 });
const identity = { key, certificate, chain: [above], name: "Juliet 🌹" };

/** To write and to read one takes more than a second each: most tests share this one. */
const exported = writePkcs12({ ...identity, name: "juliet", password: "secret" });

test.each([
  ["plain", "secret"],
  ["beyond ASCII", "pässwörd€ 🔑"],
])("what we write we read again; the password is %s", (_, password) => {
  const bytes = writePkcs12({ ...identity, password });
  const read = readPkcs12(bytes, password);
  if (!read.ok) throw new Error(read.error.kind);
  const [found, ...more] = read.value.identities;
  expect(more).toEqual([]);
  expect(found?.key.pkcs8.equals(key.pkcs8)).toBe(true);
  expect(found?.certificate?.fingerprint).toBe(certificate.fingerprint);
  expect(found?.name).toBe("Juliet 🌹");
  expect(read.value.certificates).toHaveLength(2);
  expect(read.value.isAuthenticated).toBe(true);
});

test("nothing of the key is in the clear, and no two files are the same", () => {
  const one = exported;
  const other = writePkcs12({ ...identity, password: "secret" });
  expect(one.includes(key.pkcs8.subarray(40, 60))).toBe(false);
  expect(one.includes(Buffer.from(certificate.encoded).subarray(0, 40))).toBe(false);
  expect(one.equals(other)).toBe(false);
});

test("not without a password", () => {
  expect(() => writePkcs12({ ...identity, password: "" })).toThrow("under a password");
});

describe.skipIf(opensslMissing !== null)(
  `with openssl${opensslMissing ? `: ${opensslMissing}` : ""}`,
  () => {
    test.each(newKeyKinds)("it reads what we write, without its old ciphers: %s", (kind) => {
      using folder = new OpensslFolder();
      const key = createKey(kind);
      const certificate = createSelfSigned({ key, address, at, years: 2 });
      const password = "pässwörd€";
      folder.write("out.p12", writePkcs12({ ...identity, key, certificate, password }));
      const text = folder.run("pkcs12", "-in", "out.p12", "-passin", `pass:${password}`, "-nodes");
      expect(text.match(/BEGIN PRIVATE KEY/g)).toHaveLength(1);
      expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
      expect(text).toContain("localKeyID");
      folder.write("all.pem", text);
      const publicOfKey = folder.run("pkey", "-in", "all.pem", "-pubout");
      expect(folder.run("x509", "-in", "all.pem", "-pubkey", "-noout")).toBe(publicOfKey);
    });

    test("it says what we promise", () => {
      using folder = new OpensslFolder();
      folder.write("out.p12", exported);
      const parameters = ["-in", "out.p12", "-passin", "pass:secret", "-info", "-noout"];
      const options = { cwd: folder.path, encoding: "utf8" } as const;
      const { stderr } = spawnSync("openssl", ["pkcs12", ...parameters], options);
      expect(stderr).toContain("MAC: sha256");
      expect(stderr).toContain("PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256");
    });

    test("it refuses another password", () => {
      using folder = new OpensslFolder();
      folder.write("out.p12", exported);
      expect(() =>
        folder.run("pkcs12", "-in", "out.p12", "-passin", "pass:Secret", "-noout"),
      ).toThrow("invalid password");
    });
  },
);

test.skipIf(spawnSync("keytool", ["-help"]).error !== undefined)("Java reads it", () => {
  using folder = new OpensslFolder();
  folder.write("out.p12", exported);
  const listed = spawnSync(
    "keytool",
    ["-list", "-keystore", "out.p12", "-storetype", "PKCS12", "-storepass", "secret"],
    { cwd: folder.path, encoding: "utf8" },
  );
  expect(listed.stdout).toMatch(/juliet,.*PrivateKeyEntry/);
});
