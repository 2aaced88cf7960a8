/** The certificates that the person signs in with. */

import { createSignal, For, Match, Show, Switch, type JSX } from "solid-js";
import type { IdentityView } from "../../../app/contract/views.ts";
import { addressesOfUsers } from "../../state/certificates.ts";
import { inPairs } from "../../text/certificate-terms.ts";
import { identityProblemSentence } from "../../text/identities.ts";
import { text } from "../../text/index.ts";
import { dateOnly } from "../../text/time.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/pane.tsx";
import { useProgram } from "../../ui/program-context.ts";
import { IdentityImportDialog } from "../identity-import-dialog.tsx";
import { Terms } from "./certificate-section.tsx";
import type { TabProps } from "./certificates-dialog.tsx";
import { CreateIdentityDialog } from "./create-identity-dialog.tsx";
import { ExportIdentityDialog } from "./export-identity-dialog.tsx";
import { RemoveIdentityDialog, RenameIdentityDialog } from "./identity-dialogs.tsx";
import listStyles from "./certificate-list.module.css";
import styles from "./identities-tab.module.css";

const words = text.certificates.own;

type Asked =
  | { readonly kind: "import" | "create" }
  | { readonly kind: "export" | "rename" | "remove"; readonly identity: IdentityView };

export function IdentitiesTab(props: TabProps): JSX.Element {
  const { identities } = useProgram();
  const [asked, setAsked] = createSignal<Asked | null>(null);
  const isAsked = (kind: Asked["kind"]): boolean => asked()?.kind === kind;
  const about = (kind: "export" | "rename" | "remove"): IdentityView | false => {
    const now = asked();
    return now?.kind === kind && now.identity;
  };
  const close = (): void => {
    setAsked(null);
  };
  return (
    <>
      <div class={listStyles["heading"]}>
        <p class={listStyles["hint"]}>{words.hint}</p>
        <div class={styles["buttons"]}>
          <Button onClick={() => setAsked({ kind: "import" })}>{words.import}</Button>
          <Button kind="primary" onClick={() => setAsked({ kind: "create" })}>
            {words.create}
          </Button>
        </div>
      </div>
      <Show
        when={identities.all().length > 0}
        fallback={<Empty title={words.empty} hint={words.emptyHint} />}
      >
        <ul class={styles["identities"]} aria-label={words.list}>
          <For each={identities.all()}>
            {(identity) => (
              <IdentityCard
                identity={identity}
                page={props.page}
                onAsk={(kind) => setAsked({ kind, identity })}
              />
            )}
          </For>
        </ul>
      </Show>
      <Switch>
        <Match when={isAsked("import")}>
          <IdentityImportDialog onClose={close} onImported={() => undefined} />
        </Match>
        <Match when={isAsked("create")}>
          <CreateIdentityDialog page={props.page} onClose={close} />
        </Match>
        <Match when={about("export")} keyed>
          {(identity) => (
            <ExportIdentityDialog identity={identity} page={props.page} onClose={close} />
          )}
        </Match>
        <Match when={about("rename")} keyed>
          {(identity) => (
            <RenameIdentityDialog identity={identity} page={props.page} onClose={close} />
          )}
        </Match>
        <Match when={about("remove")} keyed>
          {(identity) => (
            <RemoveIdentityDialog identity={identity} page={props.page} onClose={close} />
          )}
        </Match>
      </Switch>
    </>
  );
}

function IdentityCard(
  props: TabProps & {
    readonly identity: IdentityView;
    readonly onAsk: (kind: "export" | "rename" | "remove") => void;
  },
): JSX.Element {
  const { bridge } = useProgram();
  const named = (action: string): string => words.ofIdentity(action, props.identity.name);
  const replyWord = (): string => (props.identity.hasCertificate ? words.renew : words.importReply);
  return (
    <li class={styles["identity"]} aria-label={props.identity.name}>
      <div class={styles["head"]}>
        <h3>{props.identity.name}</h3>
        <span class={styles["chip"]} data-state={stateOf(props.identity)}>
          {words[stateOf(props.identity)]}
        </span>
      </div>
      <Show when={!props.identity.hasCertificate}>
        <p class={listStyles["hint"]}>{words.waitingHint}</p>
      </Show>
      <Show when={props.identity.problems.length > 0}>
        <ul class={styles["problems"]}>
          <For each={props.identity.problems}>
            {(problem) => <li>{identityProblemSentence(problem)}</li>}
          </For>
        </ul>
      </Show>
      <Facts identity={props.identity} />
      <div class={styles["actions"]}>
        <Button
          aria-label={named(replyWord())}
          onClick={() =>
            void props.page.attempt(
              bridge.call("identities", "importReply", props.identity.id),
              words.replyImported(props.identity.name),
            )
          }
        >
          {replyWord()}
        </Button>
        <Show when={props.identity.hasCertificate}>
          <Button aria-label={named(words.export)} onClick={() => props.onAsk("export")}>
            {words.export}
          </Button>
        </Show>
        <Button aria-label={named(words.rename)} onClick={() => props.onAsk("rename")}>
          {words.rename}
        </Button>
        <Button
          kind="danger"
          aria-label={named(words.remove)}
          onClick={() => props.onAsk("remove")}
        >
          {words.remove}
        </Button>
      </div>
    </li>
  );
}

function Facts(props: { readonly identity: IdentityView }): JSX.Element {
  const { accounts } = useProgram();
  const terms = (): { label: string; value: string }[] => {
    const { facts, fingerprint, address } = props.identity;
    const usedBy = {
      label: words.usedBy,
      value: addressesOfUsers(accounts, props.identity) || words.unused,
    };
    if (!facts) return [{ label: words.addresses, value: address ?? words.noAddresses }, usedBy];
    const { subject, issuer, addresses, notBefore, notAfter } = facts;
    const isSelfSigned = issuer === "" || issuer === subject;
    return [
      { label: words.subject, value: subject },
      { label: words.addresses, value: addresses.join(", ") || words.noAddresses },
      { label: words.issuer, value: isSelfSigned ? words.self : issuer },
      { label: words.valid, value: words.range(dateOnly(notBefore), dateOnly(notAfter)) },
      usedBy,
      { label: words.fingerprint, value: inPairs(fingerprint ?? "") },
    ];
  };
  return <Terms terms={terms()} />;
}

function stateOf({ hasCertificate, problems }: IdentityView): "waiting" | "hasProblems" | "ready" {
  if (!hasCertificate) return "waiting";
  return problems.length > 0 ? "hasProblems" : "ready";
}
