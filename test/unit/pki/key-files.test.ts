/** Keys and certificates in PEM and DER, encrypted or not; and what is said about them. */

import { describe, expect, test } from "vitest";
import { createSelfSigned } from "../../../app/pki/identity/self-signed.ts";
import { createKey, type NewKeyKind } from "../../../app/pki/identity/key-creation.ts";
import type { KeyFileContents } from "../../../app/pki/identity/key-file-contents.ts";
import { readKeyFile } from "../../../app/pki/identity/key-file-reader.ts";
import { checkIdentity, type IdentityProblem } from "../../../app/pki/identity/identity-check.ts";
import { writePem } from "../../../app/pki/identity/pem.ts";
import { PrivateKey } from "../../../app/pki/identity/private-key.ts";
import { opensslMissing, OpensslFolder } from "./openssl.ts";

const address = "juliet@example.org";
const at = Date.UTC(2026, 10, 20);
const ecKey = createKey("p-256");
const rsaKey = createKey("rsa-3072");
const ecCertificate = createSelfSigned({ key: ecKey, address, at, years: 2 });

interface ExportOptions {
  readonly type: "pkcs1" | "pkcs8" | "sec1";
  readonly format: "pem" | "der";
  readonly cipher?: string;
  readonly passphrase?: string;
}

/** As node:crypto writes it. */
function exportKey({ keyObject }: PrivateKey, options: ExportOptions): Buffer {
  if (!keyObject) throw new Error("a key that node:crypto does not have");
  const { format, ...rest } = options;
  return format === "pem"
    ? Buffer.from(keyObject.export({ ...rest, format }))
    : keyObject.export({ ...rest, format });
}

function open(bytes: Uint8Array | string, password: string | null = null): KeyFileContents {
  const result = readKeyFile(Buffer.from(bytes), password);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function faultOf(bytes: Uint8Array | string, password: string | null = null): unknown {
  const result = readKeyFile(Buffer.from(bytes), password);
  return result.ok ? null : result.error;
}

const pem = (bytes: Uint8Array, label = "CERTIFICATE"): string => writePem(label, bytes);
const pkcs8Pem = pem(ecKey.pkcs8, "PRIVATE KEY");
const certificatePem = pem(ecCertificate.encoded);

describe("keys", () => {
  const forms: readonly (readonly [string, PrivateKey, ExportOptions])[] = [
    ["PKCS#8, PEM", ecKey, { type: "pkcs8", format: "pem" }],
    ["PKCS#8, DER", ecKey, { type: "pkcs8", format: "der" }],
    ["PKCS#8 of RSA, DER", rsaKey, { type: "pkcs8", format: "der" }],
    ["PKCS#1, PEM", rsaKey, { type: "pkcs1", format: "pem" }],
    ["PKCS#1, DER", rsaKey, { type: "pkcs1", format: "der" }],
    ["SEC 1, PEM", ecKey, { type: "sec1", format: "pem" }],
    ["SEC 1, DER", ecKey, { type: "sec1", format: "der" }],
  ];
  test.each(forms)("%s", (_, key, options) => {
    const { identities } = open(exportKey(key, options));
    expect(identities).toHaveLength(1);
    expect(identities[0]?.key.pkcs8.equals(key.pkcs8)).toBe(true);
  });

  const ciphers = ["aes-256-cbc", "aes-128-cbc", "des-ede3-cbc"];
  const encrypted = ciphers.flatMap((cipher) =>
    forms
      .map(([name, key, options]) => [`${name}, ${cipher}`, key, { ...options, cipher }] as const)
      // Only PKCS#8 has encryption of its own; the others have that of PEM.
      .filter(([, , { type, format }]) => type === "pkcs8" || format === "pem"),
  );
  test.each(encrypted)("encrypted: %s", (_, key, options) => {
    const passphrase = "pässword€";
    const bytes = exportKey(key, { ...options, passphrase });
    expect(open(bytes, passphrase).identities[0]?.key.pkcs8.equals(key.pkcs8)).toBe(true);
    expect(faultOf(bytes)).toEqual({ kind: "password-needed" });
    expect(faultOf(bytes, "password")).toEqual({ kind: "wrong-password" });
  });

  test("the copy of the public key that newer files have does not matter", () => {
    const key = createKey("ed25519");
    const bits = Buffer.from(key.publicBits ?? []);
    const body = Buffer.concat([
      Buffer.from("020101", "hex"),
      key.pkcs8.subarray(5),
      Buffer.from([0x81, bits.length + 1, 0]),
      bits,
    ]);
    const second = Buffer.concat([Buffer.from([0x30, body.length]), body]);
    expect(open(second).identities[0]?.key.pkcs8.equals(key.pkcs8)).toBe(true);
  });

  test("a key of another point than its own is damaged", () => {
    const bytes = exportKey(ecKey, { type: "sec1", format: "der" });
    const last = bytes.length - 1;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    expect(faultOf(bytes)).toMatchObject({ kind: "damaged" });
  });
});

describe("several in one file", () => {
  test.each([
    ["key first", pkcs8Pem + certificatePem],
    ["certificate first", certificatePem + pkcs8Pem],
    ["with text around", `Bag Attributes\n  name: x\n${certificatePem}\nKey:\n${pkcs8Pem}\n.`],
    ["Windows' line ends", (pkcs8Pem + certificatePem).replaceAll("\n", "\r\n")],
    ["and its mark of UTF-8", `\ufeff${pkcs8Pem}${certificatePem}`],
    ["with a second key and certificate", certificatePem + otherPair() + pkcs8Pem],
  ])("%s", (_, text) => {
    const { identities } = open(text);
    const found = identities.find(({ key }) => key.pkcs8.equals(ecKey.pkcs8));
    expect(found?.certificate?.fingerprint).toBe(ecCertificate.fingerprint);
  });

  test("a key and a certificate that do not fit stand together, for the check to say so", () => {
    const [identity] = open(pem(rsaKey.pkcs8, "PRIVATE KEY") + certificatePem).identities;
    expect(identity?.certificate?.fingerprint).toBe(ecCertificate.fingerprint);
    expect(identity?.certificate && identity.key.isKeyOf(identity.certificate)).toBe(false);
  });

  test("of two certificates for one key the later one counts", () => {
    const renewed = createSelfSigned({ key: ecKey, address, at, years: 5 });
    const [identity] = open(certificatePem + pem(renewed.encoded) + pkcs8Pem).identities;
    expect(identity?.certificate?.fingerprint).toBe(renewed.fingerprint);
  });

  test("a certificate that cannot be read does not take the others with it", () => {
    const contents = open(pem(Buffer.from("3000", "hex")) + certificatePem + pkcs8Pem);
    expect(contents.unreadableCertificates).toBe(1);
    expect(contents.certificates).toHaveLength(1);
  });

  function otherPair(): string {
    const key = createKey("p-384");
    const certificate = createSelfSigned({ key, address, at, years: 1 });
    return pem(key.pkcs8, "PRIVATE KEY") + pem(certificate.encoded);
  }
});

describe("what is wrong with files", () => {
  test.each([
    ["nothing", ""],
    ["text", "Dear Juliet"],
    [
      "only a request",
      "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----",
    ],
    ["a SEQUENCE of nothing", "\u0030\u0000"],
  ])("unknown: %s", (_, text) => {
    expect(faultOf(text)).toEqual({ kind: "unknown-format" });
  });

  test.each([
    ["no end", pkcs8Pem.slice(0, -30)],
    ["no base64", pkcs8Pem.replace("M", "§")],
    ["another beginning inside", pkcs8Pem.replace(/-----END.*/, certificatePem)],
    ["half a key", pem(ecKey.pkcs8.subarray(0, 50), "PRIVATE KEY")],
  ])("damaged: %s", (_, text) => {
    expect(faultOf(text)).toMatchObject({ kind: "damaged" });
  });

  test.each(["OPENSSH PRIVATE KEY", "DSA PRIVATE KEY"])("unsupported: %s", (label) => {
    expect(faultOf(pem(Buffer.from("AA"), label))).toEqual({ kind: "unsupported", what: label });
  });

  test("too large", () => {
    expect(faultOf(Buffer.alloc(5 * 1024 * 1024))).toEqual({ kind: "too-much-work" });
  });
});

describe("the check of an identity", () => {
  const check = (change: Partial<Parameters<typeof checkIdentity>[0]>): string[] =>
    checkIdentity({ key: ecKey, certificate: ecCertificate, at, address, ...change }).map(
      ({ kind }: IdentityProblem) => kind,
    );
  const { notBefore, notAfter } = ecCertificate;

  test.each([
    ["all is well", {}, []],
    ["letter case does not count", { address: "Juliet@Example.ORG" }, []],
    ["another key", { key: createKey("p-256") }, ["key-does-not-match"]],
    ["in its last second", { at: notAfter + 999 }, []],
    ["a second later", { at: notAfter + 1_000 }, ["expired"]],
    ["in its first second", { at: notBefore }, []],
    ["before", { at: notBefore - 1 }, ["not-yet-valid"]],
    ["another's address", { address: "romeo@example.org" }, ["no-xmpp-addr"]],
    [
      "all at once",
      { key: rsaKey, at: 0, address: "x@y" },
      ["key-does-not-match", "not-yet-valid", "no-xmpp-addr"],
    ],
  ] as const)("%s", (_, change, expected) => {
    expect(check(change)).toEqual(expected);
  });

  test("another's address is told", () => {
    const problems = checkIdentity({ key: ecKey, certificate: ecCertificate, at, address: "x@y" });
    expect(problems).toEqual([{ kind: "no-xmpp-addr", found: [address] }]);
  });
});

describe.skipIf(opensslMissing !== null)(
  `with openssl${opensslMissing ? `: ${opensslMissing}` : ""}`,
  () => {
    test.each([
      ["PBES2 with AES-256", ["-v2", "aes-256-cbc"]],
      ["PBES2 with AES-192 and HMAC-SHA-512", ["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA512"]],
      ["PBES2 with 3DES", ["-v2", "des3"]],
      ["PBES2 with RC2", ["-v2", "rc2-cbc", "-provider", "legacy", "-provider", "default"]],
      ["scrypt", ["-scrypt"]],
      ["PBES1 with MD5", ["-v1", "PBE-MD5-DES", "-provider", "legacy", "-provider", "default"]],
      ["PBES1 with SHA-1", ["-v1", "PBE-SHA1-DES", "-provider", "legacy", "-provider", "default"]],
      ["PKCS#12's 3DES", ["-v1", "PBE-SHA1-3DES"]],
    ])("encrypted PKCS#8: %s", (_, options) => {
      using folder = new OpensslFolder();
      folder.write("key.pem", pkcs8Pem);
      const files = ["-topk8", "-in", "key.pem", "-out", "out.pem", "-passout", "pass:sécret"];
      folder.run("pkcs8", ...files, ...options);
      const bytes = folder.read("out.pem");
      expect(open(bytes, "sécret").identities[0]?.key.pkcs8.equals(ecKey.pkcs8)).toBe(true);
      expect(faultOf(bytes, "secret")).toEqual({ kind: "wrong-password" });
    });

    test.each([
      [
        "no clientAuth",
        "extendedKeyUsage=serverAuth\nsubjectAltName=otherName:1.3.6.1.5.5.7.8.5;UTF8:juliet@example.org",
        ["no-client-auth"],
      ],
      [
        "no signatures",
        "keyUsage=keyEncipherment\nsubjectAltName=otherName:1.3.6.1.5.5.7.8.5;UTF8:juliet@example.org",
        ["no-client-auth"],
      ],
      [
        "no xmppAddr",
        "extendedKeyUsage=clientAuth\nsubjectAltName=email:juliet@example.org",
        ["no-xmpp-addr"],
      ],
      ["no extensions", "", ["no-xmpp-addr"]],
    ])("a certificate with %s", (_, extensions, expected) => {
      using folder = new OpensslFolder();
      folder
        .write("key.pem", pkcs8Pem)
        .write("c.cnf", `[req]\ndistinguished_name=dn\n[dn]\n[e]\n${extensions}\n`);
      const options = ["-subj", "/CN=x", "-days", "30", "-config", "c.cnf", "-extensions", "e"];
      folder.run("req", "-x509", "-new", "-key", "key.pem", "-out", "out.pem", ...options);
      const certificate = open(folder.read("out.pem")).certificates[0] ?? ecCertificate;
      const problems = checkIdentity({ key: ecKey, certificate, at: Date.now(), address });
      expect(problems.map(({ kind }) => kind)).toEqual(expected);
    });

    test("a weak key", () => {
      using folder = new OpensslFolder();
      folder.run("genrsa", "-out", "key.pem", "1024");
      const [identity] = open(folder.read("key.pem")).identities;
      const key = identity?.key ?? ecKey;
      const problems = checkIdentity({ key, certificate: ecCertificate, at, address });
      expect(problems[0]).toEqual({ kind: "weak-key", algorithm: { kind: "rsa", bits: 1_024 } });
    });

    test.each(["brainpoolP256r1", "secp256k1"])("a curve that we do not use: %s", (curve) => {
      using folder = new OpensslFolder();
      folder.run("ecparam", "-genkey", "-name", curve, "-out", "key.pem");
      const [identity] = open(folder.read("key.pem")).identities;
      expect(identity?.key.algorithm).toMatchObject({ kind: "unsupported" });
      const key = identity?.key ?? ecKey;
      const problems = checkIdentity({ key, certificate: ecCertificate, at, address });
      expect(problems[0]).toMatchObject({ kind: "unsupported-key" });
    });
  },
);

describe("new keys", () => {
  test.each([
    ["p-256", { kind: "ec", curve: "P-256" }],
    ["p-384", { kind: "ec", curve: "P-384" }],
    ["ed25519", { kind: "ed25519" }],
    ["rsa-3072", { kind: "rsa", bits: 3_072 }],
  ] as const)("%s", (kind: NewKeyKind, algorithm) => {
    const key = createKey(kind);
    expect(key.algorithm).toEqual(algorithm);
    expect(new PrivateKey(key.pkcs8).spki).toEqual(key.spki);
    expect(createKey(kind).pkcs8.equals(key.pkcs8)).toBe(false);
  });
});
