/** What is wrong with a chain: path, name, revocation and must-staple, all of it. Whether a person let it pass
 *  is not looked at here. */

import type { Clock } from "../base/clock.ts";
import { trustLimits } from "../base/limits.ts";
import { matchServerName, type Identifier } from "../pki/names/server-name.ts";
import type { PathProblem } from "../pki/path/path-problem.ts";
import { validatePath, type PathVerdict } from "../pki/path/validate-path.ts";
import type { Certificate } from "../pki/x509/certificate.ts";
import type { CertificateProblem } from "../xmpp/stream/transport.ts";
import { isWaivable, problemFor } from "./problems.ts";
import type { RevocationChecker } from "./revocation-checker.ts";
import { RevocationEvidence, type Link, type LinkCheck } from "./revocation-evidence.ts";
import type { RevocationMode } from "./trust-rules.ts";

export interface ChainQuestion {
  readonly leaf: Certificate;
  /** What came with it, in any order. */
  readonly others: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly domain: string;
  readonly staple: Uint8Array | null;
  readonly revocation: RevocationMode;
  readonly isDistrusted: (certificate: Certificate) => boolean;
  /** Whether what a chain below an anchor names may be inside the own network. */
  readonly mayAskInside: (anchor: Certificate) => boolean;
}

export interface ChainFindings {
  /** The path that was found or came closest, from the leaf up. */
  readonly path: readonly Certificate[];
  readonly problems: ReadonlySet<CertificateProblem>;
  /** For the log. */
  readonly details: readonly string[];
  readonly checks: readonly LinkCheck[];
  /** What the certificate is for. */
  readonly names: readonly Identifier[];
}

export interface ChainJudgeOptions {
  readonly clock: Clock;
  /** null where nothing is kept and nothing fetched. */
  readonly checker: RevocationChecker | null;
}

export class ChainJudge {
  readonly #options: ChainJudgeOptions;

  constructor(options: ChainJudgeOptions) {
    this.#options = options;
  }

  async judge(question: ChainQuestion): Promise<ChainFindings> {
    const { leaf, others, anchors, domain, isDistrusted } = question;
    const evidence = new RevocationEvidence([...others, ...anchors]);
    const presented = [leaf, ...others];
    const { staple } = question;
    if (staple)
      evidence.addAnswer(leaf.fingerprint, { via: "staple", response: staple, nonce: null });
    const verdict = await this.#validate(question, evidence, presented);
    const path = verdict.certificates;
    const { match, found } = matchServerName(leaf, { domain, service: "xmpp-client" });
    const pathProblems = verdict.isValid ? [] : verdict.problems;
    const problems = new Set(pathProblems.map(({ kind }) => problemFor(kind)));
    if (!match) problems.add("other-domain");
    if ([...presented, ...path].some((each) => isDistrusted(each))) problems.add("distrusted");
    if (this.#isRevokedAnyway(path, evidence)) problems.add("revoked");
    if (this.#lacksStaple(question, path, evidence)) problems.add("staple-missing");
    return {
      path,
      problems,
      details: pathProblems.map(describeProblem),
      checks: evidence.checksOf(path),
      names: found,
    };
  }

  async #validate(
    question: ChainQuestion,
    evidence: RevocationEvidence,
    presented: readonly Certificate[],
  ): Promise<PathVerdict> {
    const { checker, clock } = this.#options;
    const { revocation, mayAskInside } = question;
    const due = checker ? await checker.addKept(evidence, presented) : new Set<string>();
    const strict = (): PathVerdict => this.#path(question, evidence, "unknown");
    let verdict = strict();
    const mayBePrivate = (link: Link): boolean => mayAskInside(link.anchor);
    if (checker && revocation !== "off") {
      const end = clock.monotonicMs() + trustLimits.fetchMs;
      for (let round = 0; round < trustLimits.fetchRoundsMax; round++) {
        const { missing } = evidence;
        const leftMs = end - clock.monotonicMs();
        if (missing.length === 0 || leftMs <= 0 || !isWorthAsking(verdict)) break;
        if (!(await checker.fetch(evidence, missing, mayBePrivate, leftMs))) break;
        verdict = strict();
      }
      if (due.size > 0 && verdict.isValid) {
        const links = linksOf(verdict.certificates).filter(({ certificate }) =>
          due.has(certificate.fingerprint),
        );
        checker.refresh(evidence.signers, links, mayBePrivate);
      }
    }
    if (revocation === "off") {
      for (const { certificate } of evidence.missing) {
        evidence.addReason(certificate.fingerprint, "switched-off");
      }
    }
    return revocation === "hard" ? verdict : this.#path(question, evidence, "good");
  }

  #path(
    { leaf, others, anchors }: ChainQuestion,
    evidence: RevocationEvidence,
    unknownIs: "good" | "unknown",
  ): PathVerdict {
    return validatePath({
      leaf,
      intermediates: others,
      anchors: anchors.map((certificate) => ({ certificate })),
      at: this.#options.clock.now(),
      purpose: "serverAuth",
      revocation: evidence.source(unknownIs),
    });
  }

  /** A chain that leads to nobody who is trusted may still be known to be revoked by who issued it. */
  #isRevokedAnyway(path: readonly Certificate[], evidence: RevocationEvidence): boolean {
    const source = evidence.source("good");
    const at = this.#options.clock.now();
    return linksOf(path).some(({ certificate, issuer, anchor }) => {
      const isTrustedSigner = (signer: Certificate): boolean =>
        path.some(({ fingerprint }) => fingerprint === signer.fingerprint);
      const context = { at, path, anchor, isTrustedSigner };
      return source.status(certificate, issuer, context).kind === "revoked";
    });
  }

  /** RFC 7633 §4: a server that promises a proof and shows none may be hiding something, also where not
   *  knowing does no harm otherwise. */
  #lacksStaple(
    { leaf, revocation }: ChainQuestion,
    path: readonly Certificate[],
    evidence: RevocationEvidence,
  ): boolean {
    if (!leaf.mustStaple || revocation === "off") return false;
    const [, issuer] = path;
    if (!issuer) return true;
    return !evidence.isGoodBy("staple", leaf, issuer, this.#options.clock.now());
  }
}

/** Nobody is asked about a chain that is refused anyway. */
function isWorthAsking(verdict: PathVerdict): boolean {
  return verdict.isValid || verdict.problems.every(({ kind }) => isWaivable(problemFor(kind)));
}

function linksOf(path: readonly Certificate[]): Link[] {
  const anchor = path.at(-1);
  if (!anchor) return [];
  return path.slice(0, -1).flatMap((certificate, index) => {
    const issuer = path[index + 1];
    return issuer ? [{ certificate, issuer, anchor }] : [];
  });
}

function describeProblem({ kind, detail, index }: PathProblem): string {
  return `${kind} at ${index} (${detail})`;
}
