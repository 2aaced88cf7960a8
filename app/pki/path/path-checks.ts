/** Everything that RFC 5280 §6.1 checks along one path. Nothing stops at the first problem. */

import type { Certificate } from "../x509/certificate.ts";
import type { PathBudget } from "./budget.ts";
import { certificateProblems, type CertificateRules, type Role } from "./certificate-checks.ts";
import { ConstraintStack } from "./name-constraints.ts";
import type { Finding, PathProblem } from "./path-problem.ts";
import { PolicyGraph, type PolicyInput } from "./policy-graph.ts";
import type { SignatureChecks } from "./signature-checks.ts";

export interface CheckedPath {
  /** From the leaf on; the last is the anchor where `isAnchored`. */
  readonly certificates: readonly Certificate[];
  readonly isAnchored: boolean;
  readonly problems: readonly PathProblem[];
  readonly policies: readonly string[];
}

export interface PathRules {
  readonly rules: CertificateRules;
  readonly depthMax: number;
  readonly policies: PolicyInput;
  /** Fingerprints of anchors. */
  readonly allowWeak: ReadonlySet<string>;
}

export class PathChecks {
  readonly #rules: PathRules;
  readonly #budget: PathBudget;
  readonly #signatures: SignatureChecks;
  readonly #own = new Map<string, readonly Finding[]>();

  constructor(rules: PathRules, budget: PathBudget, signatures: SignatureChecks) {
    this.#rules = rules;
    this.#budget = budget;
    this.#signatures = signatures;
  }

  /** What is wrong with a certificate on every path that it may be part of. */
  ownProblems(certificate: Certificate, role: Role, mayBeWeak: boolean): readonly Finding[] {
    const key = `${certificate.fingerprint} ${role} ${mayBeWeak}`;
    const known = this.#own.get(key);
    if (known) return known;
    const problems = certificateProblems(certificate, role, this.#rules.rules, mayBeWeak);
    this.#own.set(key, problems);
    return problems;
  }

  /** A path from the leaf to an anchor. */
  checkAnchored(path: readonly Certificate[], anchor: Certificate): CheckedPath {
    return this.#check(path, anchor, null);
  }

  /** A path that ends in the middle. @param end why */
  checkLoose(path: readonly Certificate[], end: Finding): CheckedPath {
    return this.#check(path, null, end);
  }

  /** A leaf that is itself trusted: there is no path, and who signed it does not matter. */
  checkTrustedLeaf(leaf: Certificate): CheckedPath {
    const mayBeWeak = this.#rules.allowWeak.has(leaf.fingerprint);
    const findings = [...this.ownProblems(leaf, "trusted-leaf", mayBeWeak)];
    if (this.#rules.policies.requireExplicit) findings.push(noPolicy);
    const problems = findings.map((finding) => at(0, leaf, finding));
    return { certificates: [leaf], isAnchored: true, problems, policies: [] };
  }

  #check(
    path: readonly Certificate[],
    anchor: Certificate | null,
    end: Finding | null,
  ): CheckedPath {
    const { allowWeak, depthMax, policies: policyInput } = this.#rules;
    const mayBeWeak = anchor !== null && allowWeak.has(anchor.fingerprint);
    const certificates = anchor ? [...path, anchor] : path;
    const problems: PathProblem[] = [];
    const note = (index: number, finding: Finding | null): void => {
      const certificate = certificates[index];
      if (finding && certificate) problems.push(at(index, certificate, finding));
    };

    const names = new ConstraintStack(this.#budget);
    const policies = new PolicyGraph(policyInput, path.length);
    let arePoliciesFine = true;
    let authoritiesLeft = Infinity;
    let depth = 0;
    const limitBy = ({ basicConstraints, nameConstraints }: Certificate, index: number): void => {
      authoritiesLeft = Math.min(authoritiesLeft, basicConstraints?.pathLengthMax ?? Infinity);
      if (nameConstraints) note(index, names.add(nameConstraints));
    };

    if (anchor) {
      for (const each of this.ownProblems(anchor, "anchor", mayBeWeak)) note(path.length, each);
      policies.startAt(anchor);
      limitBy(anchor, path.length);
    } else note(path.length - 1, end);

    for (const [index, certificate] of [...path.entries()].toReversed()) {
      const isLeaf = index === 0;
      const role = isLeaf ? "leaf" : "authority";
      for (const each of this.ownProblems(certificate, role, mayBeWeak)) note(index, each);
      const issuer = certificates[index + 1];
      if (issuer) note(index, this.#signatureProblem(certificate, issuer));
      // RFC 5280 §6.1.3 (b): an authority may give itself a new certificate whatever its name is.
      if (isLeaf || !certificate.isSelfIssued) note(index, names.check(certificate));
      const isFineHere = policies.enter(certificate, isLeaf);
      if (arePoliciesFine && !isFineHere) note(index, noPolicy);
      arePoliciesFine &&= isFineHere;
      if (isLeaf) continue;

      if (!policies.leave(certificate)) note(index, badMapping);
      if (!certificate.isSelfIssued) {
        if (authoritiesLeft <= 0) note(index, tooLong("more authorities than one above allows"));
        if (++depth > depthMax) note(index, tooLong(`more than ${depthMax} authorities`));
        authoritiesLeft--;
      }
      limitBy(certificate, index);
    }
    const [leaf] = path;
    const accepted = leaf ? policies.finish(leaf) : null;
    if (arePoliciesFine && accepted === null) note(0, noPolicy);
    return {
      certificates,
      isAnchored: anchor !== null,
      problems: problems.toSorted((one, other) => one.index - other.index),
      policies: accepted ?? [],
    };
  }

  #signatureProblem(certificate: Certificate, issuer: Certificate): Finding | null {
    switch (this.#signatures.status(certificate, issuer)) {
      case "good":
        return null;
      case "bad":
        return { kind: "bad-signature", detail: "is not from the issuer's key" };
      case "unchecked":
        return this.#budget.exhausted === null
          ? { kind: "unsupported-algorithm", detail: "its signature cannot be checked" }
          : { kind: "budget-exhausted", detail: "its signature was not checked" };
    }
  }
}

const noPolicy: Finding = { kind: "policy", detail: "no acceptable certificate policy" };
const badMapping: Finding = { kind: "policy", detail: "any policy is mapped" };

function tooLong(detail: string): Finding {
  return { kind: "path-too-long", detail };
}

export function at(index: number, { fingerprint }: Certificate, finding: Finding): PathProblem {
  return { ...finding, index, fingerprint };
}
