/** The decision about a server's certificate: dates, names (RFC 9525) and what the library says. */

import { X509Certificate } from "node:crypto";
import forge from "node-forge";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import { AnchoredGate } from "../../../app/trust/anchored-gate.ts";
import type { Verdict } from "../../../app/trust/gate.ts";
import { TestAuthority, type ServerCertificateOptions } from "../../lab/certificates.ts";

const authority = new TestAuthority("Linnet tests");

function judged(
  leaf: X509Certificate,
  domain: string,
  libraryObjection: string | null = null,
): Promise<Verdict> {
  const clock = new FakeClock(Date.now());
  const gate = new AnchoredGate({ clock, importedAuthorities: () => [authority.pem] });
  return gate.judge({ domain, host: "xmpp.hoster.example", port: 5223, leaf, libraryObjection });
}

const keys = forge.pki.rsa.generateKeyPair({ bits: 2048 });
const dayMs = 86_400_000;

/** A certificate with any subject and any alternative names: node-forge's numbers for their types.
 *  Who signed it is not looked at here; that is the library's part. */
function withNames(
  commonName: string,
  altNames: readonly object[],
  validFromDays = -1,
  validToDays = 365,
): X509Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = "01";
  certificate.validity.notBefore = new Date(Date.now() + validFromDays * dayMs);
  certificate.validity.notAfter = new Date(Date.now() + validToDays * dayMs);
  certificate.setSubject([{ name: "commonName", value: commonName }]);
  certificate.setIssuer([{ name: "commonName", value: "Somebody" }]);
  if (altNames.length > 0) certificate.setExtensions([{ name: "subjectAltName", altNames }]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return new X509Certificate(forge.pki.certificateToPem(certificate));
}

function issued(options: ServerCertificateOptions): X509Certificate {
  const altNames = options.names.map((value) => ({ type: 2, value }));
  const { validFromDays, validToDays } = options;
  return withNames(options.names[0] ?? "", altNames, validFromDays, validToDays);
}

const trusted = { isTrusted: true };
const otherDomain = { isTrusted: false, problems: ["other-domain"] };

describe("names", () => {
  test.each([
    ["capulet.example", "capulet.example", true],
    ["capulet.example", "CAPULET.example", true],
    ["capulet.example", "montague.example", false],
    ["capulet.example", "chat.capulet.example", false],
    ["capulet.example", "notcapulet.example", false],
    ["*.capulet.example", "chat.capulet.example", true],
    ["*.capulet.example", "capulet.example", false],
    ["*.capulet.example", "a.b.capulet.example", false],
    ["c*.capulet.example", "chat.capulet.example", false],
    ["*t.capulet.example", "chat.capulet.example", false],
    ["chat.*.example", "chat.capulet.example", false],
    // Stricter than the RFC: nobody owns everything below one label.
    ["*.example", "capulet.example", false],
    ["*", "capulet", false],
    ["xn--mnchen-3ya.example", "xn--mnchen-3ya.example", true],
    ["*.xn--mnchen-3ya.example", "chat.xn--mnchen-3ya.example", true],
  ])("a certificate for %s, an account at %s: %s", async (name, domain, isFor) => {
    const verdict = await judged(issued({ names: [name] }), domain);
    expect(verdict).toEqual(isFor ? trusted : otherDomain);
  });

  test("one of several names is enough", async () => {
    const leaf = issued({ names: ["a.example", "b.example", "*.c.example"] });
    expect(await judged(leaf, "b.example")).toEqual(trusted);
    expect(await judged(leaf, "x.c.example")).toEqual(trusted);
  });

  test("the common name counts for nothing, beside other names and alone", async () => {
    const beside = withNames("capulet.example", [{ type: 2, value: "montague.example" }]);
    expect(await judged(beside, "capulet.example")).toEqual(otherDomain);
    const alone = withNames("capulet.example", []);
    expect(await judged(alone, "capulet.example")).toEqual(otherDomain);
  });

  test("addresses are compared with addresses only", async () => {
    const leaf = withNames("x", [{ type: 7, ip: "192.0.2.1" }]);
    expect(await judged(leaf, "192.0.2.1")).toEqual(trusted);
    expect(await judged(leaf, "192.0.2.2")).toEqual(otherDomain);
    expect(await judged(issued({ names: ["192.0.2.1"] }), "192.0.2.1")).toEqual(otherDomain);
  });

  test("the server's own host name is not asked for", async () => {
    const leaf = issued({ names: ["xmpp.hoster.example"] });
    expect(await judged(leaf, "capulet.example")).toEqual(otherDomain);
  });
});

describe("dates", () => {
  const names = ["capulet.example"];

  test("everything that is wrong is said at once", async () => {
    const leaf = issued({ names: ["b.example"], validFromDays: -9, validToDays: -2 });
    const verdict = await judged(leaf, "capulet.example", "CERT_HAS_EXPIRED");
    expect(verdict).toEqual({ isTrusted: false, problems: ["expired", "other-domain"] });
    const early = issued({ names: ["b.example"], validFromDays: 2 });
    const untrusted = await judged(early, "capulet.example", "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    expect(untrusted).toEqual({
      isTrusted: false,
      problems: ["not-yet-valid", "other-domain", "untrusted-authority"],
    });
  });

  test("a certificate runs out while the program runs", async () => {
    const clock = new FakeClock(Date.now());
    const gate = new AnchoredGate({ clock, importedAuthorities: () => [] });
    const leaf = issued({ names, validToDays: 1 });
    const server = { domain: "capulet.example", host: "h", port: 1, leaf, libraryObjection: null };
    expect(await gate.judge(server)).toEqual(trusted);
    await clock.advance(2 * 86_400_000);
    expect(await gate.judge(server)).toEqual({ isTrusted: false, problems: ["expired"] });
  });
});

describe("what the library objects to", () => {
  test.each([
    ["CERT_HAS_EXPIRED", "expired"],
    ["CERT_NOT_YET_VALID", "not-yet-valid"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "untrusted-authority"],
    ["UNABLE_TO_GET_ISSUER_CERT", "untrusted-authority"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "untrusted-authority"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "untrusted-authority"],
    ["CERT_UNTRUSTED", "untrusted-authority"],
    ["CERT_REVOKED", "revoked"],
    ["INVALID_PURPOSE", "unusable"],
    ["CERT_SIGNATURE_FAILURE", "unusable"],
    ["SOMETHING_NEW", "unusable"],
    ["", "unusable"],
  ])("%s", async (code, problem) => {
    const verdict = await judged(issued({ names: ["a.example"] }), "a.example", code);
    expect(verdict).toEqual({ isTrusted: false, problems: [problem] });
  });

  test("a certificate signed by itself is called that, also if it may not sign others", async () => {
    const { certificate } = authority.issue({ names: ["a.example"], isSelfSigned: true });
    const leaf = new X509Certificate(certificate);
    const verdict = await judged(leaf, "a.example", "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    expect(verdict).toEqual({ isTrusted: false, problems: ["self-signed"] });
  });
});

describe("authorities", () => {
  test("the context is made once, and anew after they changed", () => {
    const imported: string[] = [];
    let asked = 0;
    const gate = new AnchoredGate({
      clock: new FakeClock(),
      importedAuthorities: () => {
        asked++;
        return imported;
      },
    });
    const first = gate.context();
    expect(gate.context()).toBe(first);
    imported.push(authority.pem);
    gate.reload();
    expect(gate.context()).not.toBe(first);
    expect(asked).toBe(2);
  });
});
