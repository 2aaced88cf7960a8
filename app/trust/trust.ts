/** Trust as the rest of the program sees it: the gate, and what people may ask and change about it. */

import type { Clock } from "../base/clock.ts";
import { drop } from "../base/drop.ts";
import type { Log } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { AppError } from "../contract/problems.ts";
import { contractLimits } from "../contract/limits.ts";
import type { Page } from "../contract/services.ts";
import type {
  AuthorityRow,
  AuthoritySource,
  CertificateDetails,
  DistrustedRow,
  QuestionChoice,
  QuestionView,
  ServerTrustView,
  TrustView,
} from "../contract/trust.ts";
import { parseCertificate, type Certificate } from "../pki/x509/certificate.ts";
import { BuiltInAnchors } from "./built-in-anchors.ts";
import { detailsOf } from "./certificate-details.ts";
import { displayName, fullName, spkiOf, toNewCertificate } from "./certificate-name.ts";
import { CrlFiles } from "./crl-files.ts";
import { Questions } from "./questions.ts";
import { RevocationChecker } from "./revocation-checker.ts";
import { RevocationFetcher } from "./revocation-fetcher.ts";
import { TrustBook, type TrustStore } from "./trust-book.ts";
import { CertificateGate } from "./trust-gate.ts";
import type { TrustRules } from "./trust-rules.ts";
import { questionView, serverViews } from "./trust-views.ts";
import type { Web } from "./web-fetch.ts";

/** What is needed to find out whether certificates are revoked. */
export interface RevocationAccess {
  readonly web: Web;
  /** For lists, beside the database. */
  readonly folder: string;
  /** The script of the thread that reads lists. */
  readonly crlScript: string | URL;
}

export interface TrustOptions {
  readonly store: TrustStore;
  readonly rules: () => TrustRules;
  /** null: nothing is fetched. */
  readonly revocation: RevocationAccess | null;
  readonly builtIn?: BuiltInAnchors;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Something about trust is different now. */
  onChange(view: TrustView): void;
}

interface FoundAuthority {
  readonly row: AuthorityRow;
  /** In lower case. */
  readonly searchText: string;
}

export class Trust {
  readonly gate: CertificateGate;
  readonly #options: TrustOptions;
  readonly #book: TrustBook;
  readonly #builtIn: BuiltInAnchors;
  readonly #questions: Questions;
  #revision = 0;

  private constructor(options: TrustOptions) {
    const { store, rules, revocation, clock, log, random } = options;
    this.#options = options;
    this.#book = new TrustBook(store);
    this.#builtIn = options.builtIn ?? new BuiltInAnchors();
    this.#questions = new Questions(random);
    const checker =
      revocation &&
      new RevocationChecker({
        store,
        fetcher: new RevocationFetcher(revocation.web, clock),
        files: new CrlFiles({
          store,
          folder: revocation.folder,
          script: revocation.crlScript,
          clock,
          log,
        }),
        clock,
        log,
      });
    this.gate = new CertificateGate({
      book: this.#book,
      builtIn: this.#builtIn,
      questions: this.#questions,
      checker,
      rules,
      clock,
      log,
    });
    this.#book.changed(() => {
      this.#onChange();
    });
  }

  static async load(options: TrustOptions): Promise<Trust> {
    const trust = new Trust(options);
    await trust.#book.load();
    return trust;
  }

  get view(): TrustView {
    const { revocation, isRevocationByPolicy, mayMakeExceptions, remembersKeys } =
      this.#options.rules();
    const revision = this.#revision;
    return { revocation, isRevocationByPolicy, mayMakeExceptions, remembersKeys, revision };
  }

  /** Settings or imported authorities have changed. */
  async reload(): Promise<void> {
    await this.#book.load();
    this.#onChange();
  }

  question(id: string): Result<QuestionView, AppError> {
    const question = this.#questions.find(id);
    return question ? success(questionView(id, question)) : failure({ kind: "not-found" });
  }

  /** What a person says to a question. Whoever waits for it tries again then. */
  async decide(id: string, choice: QuestionChoice): Promise<Result<null, AppError>> {
    const question = this.#questions.find(id);
    if (!question) return failure({ kind: "not-found" });
    if (choice === "cancel") return success(null);
    const { place, leaf, problems } = question;
    const { mayMakeExceptions } = this.#options.rules();
    const isAllowed = choice === "once" ? question.mayOnce : question.mayAlways;
    // The settings may have changed since the question was asked.
    if (!isAllowed || !mayMakeExceptions) return failure({ kind: "set-by-policy" });
    if (choice === "once") {
      this.#book.acceptOnce(place, leaf, new Set(problems));
    } else {
      await this.#book.accept({
        place,
        certificate: toNewCertificate(leaf),
        spki: spkiOf(leaf),
        boundTo: "certificate",
        // From here on this is the key that is known.
        problems: problems.filter((problem) => problem !== "key-changed"),
        expiresAt: null,
        now: this.#options.clock.now(),
      });
    }
    this.#questions.close(id);
    return success(null);
  }

  /** Authorities whose name or fingerprint has `filter` in it, by name, from behind a fingerprint on. */
  async authorities(filter: string, after: string | null): Promise<Page<AuthorityRow>> {
    await this.#builtIn.load();
    const wanted = filter.trim().toLowerCase();
    const hexadecimal = wanted.replaceAll(/[\s:]/g, "");
    const rows = this.#allAuthorities()
      .filter(
        ({ searchText, row }) =>
          searchText.includes(wanted) ||
          (hexadecimal !== "" && row.fingerprint.startsWith(hexadecimal)),
      )
      .map(({ row }) => row)
      .toSorted(
        (one, other) =>
          one.subject.localeCompare(other.subject) ||
          one.fingerprint.localeCompare(other.fingerprint),
      );
    const start = rows.findIndex(({ fingerprint }) => fingerprint === after) + 1;
    const page = rows.slice(start, start + contractLimits.rowsPerPageMax);
    return { rows: page, hasMore: start + page.length < rows.length };
  }

  servers(): readonly ServerTrustView[] {
    return serverViews(this.#book, this.gate.decisions);
  }

  async distrusted(): Promise<readonly DistrustedRow[]> {
    await this.#builtIn.load();
    const own = this.#book.certificates
      .filter(({ kind }) => kind === "distrusted")
      .map(({ fingerprint, subject, expiresAt }) => ({
        fingerprint,
        subject,
        expiresAt,
        isByPolicy: false,
      }));
    const byPolicy = [...this.#options.rules().distrusted].map((fingerprint) => {
      const known = this.#builtIn.find(fingerprint);
      const { subject = fingerprint, expiresAt = 0 } = known ?? {};
      return { fingerprint, subject, expiresAt, isByPolicy: true };
    });
    const forced = new Set(byPolicy.map(({ fingerprint }) => fingerprint));
    return [...byPolicy, ...own.filter(({ fingerprint }) => !forced.has(fingerprint))];
  }

  async details(fingerprint: string): Promise<Result<CertificateDetails, AppError>> {
    await this.#builtIn.load();
    const certificate = this.#find(fingerprint);
    if (!certificate) return failure({ kind: "not-found" });
    return success({
      ...detailsOf(certificate),
      chain: this.#chainOf(certificate),
      isDistrusted: this.#isDistrusted(certificate),
      source: this.#sourceOf(fingerprint),
    });
  }

  async distrust(fingerprint: string): Promise<Result<null, AppError>> {
    await this.#builtIn.load();
    const certificate = this.#find(fingerprint);
    if (!certificate) return failure({ kind: "not-found" });
    const isBuiltIn = this.#builtIn.find(fingerprint) !== null;
    const { clock } = this.#options;
    await this.#book.distrust(toNewCertificate(certificate), isBuiltIn, clock.now());
    return success(null);
  }

  async restore(fingerprint: string): Promise<Result<null, AppError>> {
    if (this.#options.rules().distrusted.has(fingerprint)) {
      return failure({ kind: "set-by-policy" });
    }
    if (this.#book.find(fingerprint)?.kind !== "distrusted") return failure({ kind: "not-found" });
    await this.#book.restore(fingerprint);
    return success(null);
  }

  async removeException(id: number): Promise<Result<null, AppError>> {
    if (!this.#book.exceptions.some((each) => each.id === id))
      return failure({ kind: "not-found" });
    await this.#book.removeException(id);
    return success(null);
  }

  async removePin(id: number): Promise<Result<null, AppError>> {
    if (!this.#book.pins.some((each) => each.id === id)) return failure({ kind: "not-found" });
    await this.#book.removePin(id);
    return success(null);
  }

  #onChange(): void {
    this.#revision++;
    this.#options.onChange(this.view);
    drop(this.gate.rejudge(), "judging open connections again", this.#options.log);
  }

  /** Those that are trusted now, each once. */
  #allAuthorities(): FoundAuthority[] {
    const found = new Map<string, FoundAuthority>();
    for (const { fingerprint, subject, expiresAt, searchText } of this.#builtIn.all) {
      const row = { fingerprint, subject, expiresAt, source: "built-in" } as const;
      found.set(fingerprint, { row, searchText });
    }
    const add = (
      { fingerprint, subject, notAfter }: Certificate,
      source: AuthoritySource,
    ): void => {
      const row = { fingerprint, subject: displayName(subject), expiresAt: notAfter, source };
      found.set(fingerprint, { row, searchText: fullName(subject).toLowerCase() });
    };
    for (const certificate of this.#book.imported) add(certificate, "imported");
    for (const certificate of this.#byPolicy()) add(certificate, "policy");
    for (const { fingerprint } of this.#book.distrusted) found.delete(fingerprint);
    for (const fingerprint of this.#options.rules().distrusted) found.delete(fingerprint);
    return [...found.values()];
  }

  #byPolicy(): Certificate[] {
    return this.#options.rules().authorities.flatMap(({ der }) => readCertificate(der));
  }

  /** Everything that a person can have seen: authorities, what is in the book, chains of servers. */
  #find(fingerprint: string): Certificate | null {
    const der =
      this.#book.find(fingerprint)?.der ??
      this.#builtIn.find(fingerprint)?.der ??
      this.#options.rules().authorities.find((each) => each.fingerprint === fingerprint)?.der;
    if (der) return readCertificate(der)[0] ?? null;
    const seen = this.gate.decisions.flatMap(({ path }) => path);
    return seen.find((each) => each.fingerprint === fingerprint) ?? null;
  }

  #chainOf(certificate: Certificate): string[] {
    for (const { path } of this.gate.decisions) {
      const at = path.findIndex(({ fingerprint }) => fingerprint === certificate.fingerprint);
      if (at >= 0) return path.slice(at).map(({ fingerprint }) => fingerprint);
    }
    return [certificate.fingerprint];
  }

  #isDistrusted(certificate: Certificate): boolean {
    const { distrusted } = this.#options.rules();
    return distrusted.has(certificate.fingerprint) || this.#book.isDistrusted(certificate);
  }

  #sourceOf(fingerprint: string): CertificateDetails["source"] {
    if (this.#byPolicy().some((each) => each.fingerprint === fingerprint)) return "policy";
    if (this.#book.find(fingerprint)?.origin === "imported") return "imported";
    return this.#builtIn.find(fingerprint) ? "built-in" : "server";
  }
}

function readCertificate(der: Uint8Array): Certificate[] {
  const read = parseCertificate(der);
  return read.ok ? [read.value] : [];
}
