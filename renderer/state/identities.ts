/** The certificates to sign in with. */

import { createSignal } from "solid-js";
import type { AccountId } from "../../app/contract/ids.ts";
import type { IdentityView } from "../../app/contract/views.ts";
import type { Bridge } from "../bridge.ts";

export interface IdentitiesState {
  readonly all: () => readonly IdentityView[];
  /** What an account signs in with. */
  readonly of: (account: AccountId) => IdentityView | undefined;
  readonly load: () => Promise<void>;
}

export function makeIdentities(bridge: Bridge): IdentitiesState {
  const [all, setAll] = createSignal<readonly IdentityView[]>([]);
  const load = async (): Promise<void> => {
    const reply = await bridge.call("identities", "list");
    if (!reply.ok) return;
    setAll(reply.value.value);
    bridge.follow("identities", reply.value.number, setAll, () => void load());
  };
  return { all, of: (account) => all().find(({ usedBy }) => usedBy.includes(account)), load };
}
