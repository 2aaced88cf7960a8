/** Name constraints (RFC 5280 §4.2.1.10), each form of name within and outside. */

import { describe, expect, test } from "vitest";
import { writeUtf8 } from "../../../app/pki/der/writer.ts";
import { PathBudget } from "../../../app/pki/path/budget.ts";
import { ConstraintStack } from "../../../app/pki/path/name-constraints.ts";
import {
  directory,
  dns,
  ip,
  issue,
  issueAuthority,
  mail,
  other,
  srv,
  uri,
  xmpp,
} from "./issued.ts";

interface Limits {
  readonly permitted?: readonly Buffer[];
  readonly excluded?: readonly Buffer[];
}

function kindOf(
  limits: Limits,
  names: readonly Buffer[] | undefined,
  subject = "leaf",
): string | null {
  const stack = new ConstraintStack(new PathBudget());
  const { nameConstraints } = issueAuthority({ subject: "CA", ...limits }).certificate;
  const bad = nameConstraints && stack.add(nameConstraints);
  if (bad) return bad.kind;
  return stack.check(issue({ subject, ...(names ? { names } : {}) }).certificate)?.kind ?? null;
}

describe("a name is permitted, and then excluded, by a constraint that it is within", () => {
  test.each<[string, Buffer, Buffer, boolean]>([
    ["the same host", dns("a.example"), dns("A.example"), true],
    ["a host below", dns("b.a.example"), dns("a.example"), true],
    ["a host that only ends alike", dns("ba.example"), dns("a.example"), false],
    ["a host above", dns("example"), dns("a.example"), false],
    ["every host", dns("a.example"), dns(""), true],
    ["a host below a leading dot", dns("b.a.example"), dns(".a.example"), true],
    ["the host of a leading dot", dns("a.example"), dns(".a.example"), false],
    ["a wildcard below", dns("*.a.example"), dns("a.example"), true],
    ["a mailbox", mail("x@a.example"), mail("x@A.example"), true],
    ["another mailbox", mail("X@a.example"), mail("x@a.example"), false],
    ["an asterisk, which stands for itself", mail("*@a.example"), mail("**@a.example"), false],
    ["all mailboxes of a host", mail("x@a.example"), mail("a.example"), true],
    ["a mailbox of a host below", mail("x@b.a.example"), mail("a.example"), false],
    ["a mailbox below a leading dot", mail("x@b.a.example"), mail(".a.example"), true],
    ["a local part in quotes", mail('"x@y"@a.example'), mail("a.example"), true],
    ["the host of a URI", uri("xmpp://u@a.example:5222/x"), uri("a.example"), true],
    ["a host below that of a URI", uri("https://b.a.example"), uri("a.example"), false],
    ["a URI below a leading dot", uri("https://b.a.example?x"), uri(".a.example"), true],
    [
      "a URI whose user looks like the host",
      uri("https://a.example@b.example/"),
      uri("a.example"),
      false,
    ],
    ["an address in a range", ip(10, 1, 2, 3), ip(10, 0, 0, 0, 255, 0, 0, 0), true],
    ["an address outside of it", ip(11, 1, 2, 3), ip(10, 0, 0, 0, 255, 0, 0, 0), false],
    ["a directory name", directory("X"), directory("x"), true],
    ["another directory name", directory("Y"), directory("X"), false],
    ["a service name, by its host", srv("_xmpp-client.b.a.example"), dns("a.example"), true],
    ["a service name of another host", srv("_xmpp-client.b.example"), dns("a.example"), false],
    ["a server's address of XMPP", xmpp("a.example"), dns("a.example"), true],
    ["a server's address of XMPP elsewhere", xmpp("b.example"), dns("a.example"), false],
  ])("%s", (_, name, base, isWithin) => {
    const subject = "";
    expect(kindOf({ permitted: [base] }, [name], subject)).toBe(
      isWithin ? null : "name-not-permitted",
    );
    expect(kindOf({ excluded: [base] }, [name], subject)).toBe(
      isWithin ? "name-not-permitted" : null,
    );
  });
});

test("a wildcard that may stand for an excluded name is excluded", () => {
  expect(kindOf({ excluded: [dns("b.a.example")] }, [dns("*.a.example")])).toBe(
    "name-not-permitted",
  );
  expect(kindOf({ excluded: [dns("c.b.a.example")] }, [dns("*.a.example")])).toBeNull();
});

test("a wildcard is not permitted by one of the names that it may stand for", () => {
  expect(kindOf({ permitted: [dns("b.a.example")] }, [dns("*.a.example")])).toBe(
    "name-not-permitted",
  );
});

test("what is excluded is so even where it is permitted", () => {
  const limits = { permitted: [dns("example")], excluded: [dns("a.example")] };
  expect(kindOf(limits, [dns("a.example")])).toBe("name-not-permitted");
  expect(kindOf(limits, [dns("b.example")])).toBeNull();
});

test("names of other forms are left alone", () => {
  expect(
    kindOf({ permitted: [dns("a.example")] }, [mail("x@b.example"), ip(10, 0, 0, 1)]),
  ).toBeNull();
});

test("the subject is a directory name", () => {
  expect(kindOf({ permitted: [directory("X")] }, undefined, "Y")).toBe("name-not-permitted");
  expect(kindOf({ permitted: [directory("X")] }, undefined, "X")).toBeNull();
});

test.each<[string, Buffer, Buffer]>([
  ["a host with an empty label", dns("a..example"), dns("a.example")],
  ["a mailbox without a host", mail("x"), mail("a.example")],
  ["a URI without a host", uri("urn:a.example"), uri("a.example")],
  ["a URI with an address", uri("https://10.0.0.1/"), uri("a.example")],
  ["an address of five bytes", ip(1, 2, 3, 4, 5), ip(0, 0, 0, 0, 0, 0, 0, 0)],
  [
    "a name of a kind that nobody knows",
    other("1.2.3", writeUtf8("x")),
    other("1.2.3", writeUtf8("y")),
  ],
])("under a constraint %s is refused", (_, name, base) => {
  expect(kindOf({ excluded: [base] }, [name])).toBe("name-not-permitted");
  expect(kindOf({ permitted: [base] }, [name])).toBe("name-not-permitted");
});

test.each<[string, Buffer]>([
  ["a host with a wildcard", dns("*.a.example")],
  ["a mailbox with two hosts", mail("a@b@c.example")],
  ["a range of three bytes", ip(10, 0, 0)],
  ["a range with a hole", ip(10, 0, 0, 0, 255, 0, 255, 0)],
])("%s is no constraint", (_, base) => {
  expect(kindOf({ permitted: [base] }, undefined)).toBe("bad-name-constraint");
});
