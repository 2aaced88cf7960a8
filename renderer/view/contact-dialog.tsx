/** One contact: renaming and removing. */

import { createSignal, Show, type JSX } from "solid-js";
import type { ContactView } from "../../app/contract/views.ts";
import type { Reply } from "../../app/contract/problems.ts";
import { text } from "../text/index.ts";
import { errorSentence } from "../text/problems.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Note } from "../ui/note.tsx";
import { useProgram } from "../ui/program-context.ts";
import styles from "../ui/form.module.css";

export function ContactDialog(props: {
  readonly contact: ContactView;
  readonly onClose: () => void;
}): JSX.Element {
  const { bridge } = useProgram();
  const [name, setName] = createSignal(props.contact.name);
  const [isRemoving, setRemoving] = createSignal(false);
  const [error, setError] = createSignal<string | null>(null);

  const finish = async (call: Promise<Reply<null>>): Promise<void> => {
    const reply = await call;
    if (reply.ok) props.onClose();
    else setError(errorSentence(reply.error));
  };
  const rename = (event: SubmitEvent): void => {
    event.preventDefault();
    const { account, address } = props.contact;
    void finish(bridge.call("roster", "rename", account, address, name().trim()));
  };
  const remove = (): void => {
    const { account, address } = props.contact;
    void finish(bridge.call("roster", "remove", account, address));
  };
  return (
    <Dialog
      isOpen
      title={isRemoving() ? text.contacts.removeTitle(props.contact.name) : props.contact.name}
      detail={isRemoving() ? text.contacts.removeDetail : props.contact.address}
      onClose={props.onClose}
    >
      <Show when={error()}>{(sentence) => <Note kind="error">{sentence()}</Note>}</Show>
      <Show
        when={isRemoving()}
        fallback={
          <form class={styles["form"]} onSubmit={rename}>
            <Field
              label={text.addContact.name}
              name="name"
              value={name()}
              maxLength={256}
              autocomplete="off"
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <DialogActions>
              <Button kind="danger" onClick={() => setRemoving(true)}>
                {text.contacts.remove}
              </Button>
              <Button kind="primary" type="submit">
                {text.common.save}
              </Button>
            </DialogActions>
          </form>
        }
      >
        <DialogActions>
          <Button onClick={() => setRemoving(false)}>{text.common.back}</Button>
          <Button kind="danger" onClick={remove}>
            {text.common.remove}
          </Button>
        </DialogActions>
      </Show>
    </Dialog>
  );
}
