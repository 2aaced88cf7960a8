/** Messages that arrive: where they stand, which of them are the same, and what is unread. */

import { describe, expect, test } from "vitest";
import type { AccountId, ChatId } from "../../../app/contract/ids.ts";
import type { ReceivedMessage } from "../../../app/store/queries/messages.ts";
import type { Store } from "../../../app/store/store.ts";
import { makeFolder, openStore } from "../../lab/profile-folder.ts";
import { addAccount, message, queue, receive, startMs, timeline } from "../../lab/stored-data.ts";

async function oneAccount(): Promise<{ store: Store; account: AccountId }> {
  const store = await openStore();
  return { store, account: (await addAccount(store)).id };
}

/** Receives, and says what the only chat then looks like. */
async function chatAfter(
  store: Store,
  batch: readonly ReceivedMessage[],
): Promise<{ chat: ChatId; unread: number; isNew: readonly boolean[]; bodies: string[] }> {
  const { chats, isNew } = await receive(store, batch);
  const [view] = chats;
  if (!view) throw new Error("no chat came of it");
  const bodies = (await timeline(store, view.id)).map(({ body }) => body);
  return { chat: view.id, unread: view.unread, isNew, bodies };
}

describe("order", () => {
  test("is that of arrival, with a position of its own for each, also within one millisecond", async () => {
    const { store, account } = await oneAccount();
    const batch = ["a", "b", "c"].map((body) => message(account, { body, sentAt: startMs }));
    const { chat, bodies } = await chatAfter(store, batch);
    expect(bodies).toEqual(["a", "b", "c"]);
    const positions = (await timeline(store, chat)).map(({ position }) => position);
    expect(new Set(positions).size).toBe(3);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  test("does not follow a clock that was set back", async () => {
    const { store, account } = await oneAccount();
    const batch = [
      message(account, { body: "first", sentAt: startMs + 60_000 }),
      message(account, { body: "second", sentAt: startMs }),
    ];
    expect((await chatAfter(store, batch)).bodies).toEqual(["first", "second"]);
  });

  test("of delayed messages is that of their times, in the order of arrival where these are equal", async () => {
    const { store, account } = await oneAccount();
    const delayed = (body: string, sentAt: number): ReceivedMessage =>
      message(account, { body, sentAt, isDelayed: true });
    const { bodies } = await chatAfter(store, [
      message(account, { body: "now", sentAt: startMs }),
      delayed("yesterday 1", startMs - 86_400_000),
      delayed("an hour ago", startMs - 3_600_000),
      delayed("yesterday 2", startMs - 86_400_000),
      delayed("the same moment", startMs),
    ]);
    expect(bodies).toEqual(["yesterday 1", "yesterday 2", "an hour ago", "now", "the same moment"]);
  });

  test("leaves the last message the last one when an older one comes late", async () => {
    const { store, account } = await oneAccount();
    await receive(store, [message(account, { body: "newest", sentAt: startMs })]);
    const late = message(account, { sentAt: startMs - 1_000, isDelayed: true });
    const { chats } = await receive(store, [late]);
    expect(chats[0]?.last?.text).toBe("newest");
  });

  test("says the time at which a message was sent, whatever its position", async () => {
    const { store, account } = await oneAccount();
    const sentAt = startMs - 5_000;
    const { messages } = await receive(store, [message(account, { sentAt, isDelayed: true })]);
    expect(messages[0]).toMatchObject({ sentAt, delivery: null, isCut: false });
  });
});

describe("the same message again", () => {
  test.each([
    ["by the archive's id", { archiveId: "archive-1" }],
    ["by the sender's id", { originId: "origin-1" }],
  ])("is recognised %s, within a transaction and after it", async (_how, ids) => {
    const { store, account } = await oneAccount();
    const first = await chatAfter(store, [message(account, ids), message(account, ids)]);
    expect(first).toMatchObject({ isNew: [true, false], unread: 1 });
    expect(first.bodies).toHaveLength(1);
    const second = await receive(store, [message(account, { ...ids, isDelayed: true })]);
    expect(second).toMatchObject({ isNew: [false], messages: [], chats: [{ unread: 1 }] });
    expect(await timeline(store, first.chat)).toHaveLength(1);
  });

  test("is not assumed without ids, nor for equal stanza ids: those are the sender's own affair", async () => {
    const { store, account } = await oneAccount();
    const twin = { body: "ping", stanzaId: "same", sentAt: startMs };
    const { isNew } = await receive(store, [message(account, twin), message(account, twin)]);
    expect(isNew).toEqual([true, true]);
  });

  test("does not leave a gap for what stands behind it", async () => {
    const { store, account } = await oneAccount();
    const ids = { archiveId: "x" };
    const { isNew, bodies, unread } = await chatAfter(store, [
      message(account, { body: "a", ...ids }),
      message(account, { body: "again", ...ids }),
      message(account, { body: "b" }),
    ]);
    expect({ isNew, bodies, unread }).toEqual({
      isNew: [true, false, true],
      bodies: ["a", "b"],
      unread: 2,
    });
  });

  test("in another chat is another message", async () => {
    const { store, account } = await oneAccount();
    const ids = { originId: "counter-1", archiveId: "archive-1" };
    const { isNew } = await receive(store, [
      message(account, ids),
      message(account, { ...ids, address: "kim@far.example" }),
    ]);
    expect(isNew).toEqual([true, true]);
  });
});

describe("two accounts with the same contact", () => {
  test("have two chats, each with its own messages, ids and unread count", async () => {
    const { store, account: ana } = await oneAccount();
    const eve = (await addAccount(store, "eve@home.example")).id;
    const ids = { originId: "the same", archiveId: "the same" };
    const { chats, isNew } = await receive(store, [
      message(ana, { body: "for ana", ...ids }),
      message(eve, { body: "for eve", ...ids }),
      message(eve, { body: "more for eve" }),
    ]);
    expect(isNew).toEqual([true, true, true]);
    expect(chats.map(({ account, unread }) => ({ account, unread }))).toEqual([
      { account: ana, unread: 1 },
      { account: eve, unread: 2 },
    ]);
    const bodies = await Promise.all(
      chats.map(async ({ id }) => (await timeline(store, id)).map(({ body }) => body)),
    );
    expect(bodies).toEqual([["for ana"], ["for eve", "more for eve"]]);
  });
});

describe("a batch of which one message cannot be stored", () => {
  test("is not stored at all, and the chat it would have made is not there", async () => {
    const { store, account } = await oneAccount();
    const stranger = 999 as AccountId;
    const batch = [message(account), message(stranger)];
    await expect(receive(store, batch)).rejects.toThrow(/FOREIGN KEY/);
    expect(await store.ask("chats", "page", { before: null, limit: 10 })).toEqual([]);
  });
});

describe("unread", () => {
  test("counts what came since it was read, also after a restart", async () => {
    const folder = makeFolder();
    const first = await openStore({ folder });
    const { id: account } = await addAccount(first);
    const { chat, unread } = await chatAfter(first, [message(account), message(account)]);
    expect(unread).toBe(2);
    expect(await first.ask("chats", "markRead", { id: chat })).toMatchObject({ unread: 0 });
    expect(await first.ask("chats", "markRead", { id: chat })).toBeNull();
    expect((await chatAfter(first, [message(account)])).unread).toBe(1);
    await first.close();
    const second = await openStore({ folder });
    expect(await second.ask("chats", "get", { id: chat })).toMatchObject({ unread: 1 });
    expect((await chatAfter(second, [message(account)])).unread).toBe(2);
    expect(await second.ask("chats", "markRead", { id: chat })).toMatchObject({ unread: 0 });
  });

  test("is nothing after an answer: who answers has read", async () => {
    const { store, account } = await oneAccount();
    const { chat } = await chatAfter(store, [message(account)]);
    const now = startMs + 60_000;
    const args = { chat, stanzaId: "answer", body: "yes", now };
    const changes = await store.ask("messages", "queue", args);
    expect(changes?.chats).toMatchObject([{ unread: 0, last: { text: "yes" } }]);
  });

  test("does not count what stands before the place up to which was read", async () => {
    const { store, account } = await oneAccount();
    const { chat } = await chatAfter(store, [message(account, { sentAt: startMs })]);
    await store.ask("chats", "markRead", { id: chat });
    const old = message(account, { sentAt: startMs - 60_000, isDelayed: true });
    expect((await chatAfter(store, [old])).unread).toBe(0);
  });

  test("of a chat without messages is nothing to be read", async () => {
    const { store, account } = await oneAccount();
    const args = { account, address: "new@far.example", now: startMs };
    const { chat } = await store.ask("chats", "openWith", args);
    expect(await store.ask("chats", "markRead", { id: chat.id })).toBeNull();
    expect(await store.ask("chats", "markRead", { id: 999 as ChatId })).toBeNull();
  });
});

test("a long and strange text comes back as it was", async () => {
  const { store, account } = await oneAccount();
  const body = "'; DROP TABLE message; -- \u{1f426} é e\u0301 \u202e end".repeat(1_000);
  const { messages } = await receive(store, [message(account, { body, isCut: true })]);
  expect(messages[0]).toMatchObject({ body, isCut: true });
  const [chat] = await store.ask("chats", "page", { before: null, limit: 1 });
  if (!chat?.last) throw new Error("no chat");
  // The list shows the beginning, in whole characters.
  expect(body.startsWith(chat.last.text)).toBe(true);
  expect(Array.from(chat.last.text)).toHaveLength(160);
  await queue(store, chat.id, "x", { body });
  expect((await timeline(store, chat.id)).at(-1)?.body).toBe(body);
});
