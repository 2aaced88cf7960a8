import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readDer, readOctets } from "../../../app/pki/der/reader.ts";
import {
  writeBits,
  writeElement,
  writeInteger,
  writeNull,
  writeSequence,
} from "../../../app/pki/der/writer.ts";
import { extensionOids, ocspOids, purposeOids } from "../../../app/pki/oids.ts";
import { writeOcspRequest } from "../../../app/pki/revocation/ocsp-request.ts";
import { parseOcspResponse } from "../../../app/pki/revocation/ocsp-response.ts";
import {
  statusByOcsp,
  type OcspQuery,
  type OcspStatus,
} from "../../../app/pki/revocation/ocsp-status.ts";
import { readOcsp } from "../../conformance/ocsp.ts";
import {
  day,
  keyUsageBits,
  now,
  TestAuthority,
  unknownExtension,
  writeOcspResponse,
  type AnswerOptions,
  type CertificateOptions,
  type OcspOptions,
} from "./test-authority.ts";

const root = TestAuthority.makeRoot("Root");
const authority = root.issue("Authority", { isAuthority: true, keyUsage: [5, 6] });
const leaf = authority.issue("leaf", { serial: 7 });
const other = authority.issue("other", { serial: 8 });
const minute = 60_000;
const delegate: CertificateOptions = {
  purposes: [purposeOids.ocspSigning],
  keyUsage: [keyUsageBits.digitalSignature],
  extensions: [{ oid: extensionOids.ocspNoCheck, value: writeNull() }],
};

function status(response: Uint8Array, query: Partial<OcspQuery> = {}): OcspStatus {
  return statusByOcsp({
    response,
    certificate: leaf.certificate,
    issuer: authority.certificate,
    nonce: null,
    at: now,
    ...query,
  });
}

function respond(options: Partial<OcspOptions> = {}): Buffer {
  return authority.makeOcsp({ answers: [{ certificate: leaf.certificate }], ...options });
}

function answer(...answers: readonly Partial<AnswerOptions>[]): Buffer {
  return respond({ answers: answers.map((each) => ({ certificate: leaf.certificate, ...each })) });
}

const invalid = (why: string) => ({ kind: "invalid", why });
const revokedAt = { reason: 1, at: now - 3 * day };

test.each(readOcsp(fileURLToPath(new URL("../../vectors/ocsp.json", import.meta.url))))(
  "vector $id is $expected",
  async (vector) => {
    expect(await vector.run()).toMatchObject({ actual: vector.expected });
  },
);

describe("the issuer's own answer", () => {
  test("good, with the time until when", () => {
    expect(status(respond())).toStrictEqual({
      kind: "good",
      isNonceMissing: false,
      thisUpdate: now - day,
      until: now + day,
    });
  });

  test("revoked, with reason and time", () => {
    expect(status(answer({ status: revokedAt }))).toMatchObject({ kind: "revoked", ...revokedAt });
  });

  test("unknown, which is not good", () => {
    expect(status(answer({ status: "unknown" })).kind).toBe("unknown");
  });

  test.each(["name", "key"] as const)("signed under its %s", (by) => {
    expect(status(respond({ by })).kind).toBe("good");
  });

  test.each(["sha1", "sha256", "sha384", "sha512"] as const)("with an id by %s", (digest) => {
    expect(status(answer({ digest })).kind).toBe("good");
  });

  test("with an id by a broken hash is about nobody", () => {
    expect(status(answer({ digest: "md5" }))).toStrictEqual({ kind: "nomatch" });
  });

  test("about another certificate is about nobody", () => {
    expect(status(answer({ certificate: other.certificate }))).toStrictEqual({ kind: "nomatch" });
    expect(status(respond({ answers: [] }))).toStrictEqual({ kind: "nomatch" });
  });
});

describe("several answers", () => {
  const old = { thisUpdate: now - 9 * day, nextUpdate: now - 8 * day };
  const critical = { extensions: [unknownExtension(true)] };

  test.each<[string, readonly Partial<AnswerOptions>[], string]>([
    ["good, unknown", [{}, { status: "unknown" }], "unknown"],
    ["unknown, good", [{ status: "unknown" }, {}], "unknown"],
    ["good, revoked", [{}, { status: revokedAt }], "revoked"],
    ["unknown, revoked", [{ status: "unknown" }, { status: revokedAt }], "revoked"],
    ["out of date, good", [old, {}], "good"],
    ["good, revoked but out of date", [{}, { ...old, status: revokedAt }], "good"],
    ["good, with an unknown critical extension", [{}, critical], "invalid"],
    [
      "revoked and about another",
      [{ certificate: other.certificate, status: revokedAt }, {}],
      "good",
    ],
  ])("%s", (_, answers, kind) => {
    expect(status(answer(...answers)).kind).toBe(kind);
  });
});

describe("times", () => {
  test.each<[string, Partial<AnswerOptions>, OcspStatus["kind"]]>([
    ["from now on", { thisUpdate: now }, "good"],
    ["by a clock that is a little fast", { thisUpdate: now + 4 * minute }, "good"],
    ["from later on", { thisUpdate: now + 6 * minute }, "invalid"],
    ["over for a moment", { nextUpdate: now - 4 * minute }, "good"],
    ["over", { nextUpdate: now - 6 * minute }, "invalid"],
    ["over before it began", { thisUpdate: now, nextUpdate: now - minute }, "invalid"],
    ["without an end, fresh", { nextUpdate: null }, "good"],
    ["without an end, old", { thisUpdate: now - 8 * day, nextUpdate: null }, "invalid"],
  ])("%s", (_, options, kind) => {
    expect(status(answer(options)).kind).toBe(kind);
  });

  test("an answer without an end says how long it is taken", () => {
    expect(status(answer({ nextUpdate: null }))).toMatchObject({ until: now + 6 * day });
  });

  test.each([
    ["later", now + 6 * minute, "not-yet-valid"],
    ["before the certificate was", now - 101 * day, "produced-outside-validity"],
  ])("made %s", (_, producedAt, why) => {
    expect(status(respond({ producedAt }))).toStrictEqual(invalid(why));
  });

  test("made after the certificate was over", () => {
    const { certificate } = authority.issue("leaf", { serial: 7, notAfter: now - day });
    expect(status(respond(), { certificate })).toStrictEqual(invalid("produced-outside-validity"));
  });
});

describe("a delegated responder", () => {
  const byDelegate = (
    options: CertificateOptions = {},
    by: TestAuthority = authority,
  ): OcspStatus => {
    const responder = by.issue("Responder", { ...delegate, ...options });
    return status(respond({ responder, certificates: [responder.certificate] }));
  };

  test("is believed", () => {
    expect(byDelegate().kind).toBe("good");
    expect(byDelegate({ keyUsage: [] }).kind).toBe("good");
  });

  test("under its key, among certificates of others", () => {
    const responder = authority.issue("Responder", delegate);
    const certificates = [root, leaf, responder].map(({ certificate }) => certificate);
    expect(status(respond({ responder, certificates, by: "key" })).kind).toBe("good");
  });

  test.each<[string, CertificateOptions, string]>([
    ["no purpose", { purposes: [] }, "responder-purpose"],
    ["another purpose", { purposes: [purposeOids.serverAuth] }, "responder-purpose"],
    ["any purpose", { purposes: [purposeOids.any] }, "responder-purpose"],
    ["a key for certificates only", { keyUsage: [keyUsageBits.keyCertSign] }, "responder-purpose"],
    [
      "an unknown critical extension",
      { extensions: [unknownExtension(true)] },
      "responder-purpose",
    ],
    ["an end that is past", { notAfter: now - minute }, "responder-time"],
    ["a beginning that is to come", { notBefore: now + minute }, "responder-time"],
  ])("with %s is not", (_, options, why) => {
    const responder = authority.issue("Responder", { ...delegate, ...options });
    const response = respond({ responder, certificates: [responder.certificate] });
    expect(status(response)).toStrictEqual(invalid(why));
  });

  test("that signed before it was valid is not", () => {
    const responder = authority.issue("Responder", { ...delegate, notBefore: now - day });
    const certificates = [responder.certificate];
    const response = respond({ responder, certificates, producedAt: now - 2 * day });
    expect(status(response)).toStrictEqual(invalid("responder-time"));
  });

  test("of another authority is not, nor of one that has its name", () => {
    expect(byDelegate({}, root)).toStrictEqual(invalid("responder-issuer"));
    expect(byDelegate({}, TestAuthority.makeRoot("Authority"))).toStrictEqual(
      invalid("responder-issuer"),
    );
  });

  test("that is not there is not", () => {
    const responder = authority.issue("Responder", delegate);
    expect(status(respond({ responder }))).toStrictEqual(invalid("no-responder"));
  });

  test("whose certificate is another's is not", () => {
    const responder = authority.issue("Responder", delegate);
    const namesake = authority.issue("Responder", delegate);
    const response = respond({ responder, certificates: [namesake.certificate] });
    expect(status(response)).toStrictEqual(invalid("bad-signature"));
  });

  test("does not speak for itself", () => {
    const responder = authority.issue("Responder", delegate);
    const { certificate } = responder;
    const response = respond({
      responder,
      answers: [{ certificate }],
      certificates: [certificate],
    });
    expect(status(response, { certificate })).toStrictEqual(invalid("responder-purpose"));
  });

  test("may be revoked itself, where its issuer has not said that nobody need ask", () => {
    const isResponderRevoked = (): boolean => true;
    const checked = authority.issue("Responder", { ...delegate, extensions: [] });
    const unchecked = authority.issue("Responder", delegate);
    const of = (responder: TestAuthority): OcspStatus =>
      status(respond({ responder, certificates: [responder.certificate] }), { isResponderRevoked });
    expect(of(checked)).toStrictEqual(invalid("responder-revoked"));
    expect(of(unchecked).kind).toBe("good");
  });
});

describe("a nonce", () => {
  const nonce = { value: Buffer.alloc(32, 1) };

  test("that is repeated", () => {
    expect(status(respond({ nonce: nonce.value }), { nonce })).toMatchObject({
      kind: "good",
      isNonceMissing: false,
    });
  });

  test("that is not repeated is said to be missing", () => {
    expect(status(respond(), { nonce })).toMatchObject({ kind: "good", isNonceMissing: true });
  });

  test("of another request", () => {
    const response = respond({ nonce: Buffer.alloc(32, 2) });
    expect(status(response, { nonce })).toStrictEqual(invalid("nonce-mismatch"));
  });

  test("that nobody asked for", () => {
    expect(status(respond({ nonce: nonce.value }))).toMatchObject({ kind: "good" });
  });
});

describe("a response is not believed", () => {
  test("by another key of the issuer's name", () => {
    const responder = TestAuthority.makeRoot("Authority");
    expect(status(respond({ responder }))).toStrictEqual(invalid("bad-signature"));
  });

  test("with a weak hash", () => {
    expect(status(respond({ algorithm: "sha1" }))).toStrictEqual(invalid("weak-signature"));
  });

  test("with an unknown critical extension; one that is not critical does no harm", () => {
    expect(status(respond({ extensions: [unknownExtension(true)] }))).toStrictEqual(
      invalid("unknown-extension"),
    );
    expect(status(respond({ extensions: [unknownExtension(false)] })).kind).toBe("good");
    expect(status(answer({ extensions: [unknownExtension(false)] })).kind).toBe("good");
  });

  test("but with a critical list of timestamps: that is no matter of revocation", () => {
    const timestamps = { ...unknownExtension(true), oid: ocspOids.certificateTimestamps };
    expect(status(answer({ extensions: [timestamps] })).kind).toBe("good");
    expect(status(respond({ extensions: [timestamps] })).kind).toBe("invalid");
  });

  test("with one bit changed in what is signed", () => {
    const response = respond();
    const signed = parsedSigned(response);
    const at = response.indexOf(signed) + signed.length - 3;
    response[at] = (response[at] ?? 0) ^ 1;
    expect(status(response).kind).toBe("invalid");
  });

  test.each<[string, Uint8Array]>([
    ["empty", new Uint8Array()],
    ["a page of a portal", Buffer.from("<!doctype html><title>Sign in</title>")],
    ["too long", Buffer.concat([respond(), Buffer.alloc(64 * 1024)])],
    ["followed by something", Buffer.concat([respond(), Buffer.from([0])])],
    ["successful and empty", writeSequence(writeElement(0x0a, Buffer.from([0])))],
    ["of an unknown status", writeSequence(writeElement(0x0a, Buffer.from([4])))],
    ["of a status of two bytes", writeSequence(writeElement(0x0a, Buffer.from([3, 3])))],
    ["basic and hollow", writeOcspResponse(writeSequence())],
    [
      "basic without data",
      writeOcspResponse(
        writeSequence(writeInteger(1), writeSequence(), writeBits(Buffer.alloc(0))),
      ),
    ],
  ])("that is %s", (_, response) => {
    expect(status(response)).toStrictEqual(invalid("malformed"));
  });
});

test.each([
  [1, "malformed-request"],
  [2, "internal-error"],
  [3, "try-later"],
  [5, "signature-required"],
  [6, "unauthorized"],
])("a responder that answers %d has no answer: %s", (code, why) => {
  const response = writeSequence(writeElement(0x0a, Buffer.from([code])));
  expect(status(response)).toStrictEqual({ kind: "unavailable", why });
});

describe("a request", () => {
  const ask = (digest: "sha1" | "sha256", nonce: Uint8Array | null): readonly Uint8Array[] => {
    const { certificate } = leaf;
    const request = writeOcspRequest({
      certificate,
      issuer: authority.certificate,
      digest,
      nonce,
    });
    const [body] = readDer(request).children;
    return (body?.children ?? []).map(({ encoded }) => encoded);
  };

  test.each(["sha1", "sha256"] as const)("has the id by %s that the answer will have", (digest) => {
    const [list] = ask(digest, null);
    const id = readDer(list ?? new Uint8Array()).children[0]?.children[0];
    expect(id && answer({ digest }).includes(Buffer.from(id.encoded))).toBe(true);
  });

  test("has a nonce where one is wanted", () => {
    const nonce = Buffer.alloc(32, 5);
    expect(ask("sha1", null)).toHaveLength(1);
    const [, extensions] = ask("sha1", nonce);
    const value = readDer(extensions ?? new Uint8Array()).children[0]?.children[0]?.children[1];
    expect(value && readOctets(readDer(readOctets(value)))).toStrictEqual(nonce);
  });
});

test.each<[string, readonly number[], boolean]>([
  ["with status_request must staple", [5], true],
  ["with another feature need not", [17], false],
])("a certificate %s", (_, features, mustStaple) => {
  const value = writeSequence(...features.map((feature) => writeInteger(feature)));
  const { certificate } = authority.issue("leaf", {
    extensions: [{ oid: extensionOids.tlsFeature, value }],
  });
  expect(certificate.mustStaple).toBe(mustStaple);
  expect(leaf.certificate.mustStaple).toBe(false);
});

function parsedSigned(response: Uint8Array): Buffer {
  const parsed = parseOcspResponse(response);
  if (!parsed.ok || parsed.value.kind !== "basic") throw new Error("not a response");
  return Buffer.from(parsed.value.basic.signed);
}
