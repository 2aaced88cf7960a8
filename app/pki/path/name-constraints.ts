/** Name constraints (RFC 5280 §4.2.1.10): which names the certificates below an authority may have. */

import { isDnsName, isHostName } from "../names/dns-name.ts";
import { parseMailbox } from "../names/email-address.ts";
import { readServiceName, readXmppDomain } from "../names/server-name.ts";
import { nameOids } from "../oids.ts";
import type { Certificate } from "../x509/certificate.ts";
import { isWithin } from "../x509/distinguished-name.ts";
import type { NameConstraints } from "../x509/extensions.ts";
import type { GeneralName } from "../x509/general-name.ts";
import type { PathBudget } from "./budget.ts";
import type { Finding } from "./path-problem.ts";

const shownCharsMax = 100;

/** The constraints of the authorities above a certificate. Each authority adds its own. */
export class ConstraintStack {
  readonly #all: ConstraintsByForm[] = [];
  readonly #budget: PathBudget;

  constructor(budget: PathBudget) {
    this.#budget = budget;
  }

  /** @returns what is wrong with the constraints themselves, null for nothing */
  add(constraints: NameConstraints): Finding | null {
    let sorted = sortedBefore.get(constraints);
    if (!sorted) sortedBefore.set(constraints, (sorted = sort(constraints)));
    this.#all.push(sorted.byForm);
    return sorted.bad;
  }

  /** @returns why the certificate may not have its names, null where it may */
  check(certificate: Certificate): Finding | null {
    if (this.#all.length === 0) return null;
    for (const name of constrainedNames(certificate)) {
      for (const byForm of this.#all) {
        const { permitted, excluded } = byForm.get(formKey(name)) ?? unconstrained;
        const comparisons = Math.max(permitted.length + excluded.length, 1);
        if (!this.#budget.spend("nameComparisons", comparisons)) return tooMany;
        const refusal = refusalOf(name, permitted, excluded);
        if (refusal !== null) {
          return { kind: "name-not-permitted", detail: `${describe(name)} ${refusal}` };
        }
      }
    }
    return null;
  }
}

const tooMany: Finding = {
  kind: "budget-exhausted",
  detail: "too many names and name constraints",
};

/** @returns why a name is refused, null where it is not */
function refusalOf(
  name: GeneralName,
  permitted: readonly GeneralName[],
  excluded: readonly GeneralName[],
): string | null {
  if (permitted.length + excluded.length === 0) return null;
  if (!isComparable(name)) return "cannot be compared with a name constraint";
  if (permitted.length > 0 && !permitted.some((base) => isPermittedBy(name, base))) {
    return "is outside of what is permitted";
  }
  return excluded.some((base) => isExcludedBy(name, base)) ? "is excluded" : null;
}

interface Constraints {
  readonly permitted: GeneralName[];
  readonly excluded: GeneralName[];
}

const unconstrained: Constraints = { permitted: [], excluded: [] };

/** By {@link formKey}. */
type ConstraintsByForm = Map<string, Constraints>;

interface SortedConstraints {
  readonly byForm: ConstraintsByForm;
  readonly bad: Finding | null;
}

/** The same authority is met on many paths. */
const sortedBefore = new WeakMap<NameConstraints, SortedConstraints>();

function sort({ permitted, excluded }: NameConstraints): SortedConstraints {
  const byForm: ConstraintsByForm = new Map();
  for (const base of permitted ?? []) formOf(byForm, base).permitted.push(base);
  for (const base of excluded ?? []) formOf(byForm, base).excluded.push(base);
  const bad = [...(permitted ?? []), ...(excluded ?? [])].find((base) => !isFineBase(base));
  const detail = `a malformed constraint of type ${bad?.kind}`;
  return { byForm, bad: bad ? { kind: "bad-name-constraint", detail } : null };
}

function formOf(byForm: ConstraintsByForm, base: GeneralName): Constraints {
  const key = formKey(base);
  const known = byForm.get(key);
  if (known) return known;
  const constraints = { permitted: [], excluded: [] };
  byForm.set(key, constraints);
  return constraints;
}

/** Constraints hold for names of the same form; each kind of otherName is its own. */
function formKey(name: GeneralName): string {
  if (name.kind === "other") return `other ${name.oid}`;
  return name.kind === "unknown" ? `unknown ${name.tag}` : name.kind;
}

function* constrainedNames(certificate: Certificate): Generator<GeneralName> {
  const { subject, subjectAltNames } = certificate;
  if (subject.attributes.length > 0) yield { kind: "directory", name: subject };
  if (subjectAltNames === null) {
    // The addresses of certificates from before there were alternative names.
    for (const { oid, text } of subject.attributes) {
      if (oid === nameOids.emailAddress && text !== null) yield { kind: "email", text };
    }
    return;
  }
  for (const name of subjectAltNames) {
    yield name;
    // An authority that is kept to some domains must not vouch for a server of another by one of XMPP's
    // own kinds of name, which constraints in practice do not mention.
    const host =
      name.kind === "other" ? (readServiceName(name)?.host ?? readXmppDomain(name)) : null;
    if (host !== null) yield { kind: "dns", text: host };
  }
}

/** Only well-formed names of known forms can be compared; any other name is refused as soon as there is
 *  a constraint on its form. */
function isComparable(name: GeneralName): boolean {
  switch (name.kind) {
    case "dns":
      return isDnsName(name.text);
    case "email":
      return parseAnyMailbox(name.text) !== null;
    case "uri":
      return hostOfUri(name.text) !== null;
    case "ip":
      return name.bytes.length === 4 || name.bytes.length === 16;
    case "directory":
      return true;
    case "other":
    case "registered":
    case "unknown":
      return false;
  }
}

function isFineBase(base: GeneralName): boolean {
  switch (base.kind) {
    case "dns":
      return base.text === "" || isConstraintHost(base.text);
    case "email":
      return base.text.includes("@")
        ? parseAnyMailbox(base.text) !== null
        : base.text === "" || isConstraintHost(base.text);
    case "uri":
      return isConstraintHost(base.text);
    case "ip":
      return isFineRange(base.bytes);
    case "directory":
    case "other":
    case "registered":
    case "unknown":
      return true;
  }
}

/** A leading dot is the standard's for URI and e-mail, and common for DNS. */
function isConstraintHost(text: string): boolean {
  return isDnsName(text.replace(/^\./, "")) && !text.includes("*");
}

/** Address and mask, whose ones stand in front of its zeros. */
function isFineRange(bytes: Uint8Array): boolean {
  if (bytes.length !== 8 && bytes.length !== 32) return false;
  const mask = bytes.subarray(bytes.length / 2);
  const bits = [...mask].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return /^1*0*$/.test(bits);
}

function isPermittedBy(name: GeneralName, base: GeneralName): boolean {
  // Everything that a wildcard may stand for is below what follows it.
  if (name.kind === "dns" && base.kind === "dns" && name.text.startsWith("*.")) {
    return isHostWithin(name.text.slice(2), base.text);
  }
  return isNameWithin(name, base);
}

function isExcludedBy(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === "dns" && base.kind === "dns" && name.text.startsWith("*.")) {
    const parent = name.text.slice(2).toLowerCase();
    const excluded = base.text.toLowerCase().replace(/^\./, "");
    // One of the names that the wildcard may stand for is enough.
    const isOneOfThem =
      excluded.endsWith(`.${parent}`) && !excluded.slice(0, -parent.length - 1).includes(".");
    return isOneOfThem || isHostWithin(parent, base.text);
  }
  return isNameWithin(name, base);
}

function isNameWithin(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === "dns" && base.kind === "dns") return isHostWithin(name.text, base.text);
  if (name.kind === "email" && base.kind === "email") return isMailWithin(name.text, base.text);
  if (name.kind === "uri" && base.kind === "uri") return isUriWithin(name.text, base.text);
  if (name.kind === "ip" && base.kind === "ip") return isAddressWithin(name.bytes, base.bytes);
  return name.kind === "directory" && base.kind === "directory" && isWithin(name.name, base.name);
}

/** Labels may be added on the left; with a leading dot at least one must be. */
function isHostWithin(name: string, base: string): boolean {
  const [host, limit] = [name.toLowerCase(), base.toLowerCase()];
  if (limit.startsWith(".")) return host.length > limit.length && host.endsWith(limit);
  return limit === "" || host === limit || host.endsWith(`.${limit}`);
}

/** One mailbox, all of one host, or with a leading dot all of the hosts below. */
function isMailWithin(name: string, base: string): boolean {
  const mailbox = parseAnyMailbox(name);
  if (!mailbox) return false;
  if (base.includes("@")) {
    const only = parseAnyMailbox(base);
    return only?.local === mailbox.local && only.host === mailbox.host;
  }
  const limit = base.toLowerCase();
  if (limit.startsWith(".")) return mailbox.host.endsWith(limit);
  return limit === "" || mailbox.host === limit;
}

/** One host, or with a leading dot the hosts below. */
function isUriWithin(uri: string, base: string): boolean {
  const host = hostOfUri(uri) ?? "";
  const limit = base.toLowerCase();
  return limit.startsWith(".") ? host.endsWith(limit) : host === limit;
}

function isAddressWithin(address: Uint8Array, range: Uint8Array): boolean {
  const size = address.length;
  if (range.length !== 2 * size) return false;
  return address.every(
    (byte, index) => ((byte ^ (range[index] ?? 0)) & (range[size + index] ?? 0xff)) === 0,
  );
}

/** Local parts in quotes may hold anything: they are compared as they are written. */
function parseAnyMailbox(text: string): { local: string; host: string } | null {
  const plain = parseMailbox(text);
  if (plain) return plain;
  const [, local, host] = /^("(?:[^"\\]|\\.)*")@([^@]+)$/.exec(text) ?? [];
  if (local === undefined || host === undefined || !isHostName(host)) return null;
  return { local, host: host.toLowerCase() };
}

/** The name of the host in lower case. An address has no place among names, and a URI without an
 *  authority part must be refused where there is a constraint (RFC 5280 §4.2.1.10): null. */
function hostOfUri(text: string): string | null {
  const pattern = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/?#]*@)?([^:/?#]*)(?::\d*)?(?:[/?#]|$)/i;
  const host = pattern.exec(text)?.[1]?.toLowerCase() ?? "";
  return isHostName(host) ? host : null;
}

function describe(name: GeneralName): string {
  switch (name.kind) {
    case "dns":
    case "email":
    case "uri":
      return `${name.kind} ${JSON.stringify(name.text.slice(0, shownCharsMax))}`;
    case "ip":
      return `ip ${Buffer.from(name.bytes).toString("hex")}`;
    case "directory":
      return "its subject or a directory name";
    case "other":
    case "registered":
      return `${name.kind} ${name.oid}`;
    case "unknown":
      return "a name of an unknown form";
  }
}
