/** Before the messages are open: choosing a passphrase, entering it, or being told what is wrong. */

import { createSignal, Match, Show, Switch, type JSX } from "solid-js";
import type { VaultView } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { errorSentence } from "../text/problems.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Note } from "../ui/note.tsx";
import { useProgram } from "../ui/program-context.ts";
import { Screen } from "../ui/screen.tsx";
import styles from "../ui/form.module.css";

const passphraseCharsMin = 8;

export function VaultScreen(): JSX.Element {
  const { vault } = useProgram();
  const needsPassphrase = (): Extract<VaultView, { kind: "needs-passphrase" }> | null => {
    const view = vault();
    return view.kind === "needs-passphrase" ? view : null;
  };
  const trouble = (): Extract<VaultView, { kind: "problem" }> | null => {
    const view = vault();
    return view.kind === "problem" ? view : null;
  };
  return (
    <Switch>
      <Match when={needsPassphrase()}>
        {(view) => <CreatePassphrase isByPolicy={view().reason === "policy"} />}
      </Match>
      <Match when={vault().kind === "locked"}>
        <Unlock />
      </Match>
      <Match when={trouble()}>{(view) => <Trouble problem={view().problem} />}</Match>
    </Switch>
  );
}

function CreatePassphrase(props: { readonly isByPolicy: boolean }): JSX.Element {
  const { bridge } = useProgram();
  const [passphrase, setPassphrase] = createSignal("");
  const [repeated, setRepeated] = createSignal("");
  const [error, setError] = createSignal<string | null>(null);
  const [isWorking, setWorking] = createSignal(false);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (passphrase().length < passphraseCharsMin) {
      setError(text.vault.tooShort);
      return;
    }
    if (passphrase() !== repeated()) {
      setError(text.vault.mismatch);
      return;
    }
    setWorking(true);
    const reply = await bridge.call("vault", "createPassphrase", passphrase());
    setWorking(false);
    setError(reply.ok ? null : errorSentence(reply.error));
  };
  return (
    <Screen
      title={text.vault.createTitle}
      subtitle={props.isByPolicy ? text.vault.createByPolicy : text.vault.createNoKeychain}
    >
      <form class={styles["form"]} onSubmit={(event) => void submit(event)}>
        <Field
          label={text.vault.passphrase}
          type="password"
          name="passphrase"
          autocomplete="new-password"
          autofocus
          hint={text.vault.createWarning}
          onInput={(event) => setPassphrase(event.currentTarget.value)}
        />
        <Field
          label={text.vault.repeat}
          type="password"
          name="repeated"
          autocomplete="new-password"
          error={error()}
          onInput={(event) => setRepeated(event.currentTarget.value)}
        />
        <Button kind="primary" type="submit" disabled={isWorking()}>
          {text.vault.create}
        </Button>
      </form>
    </Screen>
  );
}

function Unlock(): JSX.Element {
  const { bridge } = useProgram();
  const [passphrase, setPassphrase] = createSignal("");
  const [error, setError] = createSignal<string | null>(null);
  const [isWorking, setWorking] = createSignal(false);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (passphrase() === "") return;
    setWorking(true);
    setError(null);
    const reply = await bridge.call("vault", "unlock", passphrase());
    setWorking(false);
    if (!reply.ok) setError(errorSentence(reply.error));
  };
  return (
    <Screen title={text.vault.unlockTitle} subtitle={text.vault.unlockHint}>
      <form class={styles["form"]} onSubmit={(event) => void submit(event)}>
        <Field
          label={text.vault.passphrase}
          type="password"
          name="passphrase"
          autocomplete="current-password"
          autofocus
          error={error()}
          onInput={(event) => setPassphrase(event.currentTarget.value)}
        />
        <Button kind="primary" type="submit" disabled={isWorking()}>
          {text.vault.unlock}
        </Button>
      </form>
    </Screen>
  );
}

function Trouble(props: {
  readonly problem: Extract<VaultView, { kind: "problem" }>["problem"];
}): JSX.Element {
  const { bridge } = useProgram();
  const [error, setError] = createSignal<string | null>(null);
  const canStartAfresh = (): boolean =>
    props.problem === "damaged" || props.problem === "wrong-key";
  const startAfresh = async (): Promise<void> => {
    const reply = await bridge.call("vault", "startAfresh");
    if (!reply.ok) setError(errorSentence(reply.error));
  };
  return (
    <Screen title={text.storeProblem[props.problem].title}>
      <div class={styles["form"]}>
        <Note kind="error">{text.storeProblem[props.problem].detail}</Note>
        <Show when={canStartAfresh()}>
          <Button onClick={() => void startAfresh()}>{text.vault.startAfresh}</Button>
          <p class={styles["hint"]}>{text.vault.startAfreshHint}</p>
        </Show>
        <Show when={error()}>{(sentence) => <Note kind="error">{sentence()}</Note>}</Show>
      </div>
    </Screen>
  );
}
