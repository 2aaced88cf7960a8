/** The decision: who is distrusted, what is wrong with the chain, what was remembered of the server, and what
 *  a person let pass. Exceptions and remembered keys never make an authority of a server's certificate. */

import type { SecureContext } from "node:tls";
import type { Clock } from "../base/clock.ts";
import { drop } from "../base/drop.ts";
import type { Undo } from "../base/event.ts";
import { trustLimits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { parseCertificate, type Certificate } from "../pki/x509/certificate.ts";
import type { ServerPlace } from "../store/queries/trust.ts";
import type { CertificateProblem } from "../xmpp/stream/transport.ts";
import type { BuiltInAnchors } from "./built-in-anchors.ts";
import { spkiOf, toNewCertificate } from "./certificate-name.ts";
import { ChainJudge, type ChainFindings } from "./chain-judge.ts";
import type { ClientIdentity } from "./client-identity.ts";
import type { PresentedServer, TrustGate, Verdict } from "./gate.ts";
import { inOrder, isWaivable } from "./problems.ts";
import type { Questions } from "./questions.ts";
import type { RevocationChecker } from "./revocation-checker.ts";
import { disagreement } from "./second-opinion.ts";
import { makeTlsContext } from "./tls-context.ts";
import type { TrustBook } from "./trust-book.ts";
import type { TrustRules } from "./trust-rules.ts";

export interface CertificateGateOptions {
  readonly book: TrustBook;
  readonly builtIn: BuiltInAnchors;
  readonly questions: Questions;
  /** null: nothing is kept about revocation and nothing fetched. */
  readonly checker: RevocationChecker | null;
  /** Of this moment. */
  readonly rules: () => TrustRules;
  readonly clock: Clock;
  readonly log: Log;
}

/** What was decided about a server last. */
export interface Decision extends ServerPlace {
  readonly at: number;
  readonly verdict: Verdict;
  /** From the leaf up. */
  readonly path: readonly Certificate[];
  /** It has problems, which a person let pass. */
  readonly isByException: boolean;
}

export class CertificateGate implements TrustGate {
  readonly #options: CertificateGateOptions;
  readonly #judge: ChainJudge;
  readonly #open = new Set<{ readonly server: PresentedServer; readonly onRefused: () => void }>();
  readonly #decisions = new Map<string, Decision>();
  #context: SecureContext | null = null;
  #cancelRejudging: Undo | null = null;

  constructor(options: CertificateGateOptions) {
    this.#options = options;
    this.#judge = new ChainJudge(options);
  }

  context(identity: ClientIdentity | null = null): SecureContext {
    // The handshake takes a while: the authorities are read meanwhile.
    drop(this.#options.builtIn.load(), "reading the authorities", this.#options.log);
    if (identity) return makeTlsContext(identity);
    this.#context ??= makeTlsContext(null);
    return this.#context;
  }

  /** The last decision about each server, in no order. */
  get decisions(): readonly Decision[] {
    return [...this.#decisions.values()];
  }

  async judge(server: PresentedServer): Promise<Verdict> {
    const { domain, host, port } = server;
    const place = { domain, host, port };
    const [leaf, ...others] = readChain(server.chain);
    // What cannot be read has no key that an exception could be bound to.
    if (!leaf) return { isTrusted: false, problems: ["unusable"], question: null };
    const { clock, log, rules } = this.#options;
    const now = clock.now();
    const findings = await this.#find(server, leaf, others);
    const opinion = disagreement(
      server.libraryObjection,
      findings.path.length > 0 && findings.problems.size === 0,
    );
    if (opinion !== null) log.warn(`${host}:${port}: ${opinion}`);
    const previous = this.#previousOf(place, leaf, findings.problems, now);
    const problems = new Set(findings.problems);
    if (previous) problems.add("key-changed");
    const isByException =
      problems.size > 0 && this.#mayWaive(problems) && this.#hasWaived(place, leaf, problems, now);
    const isTrusted = problems.size === 0 || isByException;
    if (isTrusted && rules().remembersKeys && !this.#options.book.pinAt(place)) {
      await this.#options.book.pin(place, toNewCertificate(leaf), spkiOf(leaf), now);
    }
    const verdict: Verdict = isTrusted
      ? { isTrusted, checks: findings.checks }
      : this.#refuse(place, leaf, findings, inOrder(problems), previous);
    if (!isTrusted) {
      log.info(`${host}:${port} is refused: ${[...problems, ...findings.details].join(", ")}`);
    }
    this.#remember({ ...place, at: now, verdict, path: findings.path, isByException });
    return verdict;
  }

  watch(server: PresentedServer, onRefused: () => void): Undo {
    const entry = { server, onRefused };
    this.#open.add(entry);
    this.#scheduleRejudging();
    return () => {
      this.#open.delete(entry);
      if (this.#open.size === 0) {
        this.#cancelRejudging?.();
        this.#cancelRejudging = null;
      }
    };
  }

  /** What decides has changed: connections that are open are judged again, and closed where they would not
   *  be made any more. */
  async rejudge(): Promise<void> {
    for (const entry of this.#open) {
      const verdict = await this.judge(entry.server);
      // Meanwhile it may have ended.
      if (!verdict.isTrusted && this.#open.has(entry)) entry.onRefused();
    }
  }

  #scheduleRejudging(): void {
    const { clock, log } = this.#options;
    this.#cancelRejudging ??= clock.after(trustLimits.rejudgeMs, () => {
      this.#cancelRejudging = null;
      drop(this.rejudge(), "judging open connections again", log);
      if (this.#open.size > 0) this.#scheduleRejudging();
    });
  }

  async #find(
    server: PresentedServer,
    leaf: Certificate,
    others: readonly Certificate[],
  ): Promise<ChainFindings> {
    const { builtIn, book, rules } = this.#options;
    await builtIn.load();
    const { authorities, distrusted, mayAskPrivateHosts, revocation } = rules();
    const names = new Set([leaf, ...others].map(({ issuer }) => issuer.key));
    const byPolicy = authorities.flatMap(({ der }) => readCertificate(der));
    const ours = [...byPolicy, ...book.imported].filter(({ subject }) => names.has(subject.key));
    const known = new Set(ours.map(({ fingerprint }) => fingerprint));
    const isDistrusted = (certificate: Certificate): boolean =>
      distrusted.has(certificate.fingerprint) || book.isDistrusted(certificate);
    const anchors = [...ours, ...builtIn.named(names)];
    const question = {
      leaf,
      others,
      domain: server.domain,
      staple: server.staple,
      revocation,
      isDistrusted,
      // Who imported an authority knows whose it is; who has bought a certificate may point anywhere.
      mayAskInside: ({ fingerprint }: Certificate) => mayAskPrivateHosts || known.has(fingerprint),
    };
    const trusted = anchors.filter((anchor) => !isDistrusted(anchor));
    const findings = await this.#judge.judge({ ...question, anchors: trusted });
    const barred = [...anchors.filter(isDistrusted), ...book.distrusted].filter(({ subject }) =>
      names.has(subject.key),
    );
    if (findings.problems.size === 0 || barred.length === 0) return findings;
    // Whether it is a distrusted authority that is missed: "unknown" would be the wrong word for it.
    const withAll = await this.#judge.judge({
      ...question,
      anchors: [...trusted, ...barred],
      revocation: "off",
    });
    return withAll.problems.has("distrusted") ? withAll : findings;
  }

  /** What this server had when it was trusted, where it has another key now. */
  #previousOf(
    place: ServerPlace,
    leaf: Certificate,
    problems: ReadonlySet<CertificateProblem>,
    now: number,
  ): Certificate | null {
    const { book, rules } = this.#options;
    const pin = rules().remembersKeys ? book.pinAt(place) : null;
    // A server that has become blameless needs no exception; another key is no reproach then.
    const exception = problems.size > 0 ? book.exceptionAt(place, now) : null;
    const spki = spkiOf(leaf);
    const known = [pin, exception].find((each) => each && each.spki !== spki);
    const record = known && book.find(known.certificate);
    const read = record ? parseCertificate(record.der) : null;
    return read?.ok ? read.value : null;
  }

  #hasWaived(
    place: ServerPlace,
    leaf: Certificate,
    problems: ReadonlySet<CertificateProblem>,
    now: number,
  ): boolean {
    return this.#options.book.hasWaived(place, leaf, problems, now);
  }

  #mayWaive(problems: ReadonlySet<CertificateProblem>): boolean {
    return this.#refusedBy(problems) === null;
  }

  #refusedBy(problems: ReadonlySet<CertificateProblem>): "policy" | "problem" | null {
    const { mayMakeExceptions, isRevocationByPolicy } = this.#options.rules();
    if (![...problems].every(isWaivable)) return "problem";
    if (!mayMakeExceptions) return "policy";
    return isRevocationByPolicy && problems.has("revocation-unknown") ? "policy" : null;
  }

  #refuse(
    place: ServerPlace,
    leaf: Certificate,
    { path, names }: ChainFindings,
    problems: readonly CertificateProblem[],
    previous: Certificate | null,
  ): Verdict {
    const refusedBy = this.#refusedBy(new Set(problems));
    const mayOnce = refusedBy === null;
    const question = this.#options.questions.ask({
      place,
      leaf,
      path,
      problems,
      names,
      previous,
      refusedBy,
      mayOnce,
      // Always would be: never ask about this certificate again.
      mayAlways: mayOnce && !problems.includes("revocation-unknown"),
    });
    return { isTrusted: false, problems, question };
  }

  #remember(decision: Decision): void {
    const key = `${decision.domain} ${decision.host} ${decision.port}`;
    this.#decisions.delete(key);
    this.#decisions.set(key, decision);
    const [oldest] = this.#decisions.keys();
    if (this.#decisions.size > trustLimits.exceptionsMax && oldest !== undefined) {
      this.#decisions.delete(oldest);
    }
  }
}

/** Those that can be read; none where the leaf cannot. */
function readChain([first, ...others]: readonly Uint8Array[]): Certificate[] {
  const leaf = first ? readCertificate(first) : [];
  const rest = others.slice(0, trustLimits.presentedMax - 1).flatMap(readCertificate);
  return leaf.length > 0 ? [...leaf, ...rest] : [];
}

function readCertificate(der: Uint8Array): Certificate[] {
  const read = parseCertificate(der);
  return read.ok ? [read.value] : [];
}
