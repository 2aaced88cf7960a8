/** Messages of ours: queued, sent, delivered, failed. Deliveries only go forward. */

import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { AccountId, ChatId, MessageKey } from "../../../app/contract/ids.ts";
import type { Delivery } from "../../../app/contract/views.ts";
import type { Store } from "../../../app/store/store.ts";
import { makeFolder, openStore } from "../../lab/profile-folder.ts";
import { addAccount, message, openChat, queue, receive, startMs } from "../../lab/stored-data.ts";

const address = "bob@work.example";
let store: Store;
let account: AccountId;
let chat: ChatId;

beforeEach(async () => {
  store = await openStore();
  account = (await addAccount(store)).id;
  chat = await openChat(store, account, address);
});

async function deliveryOf(key: MessageKey): Promise<Delivery | null | undefined> {
  return (await store.ask("messages", "get", { key }))?.delivery;
}

const sent = (key: MessageKey): Promise<unknown> =>
  store.ask("messages", "markSent", { keys: [key] });
const delivered = (stanzaId: string): Promise<unknown> =>
  store.ask("messages", "markDelivered", { account, address, stanzaId });
const failed = (stanzaId: string): Promise<unknown> =>
  store.ask("messages", "markFailed", { account, address, stanzaId, reason: "forbidden" });
const nothing = { messages: [], chats: [] };

describe("a message of ours", () => {
  test("is queued, then sent, then delivered, and the list says so each time", async () => {
    const { key, delivery, position } = await queue(store, chat, "one");
    expect(delivery).toEqual({ kind: "queued" });
    expect(await sent(key)).toMatchObject({
      messages: [{ key, position, delivery: { kind: "sent" } }],
      chats: [{ id: chat, last: { delivery: { kind: "sent" } } }],
    });
    expect(await delivered("one")).toMatchObject({
      messages: [{ key, delivery: { kind: "delivered" } }],
      chats: [{ id: chat, last: { delivery: { kind: "delivered" } } }],
    });
  });

  test("that was delivered is neither sent nor failed afterwards", async () => {
    const { key } = await queue(store, chat, "one");
    await delivered("one");
    expect(await sent(key)).toEqual(nothing);
    expect(await failed("one")).toEqual(nothing);
    expect(await deliveryOf(key)).toEqual({ kind: "delivered" });
  });

  test("that failed is not sent by an acknowledgement that comes later", async () => {
    const { key } = await queue(store, chat, "one");
    await failed("one");
    expect(await sent(key)).toEqual(nothing);
    expect(await deliveryOf(key)).toEqual({ kind: "failed", reason: "forbidden" });
  });

  test("goes only forward, whatever comes in whatever order", async () => {
    const steps = { sent: 1, delivered: 2, failed: 3 };
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("sent", "delivered", "failed"), { maxLength: 6 }),
        async (events) => {
          const stanzaId = `round-${round++}`;
          const { key } = await queue(store, chat, stanzaId);
          let expected: keyof typeof steps | "queued" = "queued";
          for (const event of events) {
            if (event === "sent") await sent(key);
            else await (event === "delivered" ? delivered(stanzaId) : failed(stanzaId));
            const isOpen = expected === "queued" || expected === "sent";
            if (isOpen && !(event === "sent" && expected === "sent")) expected = event;
            expect((await deliveryOf(key))?.kind).toBe(expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("is found by its own stanza id only in the chat with that address and account", async () => {
    const { key } = await queue(store, chat, "one");
    const other = await addAccount(store, "eve@home.example");
    const wrong = [
      { account, address: "kim@far.example", stanzaId: "one" },
      { account: other.id, address, stanzaId: "one" },
      { account, address, stanzaId: "two" },
      { account, address, stanzaId: "" },
    ];
    for (const args of wrong) {
      expect(await store.ask("messages", "markDelivered", args)).toEqual(nothing);
      const failure = { ...args, reason: "other" as const };
      expect(await store.ask("messages", "markFailed", failure)).toEqual(nothing);
    }
    expect(await deliveryOf(key)).toEqual({ kind: "queued" });
  });

  test("is not meant when somebody else's message has the same stanza id", async () => {
    const { messages } = await receive(store, [message(account, { address, stanzaId: "one" })]);
    expect(await delivered("one")).toEqual(nothing);
    expect(await failed("one")).toEqual(nothing);
    expect(messages[0]?.delivery).toBeNull();
  });

  test("stands behind everything, and is stored only in a chat that exists", async () => {
    const later = message(account, { address, sentAt: startMs + 60_000 });
    const { messages } = await receive(store, [later]);
    const own = await queue(store, chat, "one", { now: startMs });
    expect(own.position).toBeGreaterThan(messages[0]?.position ?? Infinity);
    const args = { chat: 999 as ChatId, stanzaId: "x", body: "x", now: startMs };
    expect(await store.ask("messages", "queue", args)).toBeNull();
  });
});

describe("a failed message", () => {
  test("can be queued again, in its place, without the reason of the failure", async () => {
    const { key, position } = await queue(store, chat, "one");
    await failed("one");
    expect(await store.ask("messages", "queueAgain", { key })).toMatchObject({
      account,
      changes: {
        messages: [{ key, position, delivery: { kind: "queued" } }],
        chats: [{ id: chat, last: { delivery: { kind: "queued" } } }],
      },
    });
    await failed("one");
    expect(await deliveryOf(key)).toEqual({ kind: "failed", reason: "forbidden" });
  });

  test("is the only kind that can: nothing else is sent twice", async () => {
    const queued = await queue(store, chat, "queued");
    const done = await queue(store, chat, "done");
    await sent(done.key);
    const arrived = await queue(store, chat, "arrived");
    await delivered("arrived");
    const { messages } = await receive(store, [message(account, { address })]);
    const keys = [queued, done, arrived, ...messages].map(({ key }) => key);
    for (const key of [...keys, 999 as MessageKey]) {
      expect(await store.ask("messages", "queueAgain", { key })).toBeNull();
    }
  });
});

describe("the queue", () => {
  test("holds what waits, oldest first, of one account, from behind a message", async () => {
    const other = await addAccount(store, "eve@home.example");
    const otherChat = await openChat(store, other.id, address);
    const first = await queue(store, chat, "first");
    await queue(store, otherChat, "of eve");
    const second = await queue(store, chat, "second");
    const third = await queue(store, await openChat(store, account, "kim@far.example"), "third");
    await sent(second.key);

    const args = { account, after: 0 as const, limit: 10 };
    expect(await store.ask("messages", "queued", args)).toEqual([
      { key: first.key, address, stanzaId: "first", body: "first" },
      { key: third.key, address: "kim@far.example", stanzaId: "third", body: "third" },
    ]);
    const behind = { ...args, after: first.key };
    expect(await store.ask("messages", "queued", behind)).toMatchObject([{ stanzaId: "third" }]);
    const one = { ...args, limit: 1 };
    expect(await store.ask("messages", "queued", one)).toMatchObject([{ stanzaId: "first" }]);
    expect(await store.ask("messages", "queuedCount", { account })).toBe(2);
    expect(await store.ask("messages", "queuedCount", { account: other.id })).toBe(1);
  });

  test("is there again after a restart", async () => {
    const folder = makeFolder();
    const before = await openStore({ folder });
    const { id } = await addAccount(before);
    await queue(before, await openChat(before, id), "kept", { body: "still to be sent" });
    await before.close();
    const after = await openStore({ folder });
    const args = { account: id, after: 0 as const, limit: 10 };
    expect(await after.ask("messages", "queued", args)).toMatchObject([
      { stanzaId: "kept", body: "still to be sent" },
    ]);
  });
});
