/** Rows as the program would write them, for tests that need some in the store. */

import type { AccountId, ChatId } from "../../app/contract/ids.ts";
import type { MessageView } from "../../app/contract/views.ts";
import type { AccountRecord, NewAccount } from "../../app/store/queries/accounts.ts";
import type { ContactRecord } from "../../app/store/queries/contacts.ts";
import type { ReceivedChanges, ReceivedMessage } from "../../app/store/queries/messages.ts";
import type { Store } from "../../app/store/store.ts";

/** The time at which stored data begins. */
export const startMs = Date.UTC(2026, 0, 1);

export function addAccount(
  store: Store,
  address = "ana@home.example",
  change: Partial<NewAccount> = {},
): Promise<AccountRecord> {
  return store.ask("accounts", "add", {
    address,
    resource: "Linnet.test",
    server: null,
    isPlainAllowed: false,
    isConnected: true,
    availability: "online",
    status: "",
    password: "correct horse",
    ...change,
  });
}

let received = 0;

/** A message of bob@work.example that has no other like it. */
export function message(
  account: AccountId,
  change: Partial<ReceivedMessage> = {},
): ReceivedMessage {
  received++;
  const address = change.address ?? "bob@work.example";
  return {
    account,
    address,
    sender: `${address}/phone`,
    sentAt: startMs + received,
    isDelayed: false,
    stanzaId: `stanza-${received}`,
    originId: null,
    archiveId: null,
    body: `message ${received}`,
    isCut: false,
    ...change,
  };
}

export function receive(
  store: Store,
  batch: readonly ReceivedMessage[],
  now = startMs,
): Promise<ReceivedChanges> {
  return store.ask("messages", "receive", { batch, now });
}

/** Queues a message of ours; the chat must exist. */
export async function queue(
  store: Store,
  chat: ChatId,
  stanzaId: string,
  { body = stanzaId, now = startMs }: { body?: string; now?: number } = {},
): Promise<MessageView> {
  const changes = await store.ask("messages", "queue", { chat, stanzaId, body, now });
  const view = changes?.messages[0];
  if (!view) throw new Error(`no chat ${chat}`);
  return view;
}

export async function openChat(
  store: Store,
  account: AccountId,
  address = "bob@work.example",
): Promise<ChatId> {
  const { chat } = await store.ask("chats", "openWith", { account, address, now: startMs });
  return chat.id;
}

export function contact(
  account: AccountId,
  address: string,
  change: Partial<ContactRecord> = {},
): ContactRecord {
  return {
    account,
    address,
    name: "",
    groups: [],
    subscription: "both",
    isAsking: false,
    ...change,
  };
}

/** A whole timeline, oldest first. */
export async function timeline(store: Store, chat: ChatId): Promise<MessageView[]> {
  return store.ask("messages", "older", { chat, before: null, limit: 100_000 });
}
