/** Messages: the timeline, what arrives, what waits to be sent, and search. */

import type { Database } from "@signalapp/sqlcipher";
import type { AccountId, ChatId, MessageKey, Position } from "../../contract/ids.ts";
import type { MessageFailure } from "../../contract/problems.ts";
import type { ChatView, MessageView, SearchHit } from "../../contract/views.ts";
import { read, write } from "../query.ts";
import { defaultName, ensureChat, freeActivity, readChat } from "./chat-rows.ts";
import { toDelivery } from "./delivery.ts";
import { textMatch } from "./text-match.ts";

/** A message of somebody else, as it arrived. */
export interface ReceivedMessage {
  readonly account: AccountId;
  /** Whose chat it belongs to. */
  readonly address: string;
  readonly sender: string;
  readonly sentAt: number;
  /** It was sent before it came (XEP-0203): it stands where its time says, not at the end. */
  readonly isDelayed: boolean;
  readonly stanzaId: string;
  readonly originId: string | null;
  readonly archiveId: string | null;
  readonly body: string;
  readonly isCut: boolean;
}

/** What a write changed, for whoever shows it. */
export interface MessageChanges {
  readonly messages: readonly MessageView[];
  readonly chats: readonly ChatView[];
}

export interface ReceivedChanges extends MessageChanges {
  /** For each message given: whether it is new, in the same order. */
  readonly isNew: readonly boolean[];
}

/** A message that waits for the server. */
export interface QueuedMessage {
  readonly key: MessageKey;
  readonly address: string;
  readonly stanzaId: string;
  readonly body: string;
}

interface Row {
  id: MessageKey;
  chat: ChatId;
  position: Position;
  sent_at: number;
  delivery: string | null;
  failure: MessageFailure | null;
  body: string;
  is_cut: number;
}

const columns = "id, chat, position, sent_at, delivery, failure, body, is_cut";

/** The newest messages below `before`, oldest first. */
export const older = read(
  (db, args: { chat: ChatId; before: Position | null; limit: number }): MessageView[] => {
    const rows = db
      .prepare(
        `SELECT ${columns} FROM message WHERE chat = ? AND position < ?
         ORDER BY position DESC LIMIT ?`,
      )
      .all([args.chat, args.before ?? Number.MAX_SAFE_INTEGER, args.limit]);
    return (rows as unknown as Row[]).map(toView).toReversed();
  },
);

/** The oldest messages above `after`, oldest first. */
export const newer = read(
  (db, args: { chat: ChatId; after: Position; limit: number }): MessageView[] => {
    const rows = db
      .prepare(
        `SELECT ${columns} FROM message WHERE chat = ? AND position > ?
         ORDER BY position LIMIT ?`,
      )
      .all([args.chat, args.after, args.limit]);
    return (rows as unknown as Row[]).map(toView);
  },
);

export const get = read((db, { key }: { key: MessageKey }): MessageView | null => {
  const row = db.prepare(`SELECT ${columns} FROM message WHERE id = ?`).get([key]);
  return row ? toView(row as unknown as Row) : null;
});

/** A message with up to `limit` on either side of it, oldest first; null where it is not in this chat.
 *  One question, so that nothing can change between the halves. */
export const around = read(
  (
    db,
    { chat, key, limit }: { chat: ChatId; key: MessageKey; limit: number },
  ): { older: MessageView[]; message: MessageView; newer: MessageView[] } | null => {
    const message = get.run(db, { key });
    if (message?.chat !== chat) return null;
    const { position } = message;
    return {
      older: older.run(db, { chat, before: position, limit }),
      message,
      newer: newer.run(db, { chat, after: position, limit }),
    };
  },
);

/** Stores what arrived, in order, in one transaction. A message that is known by its archive's or its
 *  sender's id is not stored again. */
export const receive = write(
  (db, { batch, now }: { batch: readonly ReceivedMessage[]; now: number }): ReceivedChanges => {
    const insert = db.prepare(
      `INSERT INTO message (chat, position, sent_at, sender, stanza_id, origin_id, archive_id, body, is_cut)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    const summaries = new Map<string, Summary>();
    const messages: MessageView[] = [];
    const isNew = batch.map((message) => {
      const summary = summaryFor(db, summaries, message.account, message.address, now);
      const position = message.isDelayed
        ? freePosition(db, summary.chat, message.sentAt * 1000)
        : Math.max(summary.lastPosition + 1, message.sentAt * 1000);
      const { changes, lastInsertRowid } = insert.run([
        summary.chat,
        position,
        message.sentAt,
        message.sender,
        message.stanzaId,
        message.originId,
        message.archiveId,
        message.body,
        Number(message.isCut),
      ]);
      if (changes === 0) return false;
      const key = lastInsertRowid as MessageKey;
      if (position > summary.lastPosition) {
        summary.lastPosition = position;
        summary.lastMessage = key;
      }
      if (position > summary.readPosition) summary.unread++;
      messages.push({
        key,
        chat: summary.chat,
        position: position as Position,
        sentAt: message.sentAt,
        delivery: null,
        body: message.body,
        isCut: message.isCut,
      });
      return true;
    });
    return { messages, chats: saveSummaries(db, summaries.values()), isNew };
  },
);

/** Stores a message of ours, waiting to be sent. */
export const queue = write(
  (
    db,
    args: { chat: ChatId; stanzaId: string; body: string; now: number },
  ): MessageChanges | null => {
    const chat = db
      .prepare("SELECT account, address FROM chat WHERE id = ?")
      .get([args.chat]) as unknown as { account: AccountId; address: string } | undefined;
    if (!chat) return null;
    const summaries = new Map<string, Summary>();
    const summary = summaryFor(db, summaries, chat.account, chat.address, args.now);
    const position = Math.max(summary.lastPosition + 1, args.now * 1000);
    const { lastInsertRowid } = db
      .prepare(
        `INSERT INTO message (chat, position, sent_at, delivery, stanza_id, origin_id, body, is_cut)
         VALUES (?, ?, ?, 'queued', ?, ?, ?, 0)`,
      )
      .run([args.chat, position, args.now, args.stanzaId, args.stanzaId, args.body]);
    summary.lastPosition = position;
    summary.lastMessage = lastInsertRowid as MessageKey;
    // Who answers has read.
    summary.unread = 0;
    summary.readPosition = position;
    const message = db
      .prepare(`SELECT ${columns} FROM message WHERE id = ?`)
      .get([lastInsertRowid]) as unknown as Row;
    return { messages: [toView(message)], chats: saveSummaries(db, summaries.values()) };
  },
);

/** What waits for the server, oldest first, from behind `after`. */
export const queued = read(
  (db, args: { account: AccountId; after: MessageKey | 0; limit: number }): QueuedMessage[] => {
    const rows = db
      .prepare(
        `SELECT message.id AS key, chat.address, message.stanza_id, message.body
         FROM message INDEXED BY message_queued JOIN chat ON chat.id = message.chat
         WHERE message.delivery = 'queued' AND message.id > ? AND chat.account = ?
         ORDER BY message.id LIMIT ?`,
      )
      .all([args.after, args.account, args.limit]) as unknown as {
      key: MessageKey;
      address: string;
      stanza_id: string;
      body: string;
    }[];
    return rows.map((row) => ({
      key: row.key,
      address: row.address,
      stanzaId: row.stanza_id,
      body: row.body,
    }));
  },
);

export const queuedCount = read((db, { account }: { account: AccountId }): number =>
  Number(
    db
      .prepare(
        `SELECT count(*) FROM message INDEXED BY message_queued JOIN chat ON chat.id = message.chat
         WHERE message.delivery = 'queued' AND chat.account = ?`,
        { pluck: true },
      )
      .get([account]),
  ),
);

/** The server has these messages. Those it meanwhile reported as delivered or failed stay so. */
export const markSent = write((db, { keys }: { keys: readonly MessageKey[] }): MessageChanges =>
  change(db, keys, `UPDATE message SET delivery = 'sent' WHERE id = ? AND delivery = 'queued'`),
);

/** A device of `address` has the message with this stanza id. */
export const markDelivered = write(
  (db, args: { account: AccountId; address: string; stanzaId: string }): MessageChanges =>
    change(
      db,
      ownByStanzaId(db, args),
      `UPDATE message SET delivery = 'delivered' WHERE id = ? AND delivery IN ('queued', 'sent')`,
    ),
);

/** The message came back. One that a device has confirmed did arrive, whatever came back. */
export const markFailed = write(
  (
    db,
    args: { account: AccountId; address: string; stanzaId: string; reason: MessageFailure },
  ): MessageChanges =>
    change(
      db,
      ownByStanzaId(db, args),
      `UPDATE message SET delivery = 'failed', failure = ?
       WHERE id = ? AND delivery IN ('queued', 'sent')`,
      [args.reason],
    ),
);

/** A failed message waits again. Returns whose it is, or null if it did not fail. */
export const queueAgain = write(
  (
    db,
    { key }: { key: MessageKey },
  ): { readonly account: AccountId; readonly changes: MessageChanges } | null => {
    const account = db
      .prepare(
        `SELECT chat.account FROM message JOIN chat ON chat.id = message.chat
         WHERE message.id = ? AND message.delivery = 'failed'`,
        { pluck: true },
      )
      .get([key]);
    if (typeof account !== "number") return null;
    const changes = change(
      db,
      [key],
      `UPDATE message SET delivery = 'queued', failure = NULL WHERE id = ?`,
    );
    return { account: account as AccountId, changes };
  },
);

/** Full-text search, newest first. `match` is an FTS5 expression. */
export const search = read(
  (db, args: { match: string; chat: ChatId | null; limit: number }): SearchHit[] => {
    // CROSS JOIN fixes the order: the planner's own choice can take seconds on a long history.
    const rows = db
      .prepare(
        `SELECT ${columns.replaceAll(/\w+/g, (name) => `message.${name}`)},
           contact.name AS contact_name, chat.address AS chat_address
         FROM message_text
         CROSS JOIN message ON message.id = message_text.rowid
         CROSS JOIN chat ON chat.id = message.chat
         LEFT JOIN contact ON contact.account = chat.account AND contact.address = chat.address
         WHERE message_text MATCH ?
         ORDER BY message_text.rowid DESC LIMIT ?`,
      )
      .all([textMatch(args), args.limit]) as unknown as (Row & {
      contact_name: string | null;
      chat_address: string;
    })[];
    return rows.map((row) => ({
      message: toView(row),
      chatName: row.contact_name || defaultName(row.chat_address),
      chatAddress: row.chat_address,
    }));
  },
);

/** What the chat row says about its messages, while a transaction changes them. */
interface Summary {
  readonly chat: ChatId;
  lastPosition: number;
  lastMessage: MessageKey | null;
  unread: number;
  readPosition: number;
}

function summaryFor(
  db: Database,
  summaries: Map<string, Summary>,
  account: AccountId,
  address: string,
  now: number,
): Summary {
  const name = `${account} ${address}`;
  const known = summaries.get(name);
  if (known) return known;
  const { id } = ensureChat(db, account, address, now);
  const row = db
    .prepare(
      `SELECT chat.last_message, chat.unread, chat.read_position,
         coalesce((SELECT max(position) FROM message WHERE chat = chat.id), 0) AS last_position
       FROM chat WHERE id = ?`,
    )
    .get([id]) as unknown as {
    last_message: MessageKey | null;
    unread: number;
    read_position: number;
    last_position: number;
  };
  const summary = {
    chat: id,
    lastPosition: row.last_position,
    lastMessage: row.last_message,
    unread: row.unread,
    readPosition: row.read_position,
  };
  summaries.set(name, summary);
  return summary;
}

function saveSummaries(db: Database, summaries: Iterable<Summary>): ChatView[] {
  const update = db.prepare(
    "UPDATE chat SET activity = ?, last_message = ?, unread = ?, read_position = ? WHERE id = ?",
  );
  const chats: ChatView[] = [];
  for (const summary of summaries) {
    const { chat, lastPosition, lastMessage, unread, readPosition } = summary;
    const current = readChat(db, chat);
    const before = current?.activity ?? 0;
    const activity = lastPosition > before ? freeActivity(db, lastPosition) : before;
    update.run([activity, lastMessage, unread, readPosition, chat]);
    const view = readChat(db, chat);
    if (view) chats.push(view);
  }
  return chats;
}

/** The first position from `wanted` on that no message of the chat has. */
function freePosition(db: Database, chat: ChatId, wanted: number): number {
  const isTaken = db.prepare("SELECT 1 FROM message WHERE chat = ? AND position = ?", {
    pluck: true,
  });
  let position = wanted;
  while (isTaken.get([chat, position]) !== undefined) position++;
  return position;
}

function ownByStanzaId(
  db: Database,
  args: { account: AccountId; address: string; stanzaId: string },
): MessageKey[] {
  return db
    .prepare(
      `SELECT message.id FROM chat JOIN message ON message.chat = chat.id
       WHERE chat.account = ? AND chat.address = ? AND message.stanza_id = ?
         AND message.delivery IS NOT NULL`,
      { pluck: true },
    )
    .all([args.account, args.address, args.stanzaId]) as unknown as MessageKey[];
}

/** Runs an update for each key and returns the rows that it changed, with their chats. */
function change(
  db: Database,
  keys: readonly MessageKey[],
  sql: string,
  parameters: readonly string[] = [],
): MessageChanges {
  const statement = db.prepare(sql);
  const select = db.prepare(`SELECT ${columns} FROM message WHERE id = ?`);
  const changed = keys.filter((key) => statement.run([...parameters, key]).changes > 0);
  const messages = changed.map((key) => toView(select.get([key]) as unknown as Row));
  const chats = [...new Set(messages.map((message) => message.chat))].flatMap((chat) => {
    const view = readChat(db, chat);
    return view ? [view] : [];
  });
  return { messages, chats };
}

function toView(row: Row): MessageView {
  return {
    key: row.id,
    chat: row.chat,
    position: row.position,
    sentAt: row.sent_at,
    delivery: toDelivery(row.delivery, row.failure),
    body: row.body,
    isCut: row.is_cut === 1,
  };
}
