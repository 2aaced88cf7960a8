/** The list of chats. Its summaries are written by queries/messages.ts with the messages themselves. */

import type { AccountId, ChatId, Position } from "../../contract/ids.ts";
import type { ChatView } from "../../contract/views.ts";
import { read, write } from "../query.ts";
import { ensureChat, readChat, selectChat, toChatView, type ChatRow } from "./chat-rows.ts";

/** One page, latest activity first, from below `before`. */
export const page = read(
  (db, { before, limit }: { before: Position | null; limit: number }): ChatView[] => {
    const rows = db
      .prepare(`${selectChat} WHERE chat.activity < ? ORDER BY chat.activity DESC LIMIT ?`)
      .all([before ?? Number.MAX_SAFE_INTEGER, limit]);
    return (rows as unknown as ChatRow[]).map(toChatView);
  },
);

export const get = read((db, { id }: { id: ChatId }): ChatView | null => readChat(db, id));

/** The chat with an address; `activity` is where a new one stands in the list. */
export const openWith = write(
  (
    db,
    { account, address, now }: { account: AccountId; address: string; now: number },
  ): { chat: ChatView; isNew: boolean } => {
    const { id, isNew } = ensureChat(db, account, address, now);
    const chat = readChat(db, id);
    if (!chat) throw new Error("a chat vanished within its transaction");
    return { chat, isNew };
  },
);

/** Everything up to now is read. Returns the chat where that changed anything. */
export const markRead = write((db, { id }: { id: ChatId }): ChatView | null => {
  const { changes } = db
    .prepare(
      `UPDATE chat SET unread = 0,
         read_position = coalesce((SELECT position FROM message WHERE id = chat.last_message), 0)
       WHERE id = ? AND unread > 0`,
    )
    .run([id]);
  return changes > 0 ? readChat(db, id) : null;
});

/** The chats of some addresses: to show them under a changed name. */
export const withAddresses = read(
  (db, { account, addresses }: { account: AccountId; addresses: readonly string[] }): ChatView[] =>
    addresses.flatMap((address) => {
      const row = db
        .prepare(`${selectChat} WHERE chat.account = ? AND chat.address = ?`)
        .get([account, address]) as unknown as ChatRow | undefined;
      return row ? [toChatView(row)] : [];
    }),
);
