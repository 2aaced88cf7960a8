/** Addresses: the examples of RFC 7622 §3.5, and that one person has one spelling. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  asciiDomain,
  bareOf,
  domainOf,
  isBare,
  localOf,
  parseBareJid,
  parseFullJid,
  parseJid,
  resourceOf,
  type Jid,
} from "../../../app/xmpp/jid.ts";

function parsed(text: string): Jid {
  const jid = parseJid(text);
  if (jid === null) throw new Error(`${text} is not an address`);
  return jid;
}

describe("RFC 7622 §3.5: valid", () => {
  test.each([
    ["juliet@example.com", "juliet", "example.com", ""],
    ["juliet@example.com/foo", "juliet", "example.com", "foo"],
    ["juliet@example.com/foo bar", "juliet", "example.com", "foo bar"],
    ["juliet@example.com/foo@bar", "juliet", "example.com", "foo@bar"],
    ["foo\\20bar@example.com", "foo\\20bar", "example.com", ""],
    ["fussball@example.com", "fussball", "example.com", ""],
    ["fußball@example.com", "fußball", "example.com", ""],
    ["π@example.com", "π", "example.com", ""],
    ["Σ@example.com/foo", "σ", "example.com", "foo"],
    ["σ@example.com/foo", "σ", "example.com", "foo"],
    ["ς@example.com/foo", "ς", "example.com", "foo"],
    ["king@example.com/♚", "king", "example.com", "♚"],
    ["example.com", "", "example.com", ""],
    ["example.com/foobar", "", "example.com", "foobar"],
    ["a.example.com/b@example.net", "", "a.example.com", "b@example.net"],
  ])("%s", (text, local, domain, resource) => {
    const jid = parsed(text);
    expect([localOf(jid), domainOf(jid), resourceOf(jid)]).toEqual([local, domain, resource]);
  });
});

describe("RFC 7622 §3.5: not valid", () => {
  // "juliet@example.com/ foo" stands in the RFC's list by mistake (erratum 4560): a space is allowed.
  test.each([
    ["quotation marks", '"juliet"@example.com'],
    ["a space in the localpart", "foo bar@example.com"],
    ["nothing but separators", "@example.com/"],
    ["a Roman numeral", "henry\u2163@example.com"],
    ["a chess piece", "♚@example.com"],
    ["no domain", "juliet@"],
    ["no domain, but a resource", "/foobar"],
  ])("%s", (_, text) => {
    expect(parseJid(text)).toBeNull();
  });
});

describe("not valid", () => {
  test.each([
    ["nothing", ""],
    ["an empty localpart", "@example.com"],
    ["an empty resource", "juliet@example.com/"],
    ["two at signs", "juliet@capulet@example.com"],
    ["a colon", "a:b@example.com"],
    ["an ampersand", "a&b@example.com"],
    ["an angle bracket", "a<b@example.com"],
    ["a control character", "a\u0000b@example.com"],
    ["a control character in the resource", "a@example.com/b\u0007"],
    ["half a surrogate pair", "a@example.com/\ud83d"],
    ["an invisible joiner", "ju\u200dliet@example.com"],
    ["an invisible variation selector", "juliet\ufe0f@example.com"],
    ["a right-to-left override", "ju\u202eliet@example.com"],
    ["a ligature", "ﬁsh@example.com"],
    ["a space in the domain", "a@exam ple.com"],
    ["a dot first", "a@.example.com"],
    ["two dots", "a@example..com"],
    ["a hyphen first", "a@-example.com"],
    ["an underscore in the domain", "a@ex_ample.com"],
    ["broken Punycode", "a@xn--a.example"],
    ["a port", "a@example.com:5222"],
    ["a zone in an IPv6 literal", "a@[fe80::1%25eth0]"],
  ])("%s", (_, text) => {
    expect(parseJid(text)).toBeNull();
  });

  test("a part of more than 1,023 bytes", () => {
    const longest = "a".repeat(1_023);
    expect(parseJid(`${longest}@example.com`)).not.toBeNull();
    expect(parseJid(`a${longest}@example.com`)).toBeNull();
    expect(parseJid(`a@example.com/${longest}`)).not.toBeNull();
    expect(parseJid(`a@example.com/a${longest}`)).toBeNull();
    // Bytes count, not characters.
    expect(parseJid(`${"ж".repeat(511)}@example.com`)).not.toBeNull();
    expect(parseJid(`${"ж".repeat(512)}@example.com`)).toBeNull();
    expect(parseJid("a".repeat(10_000_000))).toBeNull();
  });
});

describe("one spelling", () => {
  test.each([
    ["case", "JuLiEt@Example.COM/Balcony", "juliet@example.com/Balcony"],
    ["a dot at the end of the domain", "juliet@example.com.", "juliet@example.com"],
    ["full width", "ｊｕｌｉｅｔ@example.com", "juliet@example.com"],
    ["a composed letter", "jose\u0301@example.com", "josé@example.com"],
    ["an international domain", "a@MÜNCHEN.example", "a@münchen.example"],
    ["the same domain in A-labels", "a@xn--mnchen-3ya.example", "a@münchen.example"],
    ["a domain of full-width letters", "a@ｅｘａｍｐｌｅ.com", "a@example.com"],
    ["an ideographic full stop", "a@example。com", "a@example.com"],
    ["a letter composed in the resource", "a@b.example/jose\u0301", "a@b.example/josé"],
  ])("%s", (_, text, normal) => {
    expect(parseJid(text)).toBe(normal);
  });

  test("parsing what was parsed changes nothing", () => {
    const part = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    const host = fc.oneof(fc.constant("capulet"), part);
    fc.assert(
      fc.property(part, host, part, (local, domain, resource) => {
        const jid = parseJid(`${local}@${domain}.example/${resource}`);
        if (jid !== null) expect(parseJid(jid)).toBe(jid);
      }),
      { numRuns: 2_000 },
    );
  });

  test("no text, however strange, throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const jid = parseJid(text);
        expect(jid === null || jid.length > 0).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("parts", () => {
  test("bare and full do not mix", () => {
    expect(parseBareJid("juliet@example.com")).toBe("juliet@example.com");
    expect(parseBareJid("juliet@example.com/balcony")).toBeNull();
    expect(parseFullJid("juliet@example.com/balcony")).toBe("juliet@example.com/balcony");
    expect(parseFullJid("juliet@example.com")).toBeNull();
  });

  test("a slash and an at sign in the resource belong to the resource", () => {
    const jid = parsed("room@chat.example/a/b@c");
    expect(isBare(jid)).toBe(false);
    expect(bareOf(jid)).toBe("room@chat.example");
    expect(localOf(jid)).toBe("room");
    expect(domainOf(jid)).toBe("chat.example");
    expect(resourceOf(jid)).toBe("a/b@c");
  });

  test("DNS and TLS get A-labels", () => {
    expect(asciiDomain(parsed("a@münchen.example/x"))).toBe("xn--mnchen-3ya.example");
    expect(asciiDomain(parsed("a@example.com"))).toBe("example.com");
    expect(asciiDomain(parsed("a@[::1]"))).toBe("[::1]");
  });
});
