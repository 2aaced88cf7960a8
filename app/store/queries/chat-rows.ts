/** Rows of the chat table, for the query files that read or write them. */

import type { Database } from "@signalapp/sqlcipher";
import type { AccountId, ChatId, Position } from "../../contract/ids.ts";
import type { MessageFailure } from "../../contract/problems.ts";
import type { ChatView } from "../../contract/views.ts";
import { toDelivery } from "./delivery.ts";

/** Characters of the last message that the list shows. */
const previewCharsMax = 160;

export interface ChatRow {
  id: ChatId;
  account: AccountId;
  address: string;
  activity: Position;
  unread: number;
  name: string | null;
  text: string | null;
  sent_at: number | null;
  delivery: string | null;
  failure: MessageFailure | null;
}

export const selectChat = `
  SELECT chat.id, chat.account, chat.address, chat.activity, chat.unread,
    contact.name, substr(message.body, 1, ${previewCharsMax}) AS text, message.sent_at,
    message.delivery, message.failure
  FROM chat
  LEFT JOIN message ON message.id = chat.last_message
  LEFT JOIN contact ON contact.account = chat.account AND contact.address = chat.address`;

export function readChat(db: Database, id: ChatId): ChatView | null {
  const row = db.prepare(`${selectChat} WHERE chat.id = ?`).get([id]) as unknown as
    ChatRow | undefined;
  return row ? toChatView(row) : null;
}

/** Finds or makes a chat; no two chats have the same activity, so that the list can be paged by it. */
export function ensureChat(
  db: Database,
  account: AccountId,
  address: string,
  now: number,
): { id: ChatId; isNew: boolean } {
  const known = db
    .prepare("SELECT id FROM chat WHERE account = ? AND address = ?", { pluck: true })
    .get([account, address]);
  if (typeof known === "number") return { id: known as ChatId, isNew: false };
  const { lastInsertRowid } = db
    .prepare("INSERT INTO chat (account, address, activity) VALUES (?, ?, ?)")
    .run([account, address, freeActivity(db, now * 1000)]);
  return { id: lastInsertRowid as ChatId, isNew: true };
}

/** The first activity from `wanted` on that no other chat has. */
export function freeActivity(db: Database, wanted: number): number {
  const isTaken = db.prepare("SELECT 1 FROM chat WHERE activity = ?", { pluck: true });
  let activity = wanted;
  while (isTaken.get([activity]) !== undefined) activity++;
  return activity;
}

export function toChatView(row: ChatRow): ChatView {
  return {
    id: row.id,
    account: row.account,
    address: row.address,
    name: row.name || defaultName(row.address),
    last:
      row.text === null || row.sent_at === null
        ? null
        : {
            text: row.text,
            sentAt: row.sent_at,
            delivery: toDelivery(row.delivery, row.failure),
          },
    unread: row.unread,
    activity: row.activity,
  };
}

/** What somebody is called who is not in the contact list, or there without a name. */
export function defaultName(address: string): string {
  const at = address.indexOf("@");
  // A server's own address has no "@".
  return at === -1 ? address : address.slice(0, at);
}
