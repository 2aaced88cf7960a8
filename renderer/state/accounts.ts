/** The accounts and how they are connected. */

import { createSignal, type Accessor } from "solid-js";
import type { AccountId } from "../../app/contract/ids.ts";
import type { AccountView } from "../../app/contract/views.ts";
import type { Bridge } from "../bridge.ts";
import { Rows } from "./rows.ts";

export interface AccountsState {
  readonly all: () => readonly AccountView[];
  readonly find: (id: AccountId) => AccountView | undefined;
  /** Whether the list has arrived: before that, no account does not mean none. */
  readonly isLoaded: Accessor<boolean>;
  readonly load: () => Promise<void>;
}

export function makeAccounts(bridge: Bridge): AccountsState {
  const rows = new Rows<AccountView, AccountId>({
    keyOf: (account) => account.id,
    nameOf: (id) => id,
    compare: (a, b) => a.id - b.id,
  });
  const [isLoaded, setLoaded] = createSignal(false);
  const load = async (): Promise<void> => {
    const reply = await bridge.call("accounts", "list");
    if (!reply.ok) return;
    const { number, value } = reply.value;
    rows.reset(value);
    bridge.follow(
      "accounts",
      number,
      (change) => {
        rows.apply(change);
      },
      () => void load(),
    );
    setLoaded(true);
  };
  return { all: () => rows.all, find: (id) => rows.find(id), isLoaded, load };
}
