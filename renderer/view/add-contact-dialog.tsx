/** Adding somebody to the contact list. */

import { createSignal, type JSX } from "solid-js";
import { text } from "../text/index.ts";
import { errorSentence } from "../text/problems.ts";
import { AccountField, makeAccountChoice } from "../ui/account-choice.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { useProgram } from "../ui/program-context.ts";
import styles from "../ui/form.module.css";

export function AddContactDialog(props: { readonly onClose: () => void }): JSX.Element {
  const { bridge } = useProgram();
  const choice = makeAccountChoice();
  const [address, setAddress] = createSignal("");
  const [name, setName] = createSignal("");
  const [error, setError] = createSignal<string | null>(null);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const account = choice.account();
    if (account === undefined || address().trim() === "") return;
    const reply = await bridge.call("roster", "add", account, address(), name().trim());
    if (reply.ok) props.onClose();
    else setError(errorSentence(reply.error));
  };
  return (
    <Dialog
      isOpen
      title={text.addContact.title}
      detail={text.addContact.hint}
      onClose={props.onClose}
    >
      <form class={styles["form"]} onSubmit={(event) => void submit(event)}>
        <AccountField label={text.newChat.account} choice={choice} />
        <Field
          label={text.addContact.address}
          name="address"
          placeholder={text.signIn.addressPlaceholder}
          spellcheck={false}
          autocomplete="off"
          autofocus
          error={error()}
          onInput={(event) => setAddress(event.currentTarget.value)}
        />
        <Field
          label={text.addContact.name}
          name="name"
          placeholder={text.addContact.namePlaceholder}
          autocomplete="off"
          maxLength={256}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <DialogActions>
          <Button
            onClick={() => {
              props.onClose();
            }}
          >
            {text.common.cancel}
          </Button>
          <Button kind="primary" type="submit">
            {text.addContact.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
