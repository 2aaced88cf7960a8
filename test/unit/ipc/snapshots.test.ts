/** Snapshots and the changes that follow them, and pages of what is too long for one answer. */

import { describe, expect, test } from "vitest";
import type { AccountId, ChatId, MessageKey, Position } from "../../../app/contract/ids.ts";
import type { Page, Snapshot, TimelinePage } from "../../../app/contract/services.ts";
import type { ChatView, ContactView, MessageView } from "../../../app/contract/views.ts";
import type { Delivery } from "../../../app/contract/wire.ts";
import { HeldStore } from "../../lab/held-store.ts";
import { contact, message, openChat, queue, receive, startMs } from "../../lab/stored-data.ts";
import { errorOf, makeOnlineProgram, valueOf } from "./stage.ts";

describe("a snapshot", () => {
  test("has the number from before it was read: what changed meanwhile comes with a larger one", async () => {
    let held: HeldStore | undefined;
    const { window, account, store, hub } = await makeOnlineProgram({
      wrap: (store) => (held = new HeldStore(store, ["chats.page", "messages.older"])).asStore(),
    });
    const chat = await openChat(store, account);
    hub.publish("chats", { upserts: [], removals: [] });
    const listing = window.call("chats", "list", null);
    await held?.held.first(() => true);
    hub.publish("chats", { upserts: [], removals: [] });
    held?.held.items[0]?.release();
    const listed = valueOf(await listing);
    expect(listed.number).toBe(1);
    expect(window.numbers("chats")).toEqual([1, 2]);

    const opening = window.call("timeline", "open", chat, { kind: "end" });
    await held?.held.until((all) => all[1]);
    hub.publish("timeline", { chat, upserts: [], removals: [] });
    held?.held.items[1]?.release();
    expect(valueOf(await opening).number).toBe(0);
    // It came with the answer at the latest, or the window would have missed it.
    expect(window.numbers("timeline")).toEqual([1]);
  });

  test("and the changes after it tell the same as a later snapshot", async () => {
    const { window, account, store, connection } = await makeOnlineProgram();
    const chat = await openChat(store, account);
    const first = valueOf(await window.call("timeline", "open", chat, { kind: "end" }));
    connection.send(
      "<message from='bob@work.example/x' type='chat'><body>one</body></message>" +
        "<message from='bob@work.example/x' type='chat'><body>two</body></message>",
    );
    await window.call("timeline", "send", chat, "three");
    const rows = new Map(first.value.rows.map((row) => [row.key, row]));
    const isShown = (body: string, kind?: string): Promise<void> =>
      window.seen(
        ({ topic, change }) =>
          topic === "timeline" &&
          change.upserts.some((row) => row.body === body && row.delivery?.kind === kind),
      );
    await isShown("two");
    await isShown("three", "sent");
    for (const each of window.changes) {
      if (each.topic !== "timeline") continue;
      for (const row of each.change.upserts) rows.set(row.key, row);
    }
    const numbers = window.numbers("timeline");
    expect(numbers).toEqual(numbers.map((_, index) => first.number + 1 + index));
    const second = valueOf(await window.call("timeline", "open", chat, { kind: "end" }));
    expect(second.number).toBe(numbers.at(-1));
    expect([...rows.values()].toSorted((a, b) => a.position - b.position)).toEqual(
      second.value.rows,
    );
    expect(second.value.rows.map(({ body }) => body).toSorted()).toEqual(["one", "three", "two"]);
  });
});

describe("a snapshot around a message", () => {
  test("is of one moment: a change between two halves of it would be lost", async () => {
    let held: HeldStore | undefined;
    const { window, account, store, hub, clock } = await makeOnlineProgram({
      wrap: (store) => (held = new HeldStore(store, ["messages.newer"])).asStore(),
    });
    const chat = await openChat(store, account);
    const own = await queue(store, chat, "own");
    const { messages } = await receive(store, [message(account)]);
    const anchor = { kind: "message", key: messages[0]?.key ?? own.key } as const;
    const opening = window.call("timeline", "open", chat, anchor);
    await store.ask("chats", "get", { id: chat });
    await store.ask("chats", "get", { id: chat });
    await store.ask("chats", "get", { id: chat });
    const changes = await store.ask("messages", "markSent", { keys: [own.key] });
    hub.publish("timeline", { chat, upserts: changes.messages, removals: [] });
    await clock.advance(16);
    held?.releaseAll();
    await opening;
    await clock.advance(16);
    expect(shownAfter(window.deliveries.items).get(own.key)?.delivery).toEqual({ kind: "sent" });
  });
});

/** The rows that a page shows: of each delivery it takes the changes and then the answers, and no
 *  change before it has a snapshot. */
function shownAfter(deliveries: readonly Delivery[]): Map<MessageKey, MessageView> {
  const rows = new Map<MessageKey, MessageView>();
  let following: number | null = null;
  for (const { changes, answers } of deliveries) {
    for (const each of changes) {
      if (each.topic !== "timeline" || following === null || each.number <= following) continue;
      following = each.number;
      for (const row of each.change.upserts) rows.set(row.key, row);
    }
    for (const { reply } of answers) {
      const snapshot = reply.ok ? (reply.value as Partial<Snapshot<TimelinePage>>) : {};
      if (!snapshot.value?.rows) continue;
      following = snapshot.number ?? 0;
      for (const row of snapshot.value.rows) rows.set(row.key, row);
    }
  }
  return rows;
}

describe("pages", () => {
  test("of chats and contacts hold a hundred rows, and say whether there are more", async () => {
    const { window, account, store } = await makeOnlineProgram();
    const addresses = Array.from({ length: 250 }, (_, index) => `p${index}@large.example`);
    for (const address of addresses) await openChat(store, account, address);
    const contacts = addresses.map((address) => contact(account, address));
    await store.ask("contacts", "replace", { account, version: "", contacts });

    const chats: string[] = [];
    let before: Position | null = null;
    for (let page = 0; page < 3; page++) {
      const { rows, hasMore }: Page<ChatView> = valueOf(
        await window.call("chats", "list", before),
      ).value;
      expect({ count: rows.length, hasMore }).toEqual({
        count: page < 2 ? 100 : 50,
        hasMore: page < 2,
      });
      chats.push(...rows.map(({ address }) => address));
      before = rows.at(-1)?.activity ?? null;
    }
    expect(new Set(chats).size).toBe(250);

    const people: string[] = [];
    let after: { account: AccountId; address: string } | null = null;
    for (let page = 0; page < 3; page++) {
      const { rows, hasMore }: Page<ContactView> = valueOf(
        await window.call("roster", "contacts", after),
      ).value;
      expect(hasMore).toBe(page < 2);
      people.push(...rows.map(({ address }) => address));
      const last = rows.at(-1);
      after = last ? { account: last.account, address: last.address } : null;
    }
    expect(people).toEqual(addresses.toSorted());
  });

  test("of a timeline go back and forth without gaps, from the end or around a message", async () => {
    const { window, account, store } = await makeOnlineProgram();
    const batch = Array.from({ length: 450 }, (_, index) =>
      message(account, { body: String(index), sentAt: startMs + index }),
    );
    const { messages } = await receive(store, batch);
    const chat = messages[0]?.chat ?? (0 as ChatId);
    const end = valueOf(await window.call("timeline", "open", chat, { kind: "end" })).value;
    expect(end).toMatchObject({ hasOlder: true, hasNewer: false });
    expect(end.rows.map(({ body }) => Number(body))).toEqual(range(350, 450));

    let first = end.rows[0];
    const all = end.rows.map(({ body }) => Number(body));
    for (let hasOlder = true; hasOlder && first;) {
      const page = valueOf(await window.call("timeline", "older", chat, first.position));
      expect(page.rows.length).toBeLessThanOrEqual(100);
      expect(page.hasNewer).toBe(true);
      all.unshift(...page.rows.map(({ body }) => Number(body)));
      ({ hasOlder } = page);
      first = page.rows[0];
    }
    expect(all).toEqual(range(0, 450));

    const middle = messages[200];
    if (!middle) throw new Error("no message");
    const around = valueOf(
      await window.call("timeline", "open", chat, { kind: "message", key: middle.key }),
    ).value;
    const shown = around.rows.map(({ body }) => Number(body));
    expect(shown).toEqual(range(shown[0] ?? 0, (shown[0] ?? 0) + shown.length));
    expect(shown).toContain(200);
    expect(shown.length).toBeLessThanOrEqual(100);
    expect(around).toMatchObject({ hasOlder: true, hasNewer: true });
    const last = around.rows.at(-1);
    const newer = valueOf(
      await window.call("timeline", "newer", chat, last?.position ?? (0 as Position)),
    );
    expect(newer.rows.map(({ body }) => Number(body))).toEqual(
      range(Number(last?.body) + 1, Number(last?.body) + 101),
    );
    expect(newer).toMatchObject({ hasOlder: true, hasNewer: true });
  });

  test("around the first and the last message know that nothing is beyond", async () => {
    const { window, account, store } = await makeOnlineProgram();
    const { messages } = await receive(store, [message(account), message(account)]);
    const chat = messages[0]?.chat ?? (0 as ChatId);
    for (const { key } of messages) {
      const anchor = { kind: "message", key } as const;
      const page = valueOf(await window.call("timeline", "open", chat, anchor)).value;
      expect(page.rows).toEqual(messages);
      expect(page).toMatchObject({ hasOlder: false, hasNewer: false });
    }
    const elsewhere = await openChat(store, account, "kim@far.example");
    const key = messages[0]?.key ?? (0 as MessageKey);
    const reply = await window.call("timeline", "open", elsewhere, { kind: "message", key });
    expect(errorOf(reply)).toBe("not-found");
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
