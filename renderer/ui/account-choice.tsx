/** Which account does it? Asked only where there are several. */

import { createSignal, For, Show, type Accessor, type JSX } from "solid-js";
import type { AccountId } from "../../app/contract/ids.ts";
import { useProgram } from "./program-context.ts";
import styles from "./form.module.css";

export interface AccountChoice {
  readonly account: Accessor<AccountId | undefined>;
  readonly setAccount: (id: AccountId) => void;
}

/** The account that is chosen: the first one until the person says otherwise. */
export function makeAccountChoice(): AccountChoice {
  const { accounts } = useProgram();
  const [chosen, setChosen] = createSignal<AccountId>();
  return { account: () => chosen() ?? accounts.all()[0]?.id, setAccount: setChosen };
}

export function AccountField(props: {
  readonly label: string;
  readonly choice: AccountChoice;
}): JSX.Element {
  const { accounts } = useProgram();
  return (
    <Show when={accounts.all().length > 1}>
      <label class={styles["select"]}>
        {props.label}
        <select
          onChange={(event) => {
            props.choice.setAccount(Number(event.currentTarget.value) as AccountId);
          }}
        >
          <For each={accounts.all()}>
            {(account) => <option value={account.id}>{account.address}</option>}
          </For>
        </select>
      </label>
    </Show>
  );
}
