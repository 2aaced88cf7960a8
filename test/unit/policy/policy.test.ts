/** The administrator's policy: none is fine, one that cannot be read is not. */

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { noPolicy, readPolicy, systemPolicyPath } from "../../../app/policy/policy.ts";
import { TestAuthority } from "../../lab/certificates.ts";
import { makeFolder } from "../../lab/profile-folder.ts";

const authority = new TestAuthority("Example Works CA");
const other = new TestAuthority("Example Plant CA");

function write(content: unknown, folder = makeFolder()): string {
  const path = join(folder, "policy.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** The sentence for the administrator. */
function refusal(path: string): string {
  const read = readPolicy(path);
  if (read.ok) throw new Error("the policy was accepted");
  return read.error;
}

describe("a policy", () => {
  test("that is not there, or says nothing, changes nothing", () => {
    expect(readPolicy(join(makeFolder(), "policy.json"))).toEqual({ ok: true, value: noPolicy });
    expect(readPolicy(join(makeFolder(), "no", "such", "folder", "policy.json")).ok).toBe(true);
    expect(readPolicy(write({}))).toEqual({ ok: true, value: noPolicy });
    expect(noPolicy).toEqual({
      keyProtection: "keychain",
      authorities: [],
      distrusted: [],
      revocation: null,
      mayMakeExceptions: true,
      mayAskPrivateHosts: false,
    });
  });

  test.each(["keychain", "passphrase"])("says where the key is kept: %s", (keyProtection) => {
    expect(readPolicy(write({ keyProtection }))).toMatchObject({ value: { keyProtection } });
  });

  test("says how much is asked of certificates", () => {
    const fingerprint = "ab".repeat(32);
    const file = {
      revocation: "hard",
      exceptions: "forbidden",
      distrusted: [fingerprint.toUpperCase().match(/../g)?.join(":"), "00".repeat(32)],
      allowPrivateRevocationHosts: true,
    };
    expect(readPolicy(write(file))).toMatchObject({
      value: {
        revocation: "hard",
        mayMakeExceptions: false,
        distrusted: [fingerprint, "00".repeat(32)],
        mayAskPrivateHosts: true,
      },
    });
    expect(refusal(write({ distrusted: ["abcd"] }))).toContain("SHA-256");
    expect(refusal(write({ revocation: "maybe" }))).toContain("maybe");
  });

  test("names authorities by paths beside it, below it, and anywhere", () => {
    const folder = makeFolder();
    const elsewhere = makeFolder();
    mkdirSync(join(folder, "ca"));
    writeFileSync(join(folder, "works.pem"), authority.pem);
    writeFileSync(join(folder, "ca", "both.pem"), `${authority.pem}\n${other.pem}`);
    writeFileSync(join(elsewhere, "plant.pem"), other.pem);
    const authorities = ["works.pem", "./ca/both.pem", join(elsewhere, "plant.pem")];
    const read = readPolicy(write({ authorities }, folder));
    expect(read.ok && read.value.authorities.map(({ subject }) => subject)).toEqual([
      "Example Works CA",
      "Example Works CA",
      "Example Plant CA",
      "Example Plant CA",
    ]);
  });

  test("may begin with the byte order mark of an editor on Windows", () => {
    const path = write(`\uFEFF{\r\n  "keyProtection": "passphrase"\r\n}\r\n`);
    expect(readPolicy(path)).toMatchObject({ value: { keyProtection: "passphrase" } });
  });
});

describe("a policy that cannot be understood", () => {
  test.each([
    ["empty", ""],
    ["no JSON", "keyProtection = passphrase"],
    ["half of one", '{"keyProtection": "pass'],
    ["a list", []],
    ["null", null],
    ["with a setting nobody knows", { keyProtection: "keychain", allowEverything: true }],
    ["with a misspelt setting", { keyprotection: "passphrase" }],
    ["with an unknown value", { keyProtection: "none" }],
    ["with authorities that are no list", { authorities: "works.pem" }],
    ["with authorities that are no names", { authorities: [1] }],
    ["with too many authorities", { authorities: Array.from({ length: 101 }, () => "x.pem") }],
  ])("is refused with a sentence that names the file: %s", (_what, content) => {
    const path = write(content);
    const sentence = refusal(path);
    expect(sentence).toContain(`${path} cannot be read: `);
    expect(sentence.length).toBeLessThan(500);
  });

  test("is refused when it is there and cannot be opened", () => {
    const folder = makeFolder();
    mkdirSync(join(folder, "policy.json"));
    expect(refusal(join(folder, "policy.json"))).toContain("EISDIR");
    symlinkSync(join(folder, "circle.json"), join(folder, "circle.json"));
    expect(refusal(join(folder, "circle.json"))).toContain("ELOOP");
  });
});

describe("an authority of the policy", () => {
  test.each([
    ["is missing", null, /missing\.pem: Error: ENOENT/],
    ["is no certificate", "hello", /missing\.pem is not a certificate/],
    [
      "is a server's certificate",
      authority.issue({ names: ["home.example"] }).certificate,
      /missing\.pem is not an authority/,
    ],
    ["is too large", "x".repeat(1_100_000), /missing\.pem is too large/],
  ])("that %s stops the program with a sentence that names it", (_what, content, expected) => {
    const folder = makeFolder();
    if (content !== null) writeFileSync(join(folder, "missing.pem"), content);
    const path = write({ authorities: ["missing.pem"] }, folder);
    const sentence = refusal(path);
    expect(sentence).toMatch(expected);
    expect(sentence).toContain(path);
  });
});

test("every system has a place that only administrators can write to", () => {
  expect(systemPolicyPath("linux")).toBe("/etc/linnet/policy.json");
  expect(systemPolicyPath("darwin")).toBe("/Library/Application Support/Linnet/policy.json");
  expect(systemPolicyPath("win32")).toMatch(/^[A-Z]:\\ProgramData\\Linnet\\policy\.json$/);
});
