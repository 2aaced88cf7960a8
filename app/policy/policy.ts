/** The administrator's policy: what a company sets for everybody and what people cannot change.
 *
 *  Read once at start, from a place that only administrators can write to. A policy that cannot be
 *  read stops the program: carrying on without it would undo what somebody meant to enforce. */

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import * as v from "valibot";
import { describe } from "../base/log.ts";
import { failure, success, type Result } from "../base/result.ts";
import { readAuthorities, type ImportedAuthority } from "../trust/anchors.ts";

const PolicyFile = v.pipe(
  v.unknown(),
  // A list would pass for an object that says nothing.
  v.check((file) => !Array.isArray(file), "it holds a list and not an object"),
  v.strictObject({
    /** Where the key of the message store is kept: "passphrase" forbids the keychain. */
    keyProtection: v.optional(v.picklist(["keychain", "passphrase"])),
    /** Files with certificate authorities to trust, relative to the policy file. */
    authorities: v.optional(v.pipe(v.array(v.string()), v.maxLength(100))),
  }),
);

export interface Policy {
  readonly keyProtection: "keychain" | "passphrase";
  readonly authorities: readonly ImportedAuthority[];
}

export const noPolicy: Policy = { keyProtection: "keychain", authorities: [] };

/** Where the policy lies on this system. */
export function systemPolicyPath(platform: NodeJS.Platform): string {
  switch (platform) {
    case "win32":
      return `${process.env["ProgramData"] ?? "C:\\ProgramData"}\\Linnet\\policy.json`;
    case "darwin":
      return "/Library/Application Support/Linnet/policy.json";
    default:
      return "/etc/linnet/policy.json";
  }
}

/** Reads a policy file; none is fine. The error is a sentence for the administrator. */
export function readPolicy(path: string): Result<Policy, string> {
  let file: v.InferOutput<typeof PolicyFile>;
  try {
    // Editors on Windows begin a file with a byte order mark, which JSON does not know.
    const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    file = v.parse(PolicyFile, JSON.parse(text));
  } catch (thrown) {
    // Only what is not there is none: a file behind rights that forbid it is a policy, too.
    const isMissing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
    return isMissing ? success(noPolicy) : failure(`${path} cannot be read: ${describe(thrown)}`);
  }
  const authorities: ImportedAuthority[] = [];
  for (const name of file.authorities ?? []) {
    const read = readAuthorityFile(resolve(dirname(path), name));
    if (!read.ok) return failure(`${path}: ${read.error}`);
    authorities.push(...read.value);
  }
  return success({ keyProtection: file.keyProtection ?? "keychain", authorities });
}

function readAuthorityFile(path: string): Result<ImportedAuthority[], string> {
  try {
    const read = readAuthorities(readFileSync(path));
    return read.ok ? read : failure(`${path} is ${read.error.replaceAll("-", " ")}`);
  } catch (thrown) {
    return failure(`${path}: ${describe(thrown)}`);
  }
}
