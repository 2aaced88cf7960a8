/** Which certificate is for which server (RFC 9525, RFC 6120 §13.7.1), and plain names. */

import { describe, expect, test } from "vitest";
import { toAsciiDomain } from "../../../app/pki/names/dns-name.ts";
import { formatIpAddress, parseIpAddress } from "../../../app/pki/names/ip-address.ts";
import { hasPeerName, type PeerName } from "../../../app/pki/names/peer-name.ts";
import { matchServerName } from "../../../app/pki/names/server-name.ts";
import { writeIa5, writeUtf8 } from "../../../app/pki/der/writer.ts";
import { otherNameOids } from "../../../app/pki/oids.ts";
import { dns, ip, issue, mail, other, srv, xmpp } from "./issued.ts";

const service = "xmpp-client";

function matchKind(domain: string, names: readonly Buffer[]): string | null {
  const { certificate } = issue({ subject: domain, names });
  return matchServerName(certificate, { domain, service }).match?.kind ?? null;
}

describe("a server of XMPP", () => {
  test.each([
    ["its name", "capulet.example", [dns("capulet.example")], "dns"],
    ["its name in other case", "Capulet.example", [dns("CAPULET.EXAMPLE")], "dns"],
    ["a name in A-labels", "bücher.example", [dns("xn--bcher-kva.example")], "dns"],
    ["a service name", "capulet.example", [srv("_xmpp-client.capulet.example")], "srv"],
    [
      "a service name in other case",
      "capulet.example",
      [srv("_XMPP-Client.CAPULET.example")],
      "srv",
    ],
    ["an address of XMPP", "capulet.example", [xmpp("capulet.example")], "xmpp"],
    ["an address of XMPP in letters", "bücher.example", [xmpp("bücher.example")], "xmpp"],
    ["a wildcard for one label", "a.capulet.example", [dns("*.capulet.example")], "dns"],
    ["the second of two names", "b.example", [dns("a.example"), dns("b.example")], "dns"],
    ["an IPv4 address", "192.0.2.1", [ip(192, 0, 2, 1)], "ip"],
    [
      "an IPv6 address",
      "[2001:db8::1]",
      [ip(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)],
      "ip",
    ],
  ])("is known by %s", (_, domain, names, kind) => {
    expect(matchKind(domain, names)).toBe(kind);
  });

  test.each([
    ["another name", "capulet.example", [dns("montague.example")]],
    ["the name of its parent", "a.capulet.example", [dns("capulet.example")]],
    ["the service of another kind", "capulet.example", [srv("_xmpp-server.capulet.example")]],
    ["a service without its underscore", "capulet.example", [srv("xmpp-client.capulet.example")]],
    ["a wildcard in a service name", "a.example.net", [srv("_xmpp-client.*.example.net")]],
    ["a wildcard in an address of XMPP", "a.example.net", [xmpp("*.example.net")]],
    ["a person's address", "capulet.example", [xmpp("juliet@capulet.example")]],
    ["a wildcard for two labels", "a.b.capulet.example", [dns("*.capulet.example")]],
    ["a wildcard for no label", "capulet.example", [dns("*.capulet.example")]],
    ["a part of a label as a wildcard", "ab.capulet.example", [dns("a*.capulet.example")]],
    ["a wildcard in an A-label", "xn--bcher-kva.a.example", [dns("xn--*.a.example")]],
    ["a wildcard further right", "a.b.example", [dns("a.*.example")]],
    ["a wildcard for a whole top level", "capulet.com", [dns("*.com")]],
    ["a bare wildcard", "localhost", [dns("*")]],
    ["two wildcards", "a.b.example.net", [dns("*.*.example.net")]],
    ["a NUL in the name", "capulet.example", [dns("capulet.example\0.evil.example")]],
    ["a dot at the end", "capulet.example", [dns("capulet.example.")]],
    ["a space in front", "capulet.example", [dns(" capulet.example")]],
    ["an empty name", "capulet.example", [dns("")]],
    ["an address as a name", "192.0.2.1", [dns("192.0.2.1")]],
    ["an address as an address of XMPP", "192.0.2.1", [xmpp("192.0.2.1")]],
    ["a name as an address", "capulet.example", [ip(192, 0, 2, 1)]],
    ["an address with something behind", "192.0.2.1", [ip(192, 0, 2, 1, 0, 0, 0, 0)]],
    [
      "a service name of another type",
      "a.example",
      [other(otherNameOids.srvName, writeUtf8("_xmpp-client.a.example"))],
    ],
    [
      "an address of XMPP of another type",
      "a.example",
      [other(otherNameOids.xmppAddr, writeIa5("a.example"))],
    ],
  ])("is not known by %s", (_, domain, names) => {
    expect(matchKind(domain, names)).toBeNull();
  });

  test.each([
    "",
    ".",
    "capulet.example.",
    "under_score.example",
    "a b.example",
    "a..example",
    "*.a.example",
    "-a.example",
  ])("is never one whose domain is %j", (domain) => {
    expect(matchKind(domain, [dns(domain), xmpp(domain)])).toBeNull();
  });

  test("is not known by its common name", () => {
    const { certificate } = issue({ subject: "capulet.example" });
    const { match, found } = matchServerName(certificate, { domain: "capulet.example", service });
    expect({ match, found }).toEqual({ match: null, found: [] });
  });

  test("the names that were found are told, the malformed ones left out", () => {
    const names = [
      dns("A.example"),
      dns("b\0"),
      srv("_xmpp-client.c.example"),
      xmpp("d.example"),
      ip(10, 0, 0, 1),
    ];
    const { certificate } = issue({ subject: "x", names });
    expect(matchServerName(certificate, { domain: "e.example", service }).found).toEqual([
      { kind: "dns", text: "a.example" },
      { kind: "srv", text: "_xmpp-client.c.example" },
      { kind: "xmpp", text: "d.example" },
      { kind: "ip", text: "10.0.0.1" },
    ]);
  });
});

describe("plain names", () => {
  test.each<[PeerName, Buffer, boolean]>([
    [{ kind: "dns", text: "a.example" }, dns("a.example"), true],
    [{ kind: "dns", text: "a.example" }, mail("a.example"), false],
    [{ kind: "dns", text: "8.8.8.8" }, dns("8.8.8.8"), false],
    [{ kind: "ip", text: "8.8.8.8" }, dns("8.8.8.8"), false],
    [{ kind: "ip", text: "8.8.8.8" }, ip(8, 8, 8, 8), true],
    [{ kind: "ip", text: "8.8.8.8" }, ip(8, 8, 4, 4), false],
    [{ kind: "email", text: "a@b.example" }, mail("a@B.example"), true],
    [{ kind: "email", text: "a@b.example" }, mail("A@b.example"), false],
    [{ kind: "email", text: "a@b.example" }, mail("*@b.example"), false],
    [{ kind: "email", text: "*@b.example" }, mail("*@b.example"), true],
    [{ kind: "email", text: "a@b@c.example" }, mail("a@b@c.example"), false],
  ])("%j", (wanted, presented, expected) => {
    const { certificate } = issue({ subject: "x", names: [presented] });
    expect(hasPeerName(certificate, wanted)).toBe(expected);
  });
});

test.each([
  ["1.2", null],
  ["0x7f.1", null],
  ["faß.example", "xn--fa-hia.example"],
  ["a\u00ad.example", "a.example"],
  ["ａ.example", "a.example"],
  ["a".repeat(64), null],
  [`${"a.".repeat(126)}a`, `${"a.".repeat(126)}a`],
  [`${"a.".repeat(127)}a`, null],
])("the domain %j in A-labels is %j", (domain, ascii) => {
  expect(toAsciiDomain(domain)).toBe(ascii);
});

test.each([
  ["1.2.3.4", "1.2.3.4"],
  ["::", "0:0:0:0:0:0:0:0"],
  ["1::8", "1:0:0:0:0:0:0:8"],
  ["::ffff:1.2.3.4", "0:0:0:0:0:ffff:102:304"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ["01.2.3.4", null],
  ["1.2.3", null],
  ["256.1.1.1", null],
  ["1:2:3:4:5:6:7::8", null],
  ["1::2::3", null],
  ["1:2:3", null],
  ["12345::", null],
  ["1.2.3.4::", null],
  ["[1.2.3.4]", null],
  [":1::", null],
])("the address %j is %j", (text, expected) => {
  const bytes = parseIpAddress(text);
  expect(bytes && formatIpAddress(bytes)).toBe(expected);
});
