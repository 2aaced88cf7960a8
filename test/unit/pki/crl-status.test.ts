import { describe, expect, test } from "vitest";
import { parseCrl, type Crl } from "../../../app/pki/revocation/crl.ts";
import {
  statusByCrls,
  type CrlQuery,
  type CrlStatus,
} from "../../../app/pki/revocation/crl-status.ts";
import { mayReplace } from "../../../app/pki/revocation/crl-scope.ts";
import { writeOctets } from "../../../app/pki/der/writer.ts";
import { extensionOids } from "../../../app/pki/oids.ts";
import type { Certificate } from "../../../app/pki/x509/certificate.ts";
import {
  algorithms,
  crlIssuer,
  day,
  deltaOf,
  distributionPoint,
  indirect,
  issuingPoint,
  keyUsageBits,
  now,
  onlyAttribute,
  onlyAuthority,
  onlyUser,
  pointOfName,
  pointOfRelativeName,
  pointOfUri,
  reasonFlags,
  TestAuthority,
  unknownExtension,
  writeEntry,
  type CrlOptions,
  type Extension,
} from "./test-authority.ts";

const root = TestAuthority.makeRoot("Root");
const authority = root.issue("Authority", { isAuthority: true, keyUsage: [5, 6] });
const leaf = authority.issue("leaf", { serial: 7 });
const minute = 60_000;

function list(by: TestAuthority, options: CrlOptions = {}): Crl {
  const parsed = parseCrl(by.makeCrl(options));
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function status(crls: readonly Crl[], query: Partial<CrlQuery> = {}): CrlStatus {
  return statusByCrls({
    certificate: leaf.certificate,
    issuer: authority.certificate,
    crls,
    signers: [],
    isSignerTrusted: () => false,
    at: now,
    ...query,
  });
}

function leafWith(...extensions: readonly Extension[]): Certificate {
  return authority.issue("leaf", { serial: 7, extensions }).certificate;
}

const good = { kind: "good" };
const revoked = (reason: number): CrlStatus => ({ kind: "revoked", reason, at: now - 2 * day });
const unknown = (why: string) => ({ kind: "unknown", why });
const entry = writeEntry(7, { reason: 1 });

describe("one complete CRL", () => {
  test("that does not list the certificate makes it good", () => {
    expect(status([list(authority, { entries: [writeEntry(8)] })])).toStrictEqual(good);
  });

  test("that lists it revokes it", () => {
    expect(status([list(authority, { entries: [entry] })])).toStrictEqual(revoked(1));
  });

  test.each<[string, Partial<CrlQuery>, CrlOptions, string]>([
    ["from tomorrow", {}, { thisUpdate: now + 6 * minute }, "crl-not-yet-valid"],
    ["from yesterday", {}, { nextUpdate: now - 1 }, "crl-expired"],
    [
      "without an end, eight days old",
      {},
      { thisUpdate: now - 8 * day, nextUpdate: null },
      "crl-expired",
    ],
    [
      "with an unknown critical extension",
      {},
      { extensions: [unknownExtension(true)] },
      "crl-unknown-extension",
    ],
    [
      "with an unknown critical extension of an entry",
      {},
      { entries: [writeEntry(9, { extensions: [unknownExtension(true)] })] },
      "crl-unknown-extension",
    ],
    ["with a weak hash", {}, { algorithm: algorithms.ecdsaSha1 }, "crl-signature"],
    ["of a key with the issuer's name", {}, {}, "crl-signature"],
  ])("%s says nothing", (name, query, options, why) => {
    const by = name.startsWith("of a key") ? TestAuthority.makeRoot("Authority") : authority;
    expect(status([list(by, options)], query)).toStrictEqual(unknown(why));
  });

  test("of another issuer says nothing", () => {
    expect(status([list(root, { entries: [entry] })])).toStrictEqual(unknown("no-crl"));
  });

  test("by a clock that is a little fast is taken", () => {
    expect(status([list(authority, { thisUpdate: now + 4 * minute })])).toStrictEqual(good);
  });

  test("without an end is taken for some days", () => {
    const crl = list(authority, { thisUpdate: now - 6 * day, nextUpdate: null });
    expect(status([crl])).toStrictEqual(good);
  });

  test("is not the issuer's to sign where its key usage leaves that out", () => {
    const other = root.issue("Other", { isAuthority: true, keyUsage: [keyUsageBits.keyCertSign] });
    const { certificate } = other.issue("leaf", { serial: 7 });
    const query = { certificate, issuer: other.certificate };
    expect(status([list(other)], query)).toStrictEqual(unknown("crl-signature"));
  });

  test("gives way to a newer one of the same scope", () => {
    const older = list(authority, { number: 4, entries: [entry] });
    const newer = list(authority, { number: 5 });
    expect(status([older, newer])).toStrictEqual(good);
    expect(status([newer, older])).toStrictEqual(good);
  });

  test("does not give way to a newer one that cannot be used", () => {
    const older = list(authority, { number: 4, entries: [entry] });
    const forged = list(TestAuthority.makeRoot("Authority"), { number: 5 });
    expect(status([older, forged])).toStrictEqual(revoked(1));
  });
});

describe("a CRL for some certificates", () => {
  const ofPoint = (...fields: Uint8Array[]): CrlOptions => ({
    extensions: [issuingPoint(...fields)],
  });
  const intermediate = authority.issue("below", { serial: 7, isAuthority: true });

  test.each<[string, Certificate, CrlOptions, boolean]>([
    ["users, of a user's", leaf.certificate, ofPoint(onlyUser), true],
    ["users, of an authority's", intermediate.certificate, ofPoint(onlyUser), false],
    ["authorities, of a user's", leaf.certificate, ofPoint(onlyAuthority), false],
    ["authorities, of an authority's", intermediate.certificate, ofPoint(onlyAuthority), true],
    ["attributes", leaf.certificate, ofPoint(onlyAttribute), false],
    [
      "the same part",
      leafWith(distributionPoint([pointOfUri("http://a/1")])),
      ofPoint(pointOfUri("http://a/1")),
      true,
    ],
    [
      "another part",
      leafWith(distributionPoint([pointOfUri("http://a/1")])),
      ofPoint(pointOfUri("http://a/2")),
      false,
    ],
    ["a part, of one that names none", leaf.certificate, ofPoint(pointOfUri("http://a/1")), false],
    [
      "the part with the issuer's name, of one that names none",
      leaf.certificate,
      ofPoint(pointOfName("Authority")),
      true,
    ],
    [
      "all, of one that names a part",
      leafWith(distributionPoint([pointOfUri("http://a/1")])),
      {},
      true,
    ],
    [
      "a part by relative names on both sides",
      leafWith(distributionPoint([pointOfRelativeName("part 1")])),
      ofPoint(pointOfRelativeName("Part  1")),
      true,
    ],
    [
      "a part by a relative and a whole name",
      leafWith(distributionPoint([pointOfName("Authority", "part 1")])),
      ofPoint(pointOfRelativeName("part 1")),
      true,
    ],
    [
      "another part by a relative name",
      leafWith(distributionPoint([pointOfRelativeName("part 2")])),
      ofPoint(pointOfRelativeName("part 1")),
      false,
    ],
  ])("is for %s", (_, certificate, options, isAbout) => {
    expect(status([list(authority, options)], { certificate })).toStrictEqual(
      isAbout ? good : unknown("no-crl"),
    );
    const listing = list(authority, { ...options, entries: [entry] });
    expect(status([listing], { certificate }).kind).toBe(isAbout ? "revoked" : "unknown");
  });
});

describe("CRLs for some reasons", () => {
  const some = (...bits: number[]) => issuingPoint(reasonFlags(3, ...bits));
  const few = list(authority, { extensions: [some(1, 2)] });
  const others = list(authority, { extensions: [some(3, 4, 5, 6, 7, 8)] });

  test("are not enough alone", () => {
    expect(status([few])).toStrictEqual(unknown("crl-reasons-missing"));
    expect(status([others])).toStrictEqual(unknown("crl-reasons-missing"));
  });

  test("are enough together", () => {
    expect(status([few, others])).toStrictEqual(good);
  });

  test("revoke alone", () => {
    const listing = list(authority, { extensions: [some(1, 2)], entries: [entry] });
    expect(status([listing])).toStrictEqual(revoked(1));
    expect(status([others, listing])).toStrictEqual(revoked(1));
  });

  test("count only for the reasons of the distribution point, too", () => {
    const part = pointOfUri("http://a/1");
    const certificate = leafWith(distributionPoint([part, reasonFlags(1, 1, 2)]));
    const crl = list(authority, { extensions: [issuingPoint(part)] });
    expect(status([crl], { certificate })).toStrictEqual(unknown("crl-reasons-missing"));
  });
});

describe("an indirect CRL", () => {
  const lister = root.issue("Lister", { isAuthority: true, keyUsage: [5, 6] });
  const certificate = leafWith(distributionPoint([pointOfUri("http://a/"), crlIssuer("Lister")]));
  const query: Partial<CrlQuery> = {
    certificate,
    signers: [lister.certificate],
    isSignerTrusted: (signer) => signer === lister.certificate,
  };
  const isIndirect = { extensions: [issuingPoint(pointOfUri("http://a/"), indirect)] };

  test("is for the certificate that names its issuer", () => {
    expect(status([list(lister, isIndirect)], query)).toStrictEqual(good);
  });

  test("is not for one that does not", () => {
    const plain = { ...query, certificate: leaf.certificate };
    expect(status([list(lister, isIndirect)], plain)).toStrictEqual(unknown("no-crl"));
  });

  test("is none where it does not say so", () => {
    const extensions = [issuingPoint(pointOfUri("http://a/"))];
    expect(status([list(lister, { extensions })], query)).toStrictEqual(unknown("no-crl"));
  });

  test("revokes by the issuer's name and the number together", () => {
    const entries = [entry, writeEntry(8, { issuer: "Authority" })];
    expect(status([list(lister, { ...isIndirect, entries })], query)).toStrictEqual(good);
    const listing = [writeEntry(7, { issuer: "Authority", reason: 4 })];
    expect(status([list(lister, { ...isIndirect, entries: listing })], query)).toStrictEqual(
      revoked(4),
    );
  });

  test("is not believed where its signer is not", () => {
    const distrusting = { ...query, isSignerTrusted: () => false };
    expect(status([list(lister, isIndirect)], distrusting)).toStrictEqual(
      unknown("crl-signer-untrusted"),
    );
  });
});

describe("a CRL by another key of the issuer", () => {
  const newKey = root.issue("Authority", { isAuthority: true, keyUsage: [keyUsageBits.crlSign] });
  const crl = list(newKey, { entries: [entry] });

  test("counts where a path leads to it", () => {
    const query = { signers: [newKey.certificate], isSignerTrusted: () => true };
    expect(status([crl], query)).toStrictEqual(revoked(1));
  });

  test("does not count otherwise", () => {
    expect(status([crl])).toStrictEqual(unknown("crl-signature"));
    expect(status([crl], { signers: [newKey.certificate] })).toStrictEqual(
      unknown("crl-signer-untrusted"),
    );
  });

  test("is found among many of that name", () => {
    const keyId: Extension = {
      oid: extensionOids.subjectKeyId,
      value: writeOctets(Buffer.from("the key")),
    };
    const right = root.issue("Authority", { isAuthority: true, extensions: [keyId] });
    const signers = Array.from({ length: 40 }, () => leaf.certificate).map(
      () => root.issue("Authority", { isAuthority: true, keys: leaf.keys }).certificate,
    );
    const authorityKeyId: Extension = {
      oid: extensionOids.authorityKeyId,
      value: Buffer.from([0x30, 0x09, 0x80, 0x07, ...Buffer.from("the key")]),
    };
    const query = { signers: [...signers, right.certificate], isSignerTrusted: () => true };
    const named = list(right, { extensions: [authorityKeyId] });
    expect(status([named], query)).toStrictEqual(good);
    // A hint is all that the key's name is, and the tries are limited.
    expect(status([list(right)], query)).toStrictEqual(unknown("crl-signature"));
  });
});

describe("a CRL that was fetched takes the place of the one that is kept", () => {
  const kept = list(authority, { number: 5 });

  test.each<[string, CrlOptions, boolean]>([
    ["newer", { number: 6 }, true],
    ["the same", { number: 5 }, true],
    ["with the same number, and later", { number: 5, thisUpdate: now }, true],
    ["with the same number, and earlier", { number: 5, thisUpdate: now - 2 * day }, false],
    ["older", { number: 4, thisUpdate: now }, false],
    ["without a number, and later", { number: null, thisUpdate: now }, true],
    ["without a number, and earlier", { number: null, thisUpdate: now - 2 * day }, false],
    ["of another scope", { number: 6, extensions: [issuingPoint(onlyUser)] }, false],
    ["adding to another", { number: 6, extensions: [deltaOf(5)] }, false],
  ])("%s", (_, options, isReplaced) => {
    expect(mayReplace(list(authority, options), kept)).toBe(isReplaced);
  });
});

describe("a delta CRL", () => {
  const base = list(authority, { number: 10, entries: [entry] });
  const empty = list(authority, { number: 10 });
  const delta = (options: CrlOptions, from = 9): Crl =>
    list(authority, {
      number: 12,
      ...options,
      extensions: [deltaOf(from), ...(options.extensions ?? [])],
    });
  const removing = [writeEntry(7, { reason: 8 })];

  test("says nothing without its base", () => {
    expect(status([delta({})])).toStrictEqual(unknown("no-crl"));
  });

  test("adds to its base", () => {
    expect(status([empty, delta({ entries: [entry] })])).toStrictEqual(revoked(1));
  });

  test("takes off its base", () => {
    expect(status([base, delta({ entries: removing })])).toStrictEqual(good);
  });

  test("leaves its base alone", () => {
    expect(status([base, delta({ entries: [writeEntry(8)] })])).toStrictEqual(revoked(1));
  });

  test.each<[string, Crl]>([
    ["of a newer base", delta({ entries: removing }, 11)],
    ["older than the complete one", delta({ number: 9, entries: removing })],
    ["as old as the complete one", delta({ number: 10, entries: removing })],
    ["of another scope", delta({ entries: removing, extensions: [issuingPoint(onlyUser)] })],
    ["that has expired", delta({ entries: removing, nextUpdate: now - 1 })],
    ["of another issuer", list(root, { number: 12, entries: removing, extensions: [deltaOf(9)] })],
    [
      "by another key",
      list(TestAuthority.makeRoot("Authority"), {
        number: 12,
        entries: removing,
        extensions: [deltaOf(9)],
      }),
    ],
  ])("%s is passed over", (_, other) => {
    expect(status([base, other])).toStrictEqual(revoked(1));
  });

  test("that is newer knows better", () => {
    const later = delta({ number: 13, entries: removing });
    const earlier = delta({ number: 12, entries: [entry] });
    expect(status([base, later, earlier])).toStrictEqual(good);
    expect(status([base, earlier, later])).toStrictEqual(good);
  });
});
