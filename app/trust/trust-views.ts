/** What the page is told: plain data made from questions, decisions and the book. */

import type {
  CheckView,
  DecisionView,
  ExceptionView,
  PinView,
  QuestionView,
  ServerTrustView,
} from "../contract/trust.ts";
import type { CertificateProblem } from "../contract/problems.ts";
import type { ExceptionRecord, PinRecord, ServerPlace } from "../store/queries/trust.ts";
import { summaryOf } from "./certificate-details.ts";
import type { OpenQuestion } from "./questions.ts";
import type { LinkCheck } from "./revocation-evidence.ts";
import { isSamePlace, type TrustBook } from "./trust-book.ts";
import type { Decision } from "./trust-gate.ts";

/** No dialog has room for more. */
const namesMax = 100;

export function questionView(id: string, question: OpenQuestion): QuestionView {
  const { place, problems, leaf, names, previous, mayOnce, mayAlways, refusedBy } = question;
  return {
    id,
    ...place,
    problems,
    certificate: summaryOf(leaf),
    names: [...new Set(names.map(({ text }) => text))].slice(0, namesMax),
    previous: previous && summaryOf(previous),
    mayOnce,
    mayAlways,
    refusedBy,
  };
}

/** Every server that something is known about, in the order of domains. */
export function serverViews(book: TrustBook, decisions: readonly Decision[]): ServerTrustView[] {
  const places: ServerPlace[] = [];
  for (const { domain, host, port } of [...book.exceptions, ...book.pins, ...decisions]) {
    const place = { domain, host, port };
    if (!places.some((each) => isSamePlace(each, place))) places.push(place);
  }
  const find = <T extends ServerPlace>(among: readonly T[], place: ServerPlace): T | null =>
    among.find((each) => isSamePlace(each, place)) ?? null;
  return places
    .toSorted((one, other) => one.domain.localeCompare(other.domain) || one.port - other.port)
    .map((place) => {
      const exception = find(book.exceptions, place);
      const pin = find(book.pins, place);
      const decision = find(decisions, place);
      return {
        ...place,
        exception: exception && exceptionView(exception),
        pin: pin && pinView(pin),
        decision: decision && decisionView(decision),
      };
    });
}

function exceptionView(record: ExceptionRecord): ExceptionView {
  const { id, certificate, problems, createdAt, expiresAt } = record;
  // Written by this program, in the words of the contract.
  const known = problems as readonly CertificateProblem[];
  return { id, fingerprint: certificate, problems: known, createdAt, expiresAt };
}

function pinView({ id, certificate, firstSeen }: PinRecord): PinView {
  return { id, fingerprint: certificate, firstSeen };
}

function decisionView({ at, verdict, path, isByException }: Decision): DecisionView {
  return {
    at,
    isTrusted: verdict.isTrusted,
    isByException,
    problems: verdict.isTrusted ? [] : verdict.problems,
    chain: path.map(summaryOf),
    checks: verdict.isTrusted ? verdict.checks.map(checkView) : [],
  };
}

function checkView(check: LinkCheck): CheckView {
  return check.how === "none"
    ? { kind: "not-checked", why: check.why }
    : { kind: check.how, at: check.at };
}
