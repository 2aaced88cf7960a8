/** Finds a path from a leaf to an anchor, trying other issuers where one leads nowhere. If none is valid,
 *  it finds the one that comes closest, to say what is wrong. What makes a path valid is in path-checks.ts. */

import { pathLimits } from "../../base/limits.ts";
import type { Certificate } from "../x509/certificate.ts";
import { PathBudget } from "./budget.ts";
import { at, PathChecks, type CheckedPath, type PathRules } from "./path-checks.ts";
import { weightOf, type Finding } from "./path-problem.ts";
import { anyPolicyInput } from "./policy-graph.ts";
import type { RevocationContext, RevocationSource } from "./revocation-source.ts";
import { keyIdentity, SignatureChecks } from "./signature-checks.ts";
import type { PathVerdict } from "./validate-path.ts";

export interface Anchor {
  readonly certificate: Certificate;
  /** An authority vouches for others, never for being the leaf itself. A leaf is trusted as the one
   *  certificate that it is and vouches for nobody, even if it says that it is an authority. Left out:
   *  an authority. */
  readonly as?: "authority" | "leaf";
}

export interface PathTask extends PathRules {
  readonly leaf: Certificate;
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly Anchor[];
  readonly revocation: RevocationSource | null;
}

export class PathSearch {
  readonly #task: PathTask;
  readonly #budget: PathBudget;
  readonly #signatures: SignatureChecks;
  readonly #checks: PathChecks;
  readonly #anchors: ReadonlyMap<string, readonly Certificate[]>;
  readonly #intermediates: ReadonlyMap<string, readonly Certificate[]>;
  /** How many signers of CRLs stand between the first search and this one. */
  readonly #signerDepth: number;
  readonly #trustedSigners = new Map<string, boolean>();
  /** Fingerprints of those whose revocation is being asked about, by this search and those around it. */
  readonly #inQuestion: Set<string>;
  #best: CheckedPath | null = null;

  constructor(task: PathTask, above: PathSearch | null = null) {
    this.#task = task;
    this.#budget = above ? above.#budget : new PathBudget();
    this.#signatures = above ? above.#signatures : new SignatureChecks(this.#budget);
    this.#signerDepth = above ? above.#signerDepth + 1 : 0;
    this.#inQuestion = above ? above.#inQuestion : new Set();
    this.#checks = new PathChecks(task, this.#budget, this.#signatures);
    this.#anchors = bySubject(
      task.anchors.filter(({ as }) => as !== "leaf").map(({ certificate }) => certificate),
    );
    this.#intermediates = bySubject(task.intermediates);
  }

  run(): PathVerdict {
    const { leaf } = this.#task;
    const isTrusted = this.#task.anchors.some(
      ({ certificate, as }) => as === "leaf" && certificate.fingerprint === leaf.fingerprint,
    );
    const found =
      (isTrusted && this.#weigh(this.#checks.checkTrustedLeaf(leaf))) ||
      (this.#mayBePartOfPath(leaf, "leaf") && this.#extend([leaf], false)) ||
      this.#extend([leaf], true);
    if (!found) return this.#refusal();
    const { certificates, policies } = found;
    return { isValid: true, certificates, policies };
  }

  /** Goes on from the last certificate of a path.
   *  @param isThorough looks at paths that cannot be valid as well: the second round, for an explanation
   *  @returns a valid path, null for none */
  #extend(path: readonly Certificate[], isThorough: boolean): CheckedPath | null {
    const top = path.at(-1);
    if (!top) return null;
    const anchors = this.#issuersOf(top, this.#anchors, path);
    const others = this.#issuersOf(top, this.#intermediates, path);
    let isSigned = false;
    for (const [isAnchor, candidates] of [[true, anchors] as const, [false, others] as const]) {
      for (const candidate of candidates) {
        if (!this.#budget.spend("steps")) return null;
        if (!isAnchor && !isThorough && !this.#mayFollow(candidate, path)) continue;
        if (this.#signatures.status(top, candidate) === "bad") continue;
        isSigned = true;
        const found = this.#follow(path, candidate, isAnchor, isThorough);
        if (found) return found;
      }
    }
    if (isThorough && !isSigned) this.#explainEnd(path, top, anchors, others);
    return null;
  }

  #follow(
    path: readonly Certificate[],
    issuer: Certificate,
    isAnchor: boolean,
    isThorough: boolean,
  ): CheckedPath | null {
    if (!isAnchor) return this.#extend([...path, issuer], isThorough);
    if (!this.#budget.spend("steps", costOf(path))) return null;
    return this.#weigh(this.#checks.checkAnchored(path, issuer));
  }

  /** Nobody at hand signed the last certificate. */
  #explainEnd(
    path: readonly Certificate[],
    top: Certificate,
    anchors: readonly Certificate[],
    others: readonly Certificate[],
  ): void {
    if (!this.#budget.spend("steps", costOf(path))) return;
    const [anchor] = anchors;
    const [other] = others;
    if (anchor) this.#weigh(this.#checks.checkAnchored(path, anchor));
    else if (other) this.#extend([...path, other], true);
    else this.#weigh(this.#checks.checkLoose(path, this.#endOf(path, top)));
  }

  #endOf(path: readonly Certificate[], top: Certificate): Finding {
    if (path.length >= pathLimits.certificatesMax) {
      return { kind: "path-too-long", detail: `${path.length} certificates and no end` };
    }
    if (top.isSelfIssued && this.#signatures.status(top, top) === "good") {
      return path.length === 1
        ? { kind: "self-signed", detail: "and not trusted" }
        : { kind: "unknown-issuer", detail: "an authority that is not trusted" };
    }
    return { kind: "unknown-issuer", detail: "no certificate of the issuer" };
  }

  /** Who may have issued a certificate, by name; the most promising first. */
  #issuersOf(
    { issuer, authorityKeyId }: Certificate,
    among: ReadonlyMap<string, readonly Certificate[]>,
    path: readonly Certificate[],
  ): readonly Certificate[] {
    if (path.length >= pathLimits.certificatesMax) return [];
    const { at: time } = this.#task.rules;
    const rank = ({ subjectKeyId, notBefore, notAfter }: Certificate): number => {
      const isValidNow = time >= notBefore && time <= notAfter;
      const keyId = authorityKeyId?.keyId;
      const isSure = keyId && subjectKeyId;
      const keyRank = !isSure ? 1 : Buffer.compare(keyId, subjectKeyId) === 0 ? 0 : 2;
      return keyRank * 2 + (isValidNow ? 0 : 1);
    };
    return (among.get(issuer.key) ?? [])
      .filter((candidate) => !path.some((each) => isSameEntity(each, candidate)))
      .toSorted((one, other) => rank(one) - rank(other));
  }

  #mayFollow(candidate: Certificate, path: readonly Certificate[]): boolean {
    const authorities = [...path.slice(1), candidate].filter((each) => !each.isSelfIssued);
    return (
      authorities.length <= this.#task.depthMax && this.#mayBePartOfPath(candidate, "authority")
    );
  }

  #mayBePartOfPath(certificate: Certificate, role: "leaf" | "authority"): boolean {
    // Which anchor the path will have is not known yet.
    const mayBeWeak = this.#task.allowWeak.size > 0;
    return this.#checks.ownProblems(certificate, role, mayBeWeak).length === 0;
  }

  /** @returns the path if it is valid; else it is kept if it is the best so far */
  #weigh(path: CheckedPath): CheckedPath | null {
    const judged = path.problems.length === 0 ? this.#withRevocation(path) : path;
    if (judged.problems.length === 0 && this.#budget.exhausted === null) return judged;
    if (!this.#best || isCloser(judged, this.#best)) this.#best = judged;
    return null;
  }

  #refusal(): PathVerdict {
    const { leaf } = this.#task;
    const { exhausted } = this.#budget;
    const end: Finding =
      exhausted === null
        ? { kind: "unknown-issuer", detail: "no path to an anchor" }
        : { kind: "budget-exhausted", detail: `too many ${exhausted}` };
    const best = this.#best ?? this.#checks.checkLoose([leaf], end);
    const problems = [...this.#withRevocation(best).problems];
    // A search that was not finished may have missed the path with the worse problem.
    if (exhausted !== null && !problems.some(({ kind }) => kind === "budget-exhausted")) {
      problems.push(at(0, leaf, end));
    }
    return { isValid: false, certificates: best.certificates, problems };
  }

  /** Adds what revocation has to say, once. */
  #withRevocation(path: CheckedPath): CheckedPath {
    const { revocation, rules } = this.#task;
    const anchor = path.certificates.at(-1);
    const isAsked = path.problems.some(
      ({ kind }) => kind === "revoked" || kind === "revocation-unknown",
    );
    if (!revocation || !path.isAnchored || !anchor || isAsked) return path;
    const { certificates } = path;
    const problems = [...path.problems];
    for (const [index, certificate] of certificates.entries()) {
      const above = certificates.slice(index + 1);
      const [issuer] = above;
      if (!issuer) continue;
      const context: RevocationContext = {
        at: rules.at,
        path: certificates,
        anchor,
        isTrustedSigner: (signer) => this.#isTrustedSigner(signer, anchor, above),
      };
      const problem = this.#revocationProblem(revocation, certificate, issuer, context);
      if (problem) problems.push(at(index, certificate, problem));
    }
    return { ...path, problems };
  }

  #revocationProblem(
    revocation: RevocationSource,
    certificate: Certificate,
    issuer: Certificate,
    context: RevocationContext,
  ): Finding | null {
    const { fingerprint } = certificate;
    if (this.#inQuestion.has(fingerprint)) {
      return { kind: "revocation-unknown", detail: "the answer depends on itself" };
    }
    this.#inQuestion.add(fingerprint);
    const status = revocation.status(certificate, issuer, context);
    this.#inQuestion.delete(fingerprint);
    switch (status.kind) {
      case "good":
        return null;
      case "revoked": {
        const since = new Date(status.at).toISOString();
        const { reason, at: revokedAt } = status;
        return { kind: "revoked", detail: `since ${since}`, reason, revokedAt };
      }
      case "unknown":
        return { kind: "revocation-unknown", detail: status.why };
    }
  }

  /** @param above what the certificate in question depends on anyway */
  #isTrustedSigner(
    signer: Certificate,
    anchor: Certificate,
    above: readonly Certificate[],
  ): boolean {
    if (above.some(({ fingerprint }) => fingerprint === signer.fingerprint)) return true;
    if (this.#signerDepth >= pathLimits.signerDepthMax) return false;
    const pair = `${signer.fingerprint} ${anchor.fingerprint}`;
    let isTrusted = this.#trustedSigners.get(pair);
    if (isTrusted === undefined) {
      const task: PathTask = {
        ...this.#task,
        leaf: signer,
        anchors: [{ certificate: anchor }],
        rules: { ...this.#task.rules, purpose: "any", keyUsages: null },
        policies: anyPolicyInput,
      };
      isTrusted = new PathSearch(task, this).run().isValid;
      this.#trustedSigners.set(pair, isTrusted);
    }
    return isTrusted;
  }
}

function bySubject(
  certificates: readonly Certificate[],
): ReadonlyMap<string, readonly Certificate[]> {
  const unique = new Map(certificates.map((each) => [each.fingerprint, each]));
  const named = new Map<string, Certificate[]>();
  for (const certificate of unique.values()) {
    const known = named.get(certificate.subject.key);
    if (known) known.push(certificate);
    else named.set(certificate.subject.key, [certificate]);
  }
  return named;
}

/** In steps. */
function costOf(path: readonly Certificate[]): number {
  const policies = path.reduce(
    (sum, each) => sum + (each.policies?.length ?? 0) + each.policyMappings.length,
    0,
  );
  return pathLimits.stepsOfOneCheck + Math.floor(policies / pathLimits.policiesOfOneStep);
}

/** RFC 4158 §2.4.2: the same name with the same key twice is a loop. */
function isSameEntity(one: Certificate, other: Certificate): boolean {
  return (
    one.fingerprint === other.fingerprint ||
    (one.subject.key === other.subject.key && keyIdentity(one) === keyIdentity(other))
  );
}

/** Revoked once is what is shown, whichever other path there is: no exception can be made for it. */
function isCloser(one: CheckedPath, other: CheckedPath): boolean {
  const isRevoked = (path: CheckedPath): boolean =>
    path.problems.some(({ kind }) => kind === "revoked");
  if (isRevoked(one) !== isRevoked(other)) return isRevoked(one);
  return weightOf(one.problems) < weightOf(other.problems);
}
