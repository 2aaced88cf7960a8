/** One calm line for each account that is not online: what is wrong, when it is tried again, and what
 *  the person can do. */

import { createSignal, For, onCleanup, Show, type JSX } from "solid-js";
import type { ConnectionProblem } from "../../app/contract/problems.ts";
import type { QuestionChoice } from "../../app/contract/trust.ts";
import type { AccountView } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { connectionSentence } from "../text/problems.ts";
import { Button } from "../ui/button.tsx";
import { useProgram } from "../ui/program-context.ts";
import { CertificateDialog } from "./certificate-dialog.tsx";
import styles from "./connection-line.module.css";

export function ConnectionLines(): JSX.Element {
  const { accounts } = useProgram();
  const notOnline = (): AccountView[] =>
    accounts.all().filter((account) => account.connection.kind !== "online");
  return (
    <div class={styles["lines"]} role="status" aria-live="polite">
      <For each={notOnline()}>{(account) => <ConnectionLine account={account} />}</For>
    </div>
  );
}

function ConnectionLine(props: { readonly account: AccountView }): JSX.Element {
  const { accounts, bridge } = useProgram();
  const [isAsking, setAsking] = createSignal(false);
  const [isLooking, setLooking] = createSignal(false);
  const id = (): AccountView["id"] => props.account.id;
  const isPasswordWrong = (): boolean => {
    const { connection } = props.account;
    return connection.kind === "stopped" && asksForPassword(connection.problem);
  };
  const question = (): string | null => {
    const { connection } = props.account;
    const isCertificate =
      connection.kind === "stopped" && connection.problem.kind === "certificate";
    return isCertificate ? connection.problem.question : null;
  };
  const letPass = async (id: string, choice: QuestionChoice): Promise<void> => {
    setLooking(false);
    await bridge.call("trust", "decide", id, choice);
  };
  return (
    <div class={styles["line"]} data-kind={props.account.connection.kind}>
      <div>
        <Show when={accounts.all().length > 1}>
          <strong>{props.account.address}</strong>
        </Show>
        <Sentence account={props.account} />
        <Show when={isAsking()}>
          <PasswordForm account={props.account} onDone={() => setAsking(false)} />
        </Show>
      </div>
      <Show when={props.account.connection.kind === "offline"}>
        <Button
          kind="quiet"
          onClick={() => void bridge.call("accounts", "setConnected", id(), true)}
        >
          {text.connection.connect}
        </Button>
      </Show>
      <Show when={isPasswordWrong() && !isAsking()}>
        <Button kind="quiet" onClick={() => setAsking(true)}>
          {text.connection.signInAgain}
        </Button>
      </Show>
      <Show when={question()}>
        <Button kind="quiet" onClick={() => setLooking(true)}>
          {text.certificate.look}
        </Button>
      </Show>
      <Show when={isLooking() && question()} keyed>
        {(id) => (
          <CertificateDialog
            question={id}
            onClose={() => setLooking(false)}
            onDecided={(choice) => void letPass(id, choice)}
          />
        )}
      </Show>
      <Show when={props.account.connection.kind === "waiting" || isStoppedElsewise()}>
        <Button kind="quiet" onClick={() => void bridge.call("accounts", "reconnect", id())}>
          {text.connection.retryNow}
        </Button>
      </Show>
    </div>
  );

  function isStoppedElsewise(): boolean {
    return props.account.connection.kind === "stopped" && !isPasswordWrong();
  }
}

/** Another password, or one at all, would help. */
function asksForPassword({ kind }: ConnectionProblem): boolean {
  return (
    kind === "wrong-password" || kind === "certificate-refused" || kind === "certificate-unused"
  );
}

function Sentence(props: { readonly account: AccountView }): JSX.Element {
  const retryAt = (): number | null => {
    const { connection } = props.account;
    return connection.kind === "waiting" ? connection.retryAt : null;
  };
  return (
    <p>
      {connectionState(props.account)}{" "}
      <Show when={retryAt()} keyed>
        {(time) => <Countdown to={time} />}
      </Show>
    </p>
  );
}

function connectionState({ connection }: AccountView): string {
  switch (connection.kind) {
    case "offline":
    case "connecting":
    case "online":
      return text.connection[connection.kind];
    case "waiting":
    case "stopped":
      return connectionSentence(connection.problem);
  }
}

/** Not read out: a screen reader would speak every second. */
function Countdown(props: { readonly to: number }): JSX.Element {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), 1_000);
  onCleanup(() => {
    clearInterval(timer);
  });
  const seconds = (): number => Math.max(0, Math.ceil((props.to - now()) / 1_000));
  return <span aria-hidden="true">{text.connection.retryIn(seconds())}</span>;
}

function PasswordForm(props: {
  readonly account: AccountView;
  readonly onDone: () => void;
}): JSX.Element {
  const { bridge } = useProgram();
  const [password, setPassword] = createSignal("");
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (password() === "") return;
    await bridge.call("accounts", "setPassword", props.account.id, password());
    props.onDone();
  };
  return (
    <form class={styles["password"]} onSubmit={(event) => void submit(event)}>
      <input
        type="password"
        name="new-password"
        autocomplete="current-password"
        aria-label={text.connection.newPassword}
        placeholder={text.connection.newPassword}
        ref={(input) => {
          queueMicrotask(() => {
            input.focus();
          });
        }}
        onInput={(event) => setPassword(event.currentTarget.value)}
      />
      <Button kind="primary" type="submit">
        {text.common.save}
      </Button>
    </form>
  );
}
