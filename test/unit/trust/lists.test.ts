/** What the page is told about authorities, servers and single certificates. */

import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { issueLeaf, makeRoot, makeTrust, showServer, verdictOf } from "./stage.ts";

const [one, other] = [makeRoot("Alpha Root"), makeRoot("Beta Root")];

describe("authorities", () => {
  test("are found by name and fingerprint, from wherever they come, and not when distrusted", async () => {
    const { trust } = await makeTrust({ builtIn: [other], imported: [one] });
    const subjects = async (filter: string, after: string | null = null): Promise<string[]> =>
      (await trust.authorities(filter, after)).rows.map(
        ({ subject, source }) => `${subject} ${source}`,
      );
    const both = ["Alpha Root imported", "Beta Root built-in"];
    expect(await subjects("")).toEqual(both);
    expect(await subjects("ROOT")).toEqual(both);
    expect(await subjects("beta")).toEqual(both.slice(1));
    const start = one.certificate.fingerprint.slice(0, 16).toUpperCase();
    expect(await subjects(start.match(/../g)?.join(":") ?? "")).toEqual(both.slice(0, 1));
    expect(await subjects("", one.certificate.fingerprint)).toEqual(both.slice(1));
    await trust.distrust(other.certificate.fingerprint);
    expect(await subjects("")).toEqual(both.slice(0, 1));
    expect(await trust.distrusted()).toMatchObject([{ subject: "Beta Root", isByPolicy: false }]);
    await trust.restore(other.certificate.fingerprint);
    expect(await subjects("")).toEqual(both);
  });

  test("come in pages", async () => {
    const many = Array.from({ length: 101 }, (_, index) => makeRoot(`Root ${1_000 + index}`));
    const { trust } = await makeTrust({ builtIn: many });
    const first = await trust.authorities("", null);
    expect([first.rows.length, first.hasMore]).toEqual([100, true]);
    const second = await trust.authorities("", first.rows.at(-1)?.fingerprint ?? null);
    expect([second.rows.map(({ subject }) => subject), second.hasMore]).toEqual([
      ["Root 1100"],
      false,
    ]);
  });
});

test("a certificate in full, with its chain", async () => {
  const stage = await makeTrust({ imported: [one] });
  const leaf = issueLeaf(one, {
    ocsp: ["http://ocsp.example/"],
    mustStaple: false,
    names: ["verona.example"],
  });
  stage.rules = { ...stage.rules, revocation: "off" };
  const { port } = await showServer(leaf);
  expect(await verdictOf(stage, port)).toBe("trusted");
  const details = await stage.trust.details(leaf.certificate.fingerprint);
  expect(details).toMatchObject({
    value: {
      subject: "CN=server",
      issuer: "CN=Alpha Root",
      version: 3,
      key: "ec prime256v1",
      signatureAlgorithm: "ecdsa sha256",
      names: ["dns:verona.example"],
      chain: [leaf.certificate.fingerprint, one.certificate.fingerprint],
      isDistrusted: false,
      source: "server",
    },
  });
  if (!details.ok) return;
  const { pem, fingerprint, fingerprintSha1, extensions } = details.value;
  const again = new X509Certificate(pem);
  const plain = (text: string): string => text.replaceAll(":", "").toLowerCase();
  expect([plain(again.fingerprint256), plain(again.fingerprint)]).toEqual([
    fingerprint,
    fingerprintSha1,
  ]);
  expect(extensions).toContainEqual({
    oid: "2.5.29.15",
    kind: "key-usage",
    isCritical: false,
    items: ["digitalSignature"],
  });
  expect(await stage.trust.details("00".repeat(32))).toMatchObject({
    error: { kind: "not-found" },
  });
});
