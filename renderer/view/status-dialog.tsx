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
  // What was chosen here last: what the account says of itself may be one change behind.
  const [availability, setAvailability] = createSignal(props.account.availability);
  const [status, setStatus] = createSignal(props.account.status);
  const isOffline = (): boolean => props.account.connection.kind === "offline";
  const save = async (): Promise<void> => {
    await bridge.call("accounts", "setPresence", props.account.id, availability(), status());
  };
  const choose = async (next: Availability): Promise<void> => {
    setAvailability(next);
    await save();
    if (isOffline()) await bridge.call("accounts", "setConnected", props.account.id, true);
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
          {(choice) => (
            <label class={styles["choice"]}>
              <input
                type="radio"
                name={`availability-${props.account.id}`}
                checked={!isOffline() && availability() === choice}
                onChange={() => void choose(choice)}
              />
              <span class={styles["dot"]} data-availability={choice} aria-hidden="true" />
              {text.availability[choice]}
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
        value={status()}
        maxLength={1_024}
        placeholder={text.status.messagePlaceholder}
        onChange={(event) => {
          setStatus(event.currentTarget.value);
          void save();
        }}
      />
    </section>
  );
}
