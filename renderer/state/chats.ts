/** The list of chats: as many rows as were scrolled to. */

import { createSignal, type Accessor } from "solid-js";
import type { ChatId } from "../../app/contract/ids.ts";
import type { ChatView } from "../../app/contract/views.ts";
import type { Bridge } from "../bridge.ts";
import { Rows } from "./rows.ts";

export interface ChatsState {
  readonly all: () => readonly ChatView[];
  readonly find: (id: ChatId) => ChatView | undefined;
  readonly isLoaded: Accessor<boolean>;
  readonly load: () => Promise<void>;
  /** Fetches the next page, if there is one. */
  readonly loadMore: () => Promise<void>;
  /** A chat that was just opened, which may not be among the loaded rows. */
  readonly put: (chat: ChatView) => void;
}

export function makeChats(bridge: Bridge): ChatsState {
  const rows = new Rows<ChatView, ChatId>({
    keyOf: (chat) => chat.id,
    nameOf: (id) => id,
    compare: (a, b) => b.activity - a.activity,
  });
  const [isLoaded, setLoaded] = createSignal(false);
  let hasMore = false;
  let isFetching = false;

  const load = async (): Promise<void> => {
    const reply = await bridge.call("chats", "list", null);
    if (!reply.ok) return;
    const { number, value } = reply.value;
    rows.reset(value.rows);
    hasMore = value.hasMore;
    bridge.follow(
      "chats",
      number,
      (change) => {
        rows.apply(change);
      },
      () => void load(),
    );
    setLoaded(true);
  };
  const loadMore = async (): Promise<void> => {
    const last = rows.all.at(-1);
    if (!hasMore || isFetching || !last) return;
    isFetching = true;
    const reply = await bridge.call("chats", "list", last.activity);
    isFetching = false;
    if (!reply.ok) return;
    hasMore = reply.value.value.hasMore;
    rows.upsert(reply.value.value.rows);
  };
  return {
    all: () => rows.all,
    find: (id) => rows.find(id),
    isLoaded,
    load,
    loadMore,
    put: (chat) => {
      rows.upsert([chat]);
    },
  };
}
