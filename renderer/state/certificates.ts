/** What the page with all certificates knows, as long as it is open: trust, which of its certificates is looked
 *  at, and what came of the last thing that was done. */

import { createSignal, onCleanup, type Accessor } from "solid-js";
import type { AppError, Reply } from "../../app/contract/problems.ts";
import type { Page } from "../../app/contract/services.ts";
import type { AuthorityRow, CertificateDetails, TrustView } from "../../app/contract/trust.ts";
import type { IdentityView } from "../../app/contract/views.ts";
import type { Bridge } from "../bridge.ts";
import type { AccountsState } from "./accounts.ts";

/** A certificate that is looked at, and those that belong to it, from a server's up. */
export interface OpenCertificate {
  readonly fingerprint: string;
  readonly chain: readonly string[];
}

/** What was done last, and how it is undone. */
export interface Outcome {
  readonly sentence: string;
  readonly undo: (() => void) | null;
}

export interface CertificatesState {
  /** null until it has arrived. */
  readonly trust: Accessor<TrustView | null>;
  readonly opened: Accessor<OpenCertificate | null>;
  /** @param chain where it is known already; else the one that the program knows is shown */
  readonly open: (fingerprint: string, chain?: readonly string[]) => void;
  readonly close: () => void;
  readonly error: Accessor<AppError | null>;
  readonly outcome: Accessor<Outcome | null>;
  /** Waits for a call and remembers why it failed, or says what it did. @returns whether it succeeded */
  readonly attempt: (
    call: Promise<Reply<unknown>>,
    sentence?: string,
    undo?: () => void,
  ) => Promise<boolean>;
  /** Forgets error and outcome. */
  readonly settle: () => void;
}

/** Long enough to read it and to change one's mind. */
const outcomeMs = 12_000;

/** To be made within a component: it stops following when that is gone. */
export function makeCertificates(bridge: Bridge): CertificatesState {
  const [trust, setTrust] = createSignal<TrustView | null>(null);
  const [opened, setOpened] = createSignal<OpenCertificate | null>(null);
  const [error, setError] = createSignal<AppError | null>(null);
  const [outcome, setOutcome] = createSignal<Outcome | null>(null);
  let isGone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => {
    isGone = true;
    clearTimeout(timer);
  });
  const load = async (): Promise<void> => {
    const reply = await bridge.call("trust", "get");
    if (!reply.ok || isGone) return;
    setTrust(reply.value.value);
    const askAgain = (): void => {
      if (!isGone) void load();
    };
    bridge.follow("trust", reply.value.number, setTrust, askAgain);
  };
  void load();
  return {
    trust,
    opened,
    open: (fingerprint, chain = [fingerprint]) => setOpened({ fingerprint, chain }),
    close: () => setOpened(null),
    error,
    outcome,
    attempt: async (call, sentence, undo) => {
      const reply = await call;
      setError(reply.ok ? null : reply.error);
      const isWorthSaying = reply.ok && sentence !== undefined;
      setOutcome(isWorthSaying ? { sentence, undo: undo ?? null } : null);
      clearTimeout(timer);
      timer = setTimeout(() => setOutcome(null), outcomeMs);
      return reply.ok;
    },
    settle: () => {
      setError(null);
      setOutcome(null);
    },
  };
}

/** All authorities that match. There are hundreds, and they come in pages. */
export async function allAuthorities(
  bridge: Bridge,
  filter: string,
): Promise<readonly AuthorityRow[]> {
  const all: AuthorityRow[] = [];
  let hasMore = true;
  while (hasMore) {
    const after = all.at(-1)?.fingerprint ?? null;
    const reply: Reply<Page<AuthorityRow>> = await bridge.call(
      "trust",
      "authorities",
      filter,
      after,
    );
    if (!reply.ok) return all;
    all.push(...reply.value.rows);
    hasMore = reply.value.hasMore && reply.value.rows.length > 0;
  }
  return all;
}

export type AuthorityColumn = "name" | "source" | "expiresAt";

export interface AuthorityOrder {
  readonly column: AuthorityColumn;
  readonly isDescending: boolean;
}

/** Those that are equal in a column stay in the order of their names. */
export function sortAuthorities(
  rows: readonly AuthorityRow[],
  { column, isDescending }: AuthorityOrder,
): AuthorityRow[] {
  const sign = isDescending ? -1 : 1;
  return [...rows].toSorted(
    (a, b) => sign * compareIn[column](a, b) || byName.compare(a.subject, b.subject),
  );
}

const byName = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });
const sources: readonly AuthorityRow["source"][] = ["policy", "imported", "built-in"];

const compareIn: Readonly<Record<AuthorityColumn, (a: AuthorityRow, b: AuthorityRow) => number>> = {
  name: (a, b) => byName.compare(a.subject, b.subject),
  source: (a, b) => sources.indexOf(a.source) - sources.indexOf(b.source),
  expiresAt: (a, b) => a.expiresAt - b.expiresAt,
};

/** A certificate and those of its chain, as far as they are known. null: it is not here any more.
 *  @param chain what the certificate was seen in; the chain that the program knows, where it is longer */
export async function certificateChain(
  bridge: Bridge,
  { fingerprint, chain }: OpenCertificate,
): Promise<{
  readonly certificate: CertificateDetails;
  readonly chain: readonly CertificateDetails[];
} | null> {
  const reply = await bridge.call("trust", "details", fingerprint);
  if (!reply.ok) return null;
  const certificate = reply.value;
  const isLonger = certificate.chain.length > chain.length || !chain.includes(fingerprint);
  const wanted = isLonger ? certificate.chain : chain;
  const found: CertificateDetails[] = [];
  // One after the other: only so many calls may run at once, and a chain is short.
  for (const each of wanted) {
    if (each === fingerprint) {
      found.push(certificate);
      continue;
    }
    const other = await bridge.call("trust", "details", each);
    if (other.ok) found.push(other.value);
  }
  return { certificate, chain: found };
}

/** The addresses of the accounts that sign in with a certificate. */
export function addressesOfUsers(accounts: AccountsState, { usedBy }: IdentityView): string {
  return usedBy.flatMap((id) => accounts.find(id)?.address ?? []).join(", ");
}
