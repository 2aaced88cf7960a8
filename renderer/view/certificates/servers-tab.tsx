/** Every server: how it was checked last, what was let pass, and which key it must have. */

import ChevronRight from "lucide-solid/icons/chevron-right";
import KeyRound from "lucide-solid/icons/key-round";
import ShieldAlert from "lucide-solid/icons/shield-alert";
import ShieldCheck from "lucide-solid/icons/shield-check";
import ShieldQuestionMark from "lucide-solid/icons/shield-question-mark";
import ShieldX from "lucide-solid/icons/shield-x";
import {
  createMemo,
  createResource,
  createSignal,
  For,
  onCleanup,
  Show,
  type Accessor,
  type JSX,
} from "solid-js";
import { Dynamic } from "solid-js/web";
import type {
  CertificateSummary,
  DecisionView,
  ExceptionView,
  PinView,
  ServerTrustView,
} from "../../../app/contract/trust.ts";
import type { AccountView } from "../../../app/contract/views.ts";
import { checkSentence, problemList, shortFingerprint } from "../../text/certificate-terms.ts";
import { text } from "../../text/index.ts";
import { dateOnly, exactTime, timeFrom } from "../../text/time.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/pane.tsx";
import { useProgram } from "../../ui/program-context.ts";
import type { TabProps } from "./certificates-dialog.tsx";
import styles from "./servers-tab.module.css";

const words = text.certificates.servers;
const clockMs = 30_000;

/** A server of an account, known by name only until it is connected to. */
type Row = ServerTrustView | { readonly domain: string };
type State = "trusted" | "byException" | "refused" | "unknown";

const signs = {
  trusted: ShieldCheck,
  byException: ShieldAlert,
  refused: ShieldX,
  unknown: ShieldQuestionMark,
} satisfies Record<State, unknown>;

export function ServersTab(props: TabProps): JSX.Element {
  const { accounts, bridge } = useProgram();
  // A decision is made when an account connects, which nothing about trust tells.
  const connections = createMemo(() =>
    accounts
      .all()
      .map(({ id, connection }) => `${id} ${connection.kind}`)
      .join(),
  );
  const [servers] = createResource(
    () => props.page.trust() && [props.page.trust(), connections()],
    async (): Promise<readonly ServerTrustView[]> => {
      const reply = await bridge.call("trust", "servers");
      return reply.ok ? reply.value : [];
    },
  );
  const rows = (): Row[] => {
    const known = servers.latest ?? [];
    const domains = accounts.all().map(({ address }) => domainOf(address));
    const others = [...new Set(domains)].filter(
      (domain) => !known.some((server) => server.domain === domain),
    );
    return [...known, ...others.map((domain) => ({ domain }))];
  };
  const now = makeClock();
  return (
    <>
      <p class={styles["hint"]}>{words.hint}</p>
      <Show when={servers.latest}>
        <ul class={styles["servers"]} aria-label={text.certificates.tabs.servers}>
          <For each={rows()} fallback={<Empty title={words.empty} hint={words.emptyHint} />}>
            {(row) => <ServerCard row={row} page={props.page} now={now} />}
          </For>
        </ul>
      </Show>
    </>
  );
}

interface CardProps extends TabProps {
  readonly now: Accessor<number>;
}

function ServerCard(props: CardProps & { readonly row: Row }): JSX.Element {
  const { accounts, bridge } = useProgram();
  const server = (): ServerTrustView | null => ("host" in props.row ? props.row : null);
  const state = (): State => stateOf(server()?.decision ?? null);
  const users = (): AccountView[] =>
    accounts.all().filter(({ address }) => domainOf(address) === props.row.domain);
  const addresses = (): string =>
    users()
      .map(({ address }) => address)
      .join(", ");
  // Where a certificate is refused, an account does not try again by itself.
  const tryAgain = (): void => {
    for (const { id } of users()) void props.page.attempt(bridge.call("accounts", "reconnect", id));
  };
  return (
    <li class={styles["server"]} aria-label={props.row.domain}>
      <div class={styles["head"]}>
        <span class={styles["sign"]} data-state={state()} aria-hidden="true">
          <Dynamic component={signs[state()]} size={22} />
        </span>
        <div>
          <h3>{props.row.domain}</h3>
          <p class={styles["hint"]}>
            {[server() && words.place(server()?.host ?? "", server()?.port ?? 0), addresses()]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </div>
        <div class={styles["state"]} data-state={state()}>
          <p>{words[state()]}</p>
          <Show
            when={server()?.decision}
            fallback={<p class={styles["hint"]}>{words.notConnected}</p>}
          >
            {(decision) => (
              <p class={styles["hint"]} title={exactTime(decision().at)}>
                {words.decided(timeFrom(decision().at, props.now()))}
              </p>
            )}
          </Show>
          <Show when={state() === "refused" && users().length > 0}>
            <Button kind="quiet" onClick={tryAgain}>
              {text.connection.retryNow}
            </Button>
          </Show>
        </div>
      </div>
      <Show when={server()?.decision}>
        {(decision) => (
          <Decision
            domain={props.row.domain}
            decision={decision()}
            page={props.page}
            now={props.now}
          />
        )}
      </Show>
      <Show when={server()?.exception}>
        {(exception) => (
          <Exception domain={props.row.domain} exception={exception()} page={props.page} />
        )}
      </Show>
      <Show when={server()?.pin}>
        {(pin) => <Pin domain={props.row.domain} pin={pin()} page={props.page} />}
      </Show>
    </li>
  );
}

/** The chain that the server proved itself with, and how each of it was checked. */
function Decision(
  props: CardProps & { readonly domain: string; readonly decision: DecisionView },
): JSX.Element {
  const fingerprints = (): string[] => props.decision.chain.map(({ fingerprint }) => fingerprint);
  const check = ({ issuer, validTo }: CertificateSummary, index: number): string => {
    const { chain, checks, isTrusted } = props.decision;
    const made = checks[index];
    // The last of a chain has no check: it is trusted here.
    const isAnchor = isTrusted && index > 0 && index === chain.length - 1;
    if (made || isAnchor) return checkSentence(made ?? null, props.now());
    return text.certificates.check.about(issuer, dateOnly(validTo));
  };
  return (
    <>
      <Show when={props.decision.problems.length > 0}>
        <p class={styles["problems"]}>{problemList(props.decision.problems)}</p>
      </Show>
      <ul class={styles["chain"]} aria-label={words.chain(props.domain)}>
        <For each={props.decision.chain}>
          {(certificate, index) => (
            <li>
              <button
                type="button"
                aria-current={
                  props.page.opened()?.fingerprint === certificate.fingerprint ? "true" : undefined
                }
                onClick={() => {
                  props.page.open(certificate.fingerprint, fingerprints());
                }}
              >
                <span class={styles["text"]}>
                  <span class={styles["name"]}>{certificate.subject}</span>
                  <span class={styles["hint"]}>{check(certificate, index())}</span>
                </span>
                <ChevronRight size={16} aria-hidden="true" />
              </button>
            </li>
          )}
        </For>
      </ul>
    </>
  );
}

function Exception(
  props: TabProps & { readonly domain: string; readonly exception: ExceptionView },
): JSX.Element {
  const { bridge } = useProgram();
  const { since, until, forever } = words;
  const span = (): string => {
    const { createdAt, expiresAt } = props.exception;
    const end = expiresAt === null ? forever : until(dateOnly(expiresAt));
    return `${since(dateOnly(createdAt))}, ${end}.`;
  };
  return (
    <section class={styles["kept"]} aria-label={words.exception}>
      <ShieldAlert size={18} aria-hidden="true" />
      <div>
        <h4>{words.exception}</h4>
        <p>{words.exceptionFor(problemList(props.exception.problems))}</p>
        <p class={styles["hint"]}>
          {words.exceptionCovers(shortFingerprint(props.exception.fingerprint))} {span()}
        </p>
      </div>
      <Button
        aria-label={words.removeException(props.domain)}
        onClick={() =>
          void props.page.attempt(
            bridge.call("trust", "removeException", props.exception.id),
            words.exceptionRemoved(props.domain),
          )
        }
      >
        {text.common.remove}
      </Button>
    </section>
  );
}

function Pin(props: TabProps & { readonly domain: string; readonly pin: PinView }): JSX.Element {
  const { bridge } = useProgram();
  return (
    <section class={styles["kept"]} aria-label={words.pin}>
      <KeyRound size={18} aria-hidden="true" />
      <div>
        <h4>{words.pin}</h4>
        <p>{words.pinCovers(shortFingerprint(props.pin.fingerprint))}</p>
        <p class={styles["hint"]}>{words.firstSeen(dateOnly(props.pin.firstSeen))}</p>
      </div>
      <Button
        aria-label={words.forgetPin(props.domain)}
        onClick={() =>
          void props.page.attempt(
            bridge.call("trust", "removePin", props.pin.id),
            words.pinForgotten(props.domain),
          )
        }
      >
        {words.forget}
      </Button>
    </section>
  );
}

function stateOf(decision: DecisionView | null): State {
  if (!decision) return "unknown";
  if (!decision.isTrusted) return "refused";
  return decision.isByException ? "byException" : "trusted";
}

function domainOf(address: string): string {
  return address.slice(address.indexOf("@") + 1);
}

/** For "3 minutes ago": late by half a minute at most. */
function makeClock(): Accessor<number> {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), clockMs);
  onCleanup(() => {
    clearInterval(timer);
  });
  return now;
}
