/** The contact list and the people who ask to be in it. */

import { createSignal, type Accessor } from "solid-js";
import type { ContactKey } from "../../app/contract/changes.ts";
import type { AccountId } from "../../app/contract/ids.ts";
import type { ContactView, RequestView } from "../../app/contract/views.ts";
import type { Bridge } from "../bridge.ts";
import { Rows } from "./rows.ts";

export interface ContactsState {
  readonly all: () => readonly ContactView[];
  readonly requests: () => readonly RequestView[];
  /** Who somebody is, if they are in the list. */
  readonly find: (account: AccountId, address: string) => ContactView | undefined;
  readonly isLoaded: Accessor<boolean>;
  readonly load: () => Promise<void>;
}

const byName = new Intl.Collator(undefined, { sensitivity: "base" });
const nameOf = (key: ContactKey): string => `${key.account} ${key.address}`;

export function makeContacts(bridge: Bridge): ContactsState {
  const contacts = new Rows<ContactView, ContactKey>({
    keyOf: ({ account, address }) => ({ account, address }),
    nameOf,
    compare: (a, b) => byName.compare(a.name, b.name) || byName.compare(a.address, b.address),
  });
  const requests = new Rows<RequestView, ContactKey>({
    keyOf: ({ account, address }) => ({ account, address }),
    nameOf,
    compare: (a, b) => a.receivedAt - b.receivedAt,
  });
  const [isLoaded, setLoaded] = createSignal(false);

  const loadContacts = async (): Promise<void> => {
    const first = await bridge.call("roster", "contacts", null);
    if (!first.ok) return;
    contacts.reset(first.value.value.rows);
    bridge.follow(
      "contacts",
      first.value.number,
      (change) => {
        contacts.apply(change);
      },
      () => void loadContacts(),
    );
    setLoaded(true);
    let { rows, hasMore } = first.value.value;
    while (hasMore) {
      const last = rows.at(-1);
      const after = last ? { account: last.account, address: last.address } : null;
      const next = await bridge.call("roster", "contacts", after);
      if (!next.ok) return;
      ({ rows, hasMore } = next.value.value);
      contacts.upsert(rows);
    }
  };
  const loadRequests = async (): Promise<void> => {
    const reply = await bridge.call("roster", "requests");
    if (!reply.ok) return;
    requests.reset(reply.value.value);
    bridge.follow(
      "requests",
      reply.value.number,
      (change) => {
        requests.apply(change);
      },
      () => void loadRequests(),
    );
  };
  return {
    all: () => contacts.all,
    requests: () => requests.all,
    find: (account, address) => contacts.find({ account, address }),
    isLoaded,
    load: async () => {
      await Promise.all([loadContacts(), loadRequests()]);
    },
  };
}
