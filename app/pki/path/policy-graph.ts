/** Certificate policies as RFC 9618 has them: a graph whose size grows with the certificates, in the
 *  place of RFC 5280's tree, which a few of them can make exponential. */

import { anyPolicyOid } from "../oids.ts";
import type { Certificate } from "../x509/certificate.ts";

export interface PolicyInput {
  /** Policies that the caller accepts; null for any. */
  readonly initial: readonly string[] | null;
  readonly requireExplicit: boolean;
  readonly inhibitMapping: boolean;
  readonly inhibitAny: boolean;
}

export const anyPolicyInput: PolicyInput = {
  initial: null,
  requireExplicit: false,
  inhibitMapping: false,
  inhibitAny: false,
};

interface PolicyNode {
  /** What the next certificate may call this policy. */
  expected: ReadonlySet<string>;
  /** In the level above. */
  readonly parents: Set<string>;
}

type Level = Map<string, PolicyNode>;

/** Used in the order of RFC 5280 §6.1: certificates from below the anchor down to the leaf. */
export class PolicyGraph {
  /** From the anchor down; null once no policy is valid any more. */
  #levels: Level[] | null = [new Map([[anyPolicyOid, makeNode([anyPolicyOid])]])];
  readonly #accepted: ReadonlySet<string> | null;
  /** How many more certificates until each rule holds. */
  #untilExplicit: number;
  #untilNoMapping: number;
  #untilNoAny: number;

  /** @param length how many certificates follow, the anchor not counted */
  constructor(input: PolicyInput, length: number) {
    const never = length + 1;
    const isAny = input.initial?.includes(anyPolicyOid) ?? true;
    this.#accepted = isAny ? null : new Set(input.initial);
    this.#untilExplicit = input.requireExplicit ? 0 : never;
    this.#untilNoMapping = input.inhibitMapping ? 0 : never;
    this.#untilNoAny = input.inhibitAny ? 0 : never;
  }

  /** What the anchor's own certificate says holds for all below it (RFC 5937 §3.2). */
  startAt(anchor: Certificate): void {
    if (anchor.policies) this.#addLevel(anchor.policies, true);
    this.#applyConstraints(anchor);
  }

  /** RFC 5280 §6.1.3 (d) to (f). @returns whether policies are still as they must be */
  enter(certificate: Certificate, isLeaf: boolean): boolean {
    const mayBeAny = this.#untilNoAny > 0 || (!isLeaf && certificate.isSelfIssued);
    if (certificate.policies) this.#addLevel(certificate.policies, mayBeAny);
    else this.#levels = null;
    return this.#untilExplicit > 0 || this.#levels !== null;
  }

  /** RFC 5280 §6.1.4 (a), (b), (h) to (j): after an authority. @returns whether its mappings are allowed */
  leave(authority: Certificate): boolean {
    const { policyMappings, isSelfIssued } = authority;
    if (policyMappings.length > 0) this.#map(authority);
    if (!isSelfIssued) this.#countDown();
    this.#applyConstraints(authority);
    return !policyMappings.some(
      ({ issuerPolicy, subjectPolicy }) =>
        issuerPolicy === anyPolicyOid || subjectPolicy === anyPolicyOid,
    );
  }

  /** RFC 5280 §6.1.5 (a), (b), (g): after the leaf.
   *  @returns the accepted policies, in the anchor's words; null where one was needed and there is none */
  finish(leaf: Certificate): readonly string[] | null {
    if (this.#untilExplicit > 0) this.#untilExplicit--;
    if (leaf.policyConstraints?.requireExplicit === 0) this.#untilExplicit = 0;
    const valid = this.#acceptedPolicies();
    return valid.length > 0 || this.#untilExplicit > 0 ? valid : null;
  }

  #addLevel(policies: readonly string[], mayBeAny: boolean): void {
    const above = this.#levels?.at(-1);
    if (!this.#levels || !above) return;
    const parentsOf = whoExpects(above);
    const level: Level = new Map();
    for (const policy of policies) {
      if (policy === anyPolicyOid) continue;
      const parents = parentsOf.get(policy) ?? (above.has(anyPolicyOid) ? [anyPolicyOid] : []);
      if (parents.length > 0) level.set(policy, makeNode([policy], parents));
    }
    if (mayBeAny && policies.includes(anyPolicyOid)) {
      for (const [policy, parents] of parentsOf) {
        if (!level.has(policy)) level.set(policy, makeNode([policy], parents));
      }
    }
    if (level.size === 0) this.#levels = null;
    else this.#levels.push(level);
  }

  #map({ policyMappings }: Certificate): void {
    const level = this.#levels?.at(-1);
    if (!level) return;
    const mapped = new Map<string, Set<string>>();
    for (const { issuerPolicy, subjectPolicy } of policyMappings) {
      const subjects = mapped.get(issuerPolicy) ?? new Set();
      mapped.set(issuerPolicy, subjects.add(subjectPolicy));
    }
    for (const [policy, subjects] of mapped) {
      const node = level.get(policy);
      if (this.#untilNoMapping === 0) level.delete(policy);
      else if (node) node.expected = subjects;
      else if (level.has(anyPolicyOid)) level.set(policy, makeNode(subjects, [anyPolicyOid]));
    }
    if (level.size === 0) this.#levels = null;
  }

  #countDown(): void {
    if (this.#untilExplicit > 0) this.#untilExplicit--;
    if (this.#untilNoMapping > 0) this.#untilNoMapping--;
    if (this.#untilNoAny > 0) this.#untilNoAny--;
  }

  #applyConstraints({ policyConstraints, inhibitAnyPolicy }: Certificate): void {
    const { requireExplicit, inhibitMapping } = policyConstraints ?? {};
    this.#untilExplicit = Math.min(this.#untilExplicit, requireExplicit ?? Infinity);
    this.#untilNoMapping = Math.min(this.#untilNoMapping, inhibitMapping ?? Infinity);
    this.#untilNoAny = Math.min(this.#untilNoAny, inhibitAnyPolicy ?? Infinity);
  }

  /** The policies that the anchor's own domain knows and that reach the leaf: those right below "any". */
  #acceptedPolicies(): readonly string[] {
    const levels = this.#levels;
    if (!levels) return [];
    let reaching = new Set(levels.at(-1)?.keys());
    const isAnyValid = reaching.has(anyPolicyOid);
    const valid = new Set<string>();
    for (const level of levels.toReversed()) {
      const above = new Set<string>();
      for (const policy of reaching) {
        const parents = level.get(policy)?.parents ?? [];
        for (const parent of parents) {
          if (parent === anyPolicyOid && policy !== anyPolicyOid) valid.add(policy);
          above.add(parent);
        }
      }
      reaching = above;
    }
    if (this.#accepted === null) return isAnyValid ? [anyPolicyOid, ...valid] : [...valid];
    return isAnyValid
      ? [...this.#accepted]
      : [...this.#accepted].filter((policy) => valid.has(policy));
  }
}

function makeNode(expected: Iterable<string>, parents: readonly string[] = []): PolicyNode {
  return { expected: new Set(expected), parents: new Set(parents) };
}

/** For each policy the nodes that expect it. As large as the mappings are in their certificates. */
function whoExpects(level: Level): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string[]>();
  for (const [policy, { expected }] of level) {
    for (const each of expected) {
      const known = parents.get(each);
      if (known) known.push(policy);
      else parents.set(each, [policy]);
    }
  }
  return parents;
}
