/** Importing a certificate with its key: the file is chosen in the system's own dialog, then its password is
 *  asked for, then which of several keys it is. */

import { createSignal, For, Match, onCleanup, onMount, Show, Switch, type JSX } from "solid-js";
import type { AppError, Reply } from "../../app/contract/problems.ts";
import type { FoundKeyView, IdentityView, ImportView } from "../../app/contract/views.ts";
import { factsLine, identityProblemSentence } from "../text/identities.ts";
import { text } from "../text/index.ts";
import { errorSentence } from "../text/problems.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Note } from "../ui/note.tsx";
import { useProgram } from "../ui/program-context.ts";
import formStyles from "../ui/form.module.css";
import styles from "./identity-import-dialog.module.css";

type Step = ImportView | { readonly kind: "working" } | { readonly kind: "failed" };

export function IdentityImportDialog(props: {
  readonly onClose: () => void;
  readonly onImported: (identity: IdentityView) => void;
}): JSX.Element {
  const { bridge } = useProgram();
  const [step, setStep] = createSignal<Step>({ kind: "working" });
  const [error, setError] = createSignal<AppError | null>(null);
  const run = async (call: Promise<Reply<ImportView>>): Promise<void> => {
    const before = step();
    setStep({ kind: "working" });
    setError(null);
    const reply = await call;
    if (reply.ok) {
      setStep(reply.value);
      if (reply.value.kind === "imported") props.onImported(reply.value.identity);
    } else if (reply.error.kind === "cancelled") {
      props.onClose();
    } else {
      setError(reply.error);
      setStep(before.kind === "choose" ? before : { kind: "failed" });
    }
  };
  onMount(() => void run(bridge.call("identities", "importFile", null)));
  onCleanup(() => void bridge.call("identities", "cancel"));
  const locked = (): Extract<Step, { kind: "password-needed" }> | false => {
    const now = step();
    return now.kind === "password-needed" && now;
  };
  const choosing = (): Extract<Step, { kind: "choose" }> | false => {
    const now = step();
    return now.kind === "choose" && now;
  };
  const imported = (): Extract<Step, { kind: "imported" }> | false => {
    const now = step();
    return now.kind === "imported" && now;
  };
  return (
    <Dialog isOpen title={text.identity.importTitle} onClose={props.onClose}>
      <Show when={error()}>
        {(problem) => <Note kind="error">{errorSentence(problem())}</Note>}
      </Show>
      <Switch>
        <Match when={step().kind === "working"}>
          <p role="status">{text.identity.reading}</p>
          <DialogActions>
            <Button onClick={props.onClose}>{text.common.cancel}</Button>
          </DialogActions>
        </Match>
        <Match when={locked()}>
          {(view) => (
            <PasswordStep
              file={view().file}
              wasWrong={view().wasWrong}
              onCancel={props.onClose}
              onPassword={(password) => void run(bridge.call("identities", "importFile", password))}
            />
          )}
        </Match>
        <Match when={choosing()}>
          {(view) => (
            <ChooseStep
              keys={view().keys}
              onCancel={props.onClose}
              onChoose={(index) => void run(bridge.call("identities", "choose", index))}
            />
          )}
        </Match>
        <Match when={imported()}>
          {(view) => <ImportedStep identity={view().identity} onDone={props.onClose} />}
        </Match>
        <Match when={step().kind === "failed"}>
          <DialogActions>
            <Button onClick={props.onClose}>{text.common.close}</Button>
            <Button
              kind="primary"
              onClick={() => void run(bridge.call("identities", "importFile", null))}
            >
              {text.identity.import}
            </Button>
          </DialogActions>
        </Match>
      </Switch>
    </Dialog>
  );
}

function PasswordStep(props: {
  readonly file: string;
  readonly wasWrong: boolean;
  readonly onPassword: (password: string) => void;
  readonly onCancel: () => void;
}): JSX.Element {
  const [password, setPassword] = createSignal("");
  return (
    <form
      class={formStyles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (password() !== "") props.onPassword(password());
      }}
    >
      <Field
        label={text.identity.password}
        name="file-password"
        type="password"
        autocomplete="off"
        autofocus
        hint={text.identity.passwordFor(props.file)}
        error={props.wasWrong ? text.identity.wrongPassword : null}
        onInput={(event) => setPassword(event.currentTarget.value)}
      />
      <DialogActions>
        <Button onClick={props.onCancel}>{text.common.cancel}</Button>
        <Button kind="primary" type="submit">
          {text.identity.next}
        </Button>
      </DialogActions>
    </form>
  );
}

function ChooseStep(props: {
  readonly keys: readonly FoundKeyView[];
  readonly onChoose: (index: number) => void;
  readonly onCancel: () => void;
}): JSX.Element {
  const [chosen, setChosen] = createSignal(props.keys.find(({ isUsable }) => isUsable)?.index);
  return (
    <form
      class={formStyles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        const index = chosen();
        if (index !== undefined) props.onChoose(index);
      }}
    >
      <p>{text.identity.chooseDetail}</p>
      <fieldset class={styles["keys"]}>
        <legend>{text.identity.chooseTitle}</legend>
        <For each={props.keys}>
          {(key) => (
            <label class={styles["key"]}>
              <input
                type="radio"
                name="key"
                disabled={!key.isUsable}
                checked={chosen() === key.index}
                onChange={() => setChosen(key.index)}
              />
              <span>
                {key.name}
                <span class={formStyles["hint"]}>{key.facts ? factsLine(key.facts) : ""}</span>
                <For each={key.problems}>
                  {(problem) => (
                    <span class={styles["problem"]}>{identityProblemSentence(problem)}</span>
                  )}
                </For>
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <DialogActions>
        <Button onClick={props.onCancel}>{text.common.cancel}</Button>
        <Button kind="primary" type="submit" disabled={chosen() === undefined}>
          {text.identity.choose}
        </Button>
      </DialogActions>
    </form>
  );
}

function ImportedStep(props: {
  readonly identity: IdentityView;
  readonly onDone: () => void;
}): JSX.Element {
  let button: HTMLButtonElement | undefined;
  onMount(() => button?.focus());
  return (
    <>
      <div role="status" class={styles["imported"]}>
        <p>
          <strong>{props.identity.name}</strong>
        </p>
        <Show when={props.identity.facts}>
          {(facts) => <p class={formStyles["hint"]}>{factsLine(facts())}</p>}
        </Show>
        <p>
          {text.identity.imported} {text.identity.importedDetail}
        </p>
      </div>
      <Show when={props.identity.problems.length > 0}>
        <Note kind="warning">
          <For each={props.identity.problems}>
            {(problem) => <p>{identityProblemSentence(problem)}</p>}
          </For>
        </Note>
      </Show>
      <DialogActions>
        <Button kind="primary" ref={(element) => (button = element)} onClick={props.onDone}>
          {text.identity.done}
        </Button>
      </DialogActions>
    </>
  );
}
