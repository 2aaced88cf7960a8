/** What others see of us, for each account; and signing in to another one. */

import { createSignal, For, Show, type JSX } from "solid-js";
import type { AccountView, Availability } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { Avatar, localPart } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { useProgram } from "../ui/program-context.ts";
import { stateOf } from "./rail.tsx";
import { SignInForm } from "./sign-in.tsx";
import form from "../ui/form.module.css";
import styles from "./status-dialog.module.css";

const choices: readonly Availability[] = ["online", "away", "xa", "dnd"];

export function StatusDialog(props: { readonly onClose: () => void }): JSX.Element {
  const { accounts } = useProgram();
  const [isAdding, setAdding] = createSignal(false);
  return (
    <Dialog
      isOpen
      title={isAdding() ? text.signIn.addTitle : text.status.title}
      onClose={props.onClose}
    >
      <Show when={!isAdding()} fallback={<SignInForm onSignedIn={props.onClose} />}>
        <For each={accounts.all()}>{(account) => <AccountStatus account={account} />}</For>
        <DialogActions>
          <Button onClick={() => setAdding(true)}>{text.status.addAccount}</Button>
        </DialogActions>
      </Show>
    </Dialog>
  );
}

function AccountStatus(props: { readonly account: AccountView }): JSX.Element {
  const { bridge } = useProgram();
  const isOffline = (): boolean => props.account.connection.kind === "offline";
  const choose = async (availability: Availability): Promise<void> => {
    const { id, status } = props.account;
    await bridge.call("accounts", "setPresence", id, availability, status);
    if (isOffline()) await bridge.call("accounts", "setConnected", id, true);
  };
  const setStatus = (status: string): void => {
    const { id, availability } = props.account;
    if (status !== props.account.status) {
      void bridge.call("accounts", "setPresence", id, availability, status);
    }
  };
  return (
    <section class={form["form"]} aria-label={props.account.address}>
      <div class={styles["who"]}>
        <Avatar address={props.account.address} name={localPart(props.account.address)} />
        <div>
          <p class={styles["address"]}>{props.account.address}</p>
          <p class={styles["state"]}>{stateOf(props.account)}</p>
        </div>
      </div>
      <div class={styles["choices"]} role="radiogroup" aria-label={text.status.title}>
        <For each={choices}>
          {(availability) => (
            <label class={styles["choice"]}>
              <input
                type="radio"
                name={`availability-${props.account.id}`}
                checked={!isOffline() && props.account.availability === availability}
                onChange={() => void choose(availability)}
              />
              <span class={styles["dot"]} data-availability={availability} aria-hidden="true" />
              {text.availability[availability]}
            </label>
          )}
        </For>
        <label class={styles["choice"]}>
          <input
            type="radio"
            name={`availability-${props.account.id}`}
            checked={isOffline()}
            onChange={() => void bridge.call("accounts", "setConnected", props.account.id, false)}
          />
          <span class={styles["dot"]} aria-hidden="true" />
          {text.availability.offline}
        </label>
      </div>
      <Field
        label={text.status.message}
        name="status"
        value={props.account.status}
        maxLength={1_024}
        placeholder={text.status.messagePlaceholder}
        onChange={(event) => {
          setStatus(event.currentTarget.value);
        }}
      />
    </section>
  );
}
