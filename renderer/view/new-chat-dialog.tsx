/** Starting a chat: with an address, or with somebody from the contact list. */

import { createSignal, For, Show, type JSX } from "solid-js";
import type { AccountId } from "../../app/contract/ids.ts";
import type { ContactView } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { errorSentence } from "../text/problems.ts";
import { AccountField, makeAccountChoice } from "../ui/account-choice.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { useProgram } from "../ui/program-context.ts";
import form from "../ui/form.module.css";
import styles from "./new-chat-dialog.module.css";

/** More are found by typing. */
const contactsMax = 50;

export function NewChatDialog(props: { readonly onClose: () => void }): JSX.Element {
  const { navigation, contacts } = useProgram();
  const choice = makeAccountChoice();
  const [typed, setTyped] = createSignal("");
  const [error, setError] = createSignal<string | null>(null);

  const matches = (): ContactView[] => {
    const wanted = typed().trim().toLocaleLowerCase();
    const isMatch = ({ name, address }: ContactView): boolean =>
      `${name} ${address}`.toLocaleLowerCase().includes(wanted);
    return contacts.all().filter(isMatch).slice(0, contactsMax);
  };
  const open = async (account: AccountId | undefined, address: string): Promise<void> => {
    if (account === undefined || address.trim() === "") return;
    const problem = await navigation.openWith(account, address);
    if (problem) setError(errorSentence(problem));
    else props.onClose();
  };
  return (
    <Dialog isOpen title={text.newChat.title} detail={text.newChat.hint} onClose={props.onClose}>
      <form
        class={form["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          void open(choice.account(), typed());
        }}
      >
        <AccountField label={text.newChat.account} choice={choice} />
        <Field
          label={text.newChat.address}
          name="address"
          placeholder={text.signIn.addressPlaceholder}
          spellcheck={false}
          autocomplete="off"
          autofocus
          error={error()}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <Show when={matches().length > 0}>
          <ul class={styles["contacts"]} aria-label={text.contacts.list}>
            <For each={matches()}>
              {(contact) => (
                <li>
                  <button
                    type="button"
                    class={styles["contact"]}
                    onClick={() => void open(contact.account, contact.address)}
                  >
                    <Avatar
                      size="s"
                      address={contact.address}
                      name={contact.name}
                      availability={contact.presence?.availability ?? "offline"}
                    />
                    <span class={styles["name"]}>{contact.name}</span>
                    <span class={styles["address"]}>{contact.address}</span>
                  </button>
                </li>
              )}
            </For>
          </ul>
        </Show>
        <DialogActions>
          <Button
            onClick={() => {
              props.onClose();
            }}
          >
            {text.common.cancel}
          </Button>
          <Button kind="primary" type="submit">
            {text.newChat.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
