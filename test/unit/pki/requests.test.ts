/** Signing requests, the answers to them, and certificates that sign themselves. */

import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isSignatureValid } from "../../../app/pki/x509/algorithms.ts";
import { checkIdentity, xmppAddresses } from "../../../app/pki/identity/identity-check.ts";
import { createKey, newKeyKinds } from "../../../app/pki/identity/key-creation.ts";
import { writePem } from "../../../app/pki/identity/pem.ts";
import { createSelfSigned } from "../../../app/pki/identity/self-signed.ts";
import { createRequest, matchReply } from "../../../app/pki/identity/signing-request.ts";
import { opensslMissing, OpensslFolder } from "./openssl.ts";

const address = "jülia@example.org";
const at = Date.UTC(2026, 10, 20, 12);
const day = 24 * 60 * 60 * 1_000;

describe("a certificate that signs itself", () => {
  test.each(newKeyKinds)("is what a server expects: %s", (kind) => {
    const key = createKey(kind);
    const certificate = createSelfSigned({ key, address, at, years: 2 });
    const { publicKey, signatureAlgorithm, signed, signature } = certificate;
    expect(publicKey && isSignatureValid(signatureAlgorithm, publicKey, signed, signature)).toBe(
      true,
    );
    expect(checkIdentity({ key, certificate, at, address })).toEqual([]);
    expect(certificate.version).toBe(3);
    expect(certificate.basicConstraints).toEqual({ isAuthority: false, pathLengthMax: null });
    expect(certificate.keyUsage).toEqual(new Set(["digitalSignature"]));
    expect(certificate.purposes).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(certificate.notAfter).toBe(Date.UTC(2028, 10, 20, 12));
    expect(at - certificate.notBefore).toBe(day);
    expect(certificate.serial).toHaveLength(16);
    expect(certificate.subjectKeyId).toHaveLength(20);
    expect(certificate.agreesOnAlgorithm).toBe(true);
  });

  test("the platform agrees", () => {
    const key = createKey("p-256");
    const { encoded } = createSelfSigned({ key, address, at, years: 1 });
    const second = new X509Certificate(encoded);
    expect(second.verify(second.publicKey)).toBe(true);
    expect(second.ca).toBe(false);
    expect(second.subject).toBe(`CN=${address}`);
  });

  test("an address that is too long for a common name stands in the other name only", () => {
    const long = `${"j".repeat(80)}@example.org`;
    const key = createKey("ed25519");
    const certificate = createSelfSigned({ key, address: long, at, years: 1 });
    expect(certificate.subject.attributes).toEqual([]);
    expect(certificate.extensions.get("2.5.29.17")?.isCritical).toBe(true);
    expect(xmppAddresses(certificate)).toEqual([long]);
  });

  test.each([0, 0.5, 21, -1, Number.NaN])("not for %d years", (years) => {
    const key = createKey("ed25519");
    expect(() => createSelfSigned({ key, address, at, years })).toThrow("1 to 20 years");
  });
});

describe("answers", () => {
  const key = createKey("p-256");
  const own = createSelfSigned({ key, address, at, years: 1 });
  const other = createSelfSigned({ key: createKey("p-256"), address, at, years: 1 });
  const pem = ({ encoded }: { readonly encoded: Uint8Array }): string =>
    writePem("CERTIFICATE", encoded);

  test.each([
    ["DER", own.encoded],
    ["PEM", Buffer.from(pem(own))],
    ["PEM with others", Buffer.from(pem(other) + pem(own))],
  ])("for this key: %s", (_, file) => {
    const reply = matchReply(key, file);
    expect(reply.ok && reply.value.certificate.fingerprint).toBe(own.fingerprint);
  });

  test("for another key", () => {
    expect(matchReply(key, other.encoded)).toEqual({ ok: false, error: { kind: "other-key" } });
  });

  test("no certificate at all", () => {
    expect(matchReply(key, Buffer.from("Dear Julia"))).toEqual({
      ok: false,
      error: { kind: "unknown-format" },
    });
  });
});

describe.skipIf(opensslMissing !== null)(
  `with openssl${opensslMissing ? `: ${opensslMissing}` : ""}`,
  () => {
    test.each(newKeyKinds)("the request is right, and says what was asked for: %s", (kind) => {
      using folder = new OpensslFolder();
      const request = createRequest({ key: createKey(kind), address, srvDomain: "exämple.org" });
      folder.write("request.pem", writePem("CERTIFICATE REQUEST", request));
      const options = ["-in", "request.pem", "-noout", "-text", "-nameopt", "utf8"];
      const text = folder.run("req", "-verify", ...options);
      expect(text).toContain(`Subject: CN=${address}`);
      expect(text).toContain("XmppAddr:");
      expect(text).toContain("SRVName:");
      expect(text).toContain("_xmpp-client.xn--exmple-cua.org");
      expect(text).toContain("TLS Web Client Authentication");
      expect(text).toContain("Digital Signature");
    });

    test("no service is named unless asked for", () => {
      using folder = new OpensslFolder();
      folder.write("request.der", createRequest({ key: createKey("p-256"), address }));
      const text = folder.run(
        "req",
        "-verify",
        "-inform",
        "DER",
        "-in",
        "request.der",
        "-noout",
        "-text",
      );
      expect(text).not.toContain("SRVName");
    });

    test("what an authority makes of it comes back, in three forms", () => {
      using folder = new OpensslFolder();
      const key = createKey("p-256");
      folder.write("request.der", createRequest({ key, address }));
      const authority = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
      folder.run(
        "req",
        "-x509",
        ...authority,
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=CA",
      );
      const signing = [
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-set_serial",
        "7",
        "-copy_extensions",
        "copyall",
      ];
      folder.run(
        "x509",
        "-req",
        "-inform",
        "DER",
        "-in",
        "request.der",
        ...signing,
        "-out",
        "reply.pem",
      );
      folder.run(
        "crl2pkcs7",
        "-nocrl",
        "-certfile",
        "reply.pem",
        "-certfile",
        "ca.pem",
        "-out",
        "reply.p7",
      );
      folder.run(
        "crl2pkcs7",
        "-nocrl",
        "-certfile",
        "reply.pem",
        "-certfile",
        "ca.pem",
        "-out",
        "reply.p7b",
        "-outform",
        "DER",
      );
      const both = Buffer.concat([folder.read("ca.pem"), folder.read("reply.pem")]);
      for (const file of [both, folder.read("reply.p7"), folder.read("reply.p7b")]) {
        const reply = matchReply(key, file);
        if (!reply.ok) throw new Error(reply.error.kind);
        const { certificate, chain } = reply.value;
        expect(checkIdentity({ key, certificate, at: Date.now(), address })).toEqual([]);
        expect(chain.map(({ isSelfIssued }) => isSelfIssued)).toEqual([true]);
      }
      const stranger = matchReply(createKey("p-256"), both);
      expect(stranger).toEqual({ ok: false, error: { kind: "other-key" } });
    });

    test.each(newKeyKinds)("the certificate that signs itself is right: %s", (kind) => {
      using folder = new OpensslFolder();
      const { encoded } = createSelfSigned({
        key: createKey(kind),
        address,
        at: Date.now(),
        years: 1,
      });
      folder.write("self.pem", writePem("CERTIFICATE", encoded));
      const strict = ["-x509_strict", "-purpose", "sslclient", "-partial_chain"];
      expect(folder.run("verify", ...strict, "-trusted", "self.pem", "self.pem")).toContain("OK");
    });
  },
);
