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
import type { RevocationMode } from "../trust/trust-rules.ts";

/** As programs show it, with colons or without. */
const Fingerprint = v.pipe(
  v.string(),
  v.transform((text) => text.replaceAll(":", "").toLowerCase()),
  v.regex(/^[0-9a-f]{64}$/, "a fingerprint is a SHA-256 in hexadecimal"),
);

const PolicyFile = v.pipe(
  v.unknown(),
  // A list would pass for an object that says nothing.
  v.check((file) => !Array.isArray(file), "it holds a list and not an object"),
  v.strictObject({
    /** Where the key of the message store is kept: "passphrase" forbids the keychain. */
    keyProtection: v.optional(v.picklist(["keychain", "passphrase"])),
    /** Files with certificate authorities to trust, relative to the policy file. */
    authorities: v.optional(v.pipe(v.array(v.string()), v.maxLength(100))),
    /** Fingerprints (SHA-256) of certificates that are never trusted. */
    distrusted: v.optional(v.pipe(v.array(Fingerprint), v.maxLength(1_000))),
    /** How much has to be known about revocation; left out: people choose. */
    revocation: v.optional(v.picklist(["off", "soft", "hard"])),
    /** Whether people may let a server pass that has a problem. */
    exceptions: v.optional(v.picklist(["allowed", "forbidden"])),
    /** Public certificates may name addresses inside the own network for asking about revocation. */
    allowPrivateRevocationHosts: v.optional(v.boolean()),
  }),
);

export interface Policy {
  readonly keyProtection: "keychain" | "passphrase";
  readonly authorities: readonly ImportedAuthority[];
  readonly distrusted: readonly string[];
  /** null: people choose. */
  readonly revocation: RevocationMode | null;
  readonly mayMakeExceptions: boolean;
  readonly mayAskPrivateHosts: boolean;
}

export const noPolicy: Policy = {
  keyProtection: "keychain",
  authorities: [],
  distrusted: [],
  revocation: null,
  mayMakeExceptions: true,
  mayAskPrivateHosts: false,
};

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
  return success({
    keyProtection: file.keyProtection ?? noPolicy.keyProtection,
    authorities,
    distrusted: file.distrusted ?? noPolicy.distrusted,
    revocation: file.revocation ?? noPolicy.revocation,
    mayMakeExceptions: file.exceptions !== "forbidden",
    mayAskPrivateHosts: file.allowPrivateRevocationHosts ?? noPolicy.mayAskPrivateHosts,
  });
}

function readAuthorityFile(path: string): Result<ImportedAuthority[], string> {
  try {
    const read = readAuthorities(readFileSync(path));
    return read.ok ? read : failure(`${path} is ${read.error.replaceAll("-", " ")}`);
  } catch (thrown) {
    return failure(`${path}: ${describe(thrown)}`);
  }
}
