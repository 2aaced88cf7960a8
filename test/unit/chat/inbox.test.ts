/** What arrives: kept before it is acknowledged, in batches, and never acknowledged when it was not. */

import { describe, expect, test } from "vitest";
import { StoreError } from "../../../app/store/store.ts";
import { HeldStore } from "../../lab/held-store.ts";
import { timeline } from "../../lab/stored-data.ts";
import { makeStage, type Stage } from "./stage.ts";

const diskFull = new StoreError("disk-full", "no room");

let number = 0;

function chatMessage(body: string, attributes = "", children = ""): string {
  number++;
  return (
    `<message from='bob@work.example/phone' to='ana@home.example' type='chat' ` +
    `id='m${number}' ${attributes}><body>${body}</body>${children}</message>`
  );
}

async function bodies({ store }: Stage): Promise<string[]> {
  const [chat] = await store.ask("chats", "page", { before: null, limit: 1 });
  return chat ? (await timeline(store, chat.id)).map(({ body }) => body) : [];
}

describe("a message", () => {
  test("is stored, published and counted", async () => {
    const stage = await makeStage();
    const { connection } = await stage.connect();
    connection.send(chatMessage("hello"));
    const view = await stage.changes.until("timeline", ({ upserts }) => upserts[0]);
    expect(view).toMatchObject({ body: "hello", delivery: null, sentAt: stage.clock.now() });
    const chat = await stage.changes.until("chats", ({ upserts }) => upserts[0]);
    expect(chat).toMatchObject({ address: "bob@work.example", unread: 1, last: { text: "hello" } });
    expect((await stage.stored.first(() => true)).from).toBe("bob@work.example/phone");
  });

  test.each([
    ["normal", "type='normal'"],
    ["no type at all", ""],
  ])("of the type %s is one of a conversation, too", async (_name, type) => {
    const stage = await makeStage();
    const { connection } = await stage.connect();
    connection.send(`<message from='bob@work.example/phone' ${type}><body>hello</body></message>`);
    await stage.stored.first(() => true);
    expect(await bodies(stage)).toEqual(["hello"]);
  });

  test.each([
    ["a headline", "<message from='x@y' type='headline'><body>news</body></message>"],
    ["a room's", "<message from='x@y/z' type='groupchat'><body>to all</body></message>"],
    ["without a text", "<message from='x@y' type='chat'/>"],
    ["with an empty text", "<message from='x@y' type='chat'><body/></message>"],
    ["an error for nothing of ours", "<message from='x@y' type='error' id='?'><error/></message>"],
    ["an error without an id", "<message from='x@y' type='error'/>"],
    ["from no address", "<message from='@' type='chat'><body>x</body></message>"],
  ])("that belongs to no conversation is acknowledged and not kept: %s", async (_what, xml) => {
    const stage = await makeStage();
    const { connection } = await stage.connect();
    connection.send(xml);
    expect(await connection.requestAck()).toBeGreaterThan(0);
    expect(await stage.store.ask("chats", "page", { before: null, limit: 1 })).toEqual([]);
  });

  test("that was delayed stands at the time that our server gives it", async () => {
    const stage = await makeStage();
    const { connection } = await stage.connect();
    const stamp = "2025-12-24T18:00:00Z";
    const delay = `<delay xmlns='urn:xmpp:delay' from='home.example' stamp='${stamp}'/>`;
    connection.send(chatMessage("now") + chatMessage("then", "", delay));
    await stage.stored.count(2, () => true);
    expect(await bodies(stage)).toEqual(["then", "now"]);
  });

  test.each(["2026-01-01T00:00:01Z", "2285-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])(
    "cannot claim to come from the future, where everything else would stand behind it: %s",
    async (stamp) => {
      const stage = await makeStage();
      const { connection } = await stage.connect();
      const delay = `<delay xmlns='urn:xmpp:delay' from='home.example' stamp='${stamp}'/>`;
      connection.send(chatMessage("future", "", delay) + chatMessage("future", "", delay));
      await stage.stored.count(2, () => true);
      connection.send(chatMessage("first") + chatMessage("second"));
      await stage.stored.count(4, () => true);
      expect(await bodies(stage)).toEqual(["future", "future", "first", "second"]);
      const [chat] = await stage.store.ask("chats", "page", { before: null, limit: 1 });
      const rows = chat ? await timeline(stage.store, chat.id) : [];
      expect(rows.every(({ sentAt }) => sentAt <= stage.clock.now())).toBe(true);
      expect(rows.every(({ position }) => Number.isSafeInteger(position))).toBe(true);
    },
  );

  test("that comes again is acknowledged and not kept twice", async () => {
    const stage = await makeStage();
    const { connection } = await stage.connect();
    const id = "<origin-id xmlns='urn:xmpp:sid:0' id='once'/>";
    connection.send(chatMessage("one", "", id));
    await stage.stored.first(() => true);
    connection.send(chatMessage("one", "", id) + chatMessage("two"));
    await stage.stored.count(2, () => true);
    expect(await bodies(stage)).toEqual(["one", "two"]);
    expect(stage.stored.items).toHaveLength(2);
  });
});

describe("an acknowledgement", () => {
  test("says nothing of a message before it is on the disk", async () => {
    let held: HeldStore | undefined;
    const stage = await makeStage({
      wrap: (store) => (held = new HeldStore(store, ["messages.receive"])).asStore(),
    });
    const { connection } = await stage.connect();
    const before = await connection.requestAck();
    connection.send(chatMessage("precious"));
    const answer = connection.requestAck();
    let isAnswered = false;
    void answer.then(() => (isAnswered = true));
    await held?.held.first(() => true);
    // Time enough for an answer: other requests are answered meanwhile.
    connection.send("<iq type='get' id='q' from='home.example'><ping xmlns='urn:xmpp:ping'/></iq>");
    await connection.received.first((each) => each.is("iq") && each.attrs["id"] === "q");
    await stage.clock.advance(60_000);
    expect(isAnswered).toBe(false);
    expect(await bodies(stage)).toEqual([]);
    held?.releaseAll();
    expect(await answer).toBeGreaterThan(before);
    expect(await bodies(stage)).toEqual(["precious"]);
  });

  test("never comes for what could not be stored: the session ends and the server keeps it", async () => {
    let held: HeldStore | undefined;
    const stage = await makeStage({
      wrap: (store) => (held = new HeldStore(store, ["messages.receive"])).asStore(),
    });
    const { connection, session } = await stage.connect();
    const before = await connection.requestAck();
    connection.send(chatMessage("one") + chatMessage("two"));
    void connection.requestAck();
    await held?.refuse(1, diskFull);
    expect(await session.over).toEqual({ kind: "not-stored" });
    const acks = connection.received.items.filter((each) => each.is("a", "urn:xmpp:sm:3"));
    expect(acks.map((each) => Number(each.attrs["h"])).at(-1)).toBe(before);
    expect(stage.stored.items).toEqual([]);
  });

  test("comes for a message without a text only when the receipt in it is stored", async () => {
    let held: HeldStore | undefined;
    const stage = await makeStage({
      wrap: (store) => (held = new HeldStore(store, ["messages.markDelivered"])).asStore(),
    });
    const { connection, session } = await stage.connect();
    const receipt = "<received xmlns='urn:xmpp:receipts' id='x'/>";
    connection.send(`<message from='bob@work.example/phone'>${receipt}</message>`);
    await held?.refuse(1, diskFull);
    expect(await session.over).toEqual({ kind: "not-stored" });
  });

  test("comes for a text with a receipt only when both are stored", async () => {
    let held: HeldStore | undefined;
    const stage = await makeStage({
      wrap: (store) => (held = new HeldStore(store, ["messages.markDelivered"])).asStore(),
    });
    const { connection, session } = await stage.connect();
    connection.send(chatMessage("both", "", "<received xmlns='urn:xmpp:receipts' id='x'/>"));
    await stage.stored.first(() => true);
    await held?.refuse(1, diskFull);
    expect(await session.over).toEqual({ kind: "not-stored" });
  });
});

describe("a burst", () => {
  test("is written in few transactions, and all of it is kept in order", async () => {
    let held: HeldStore | undefined;
    const stage = await makeStage({
      wrap: (store) => (held = new HeldStore(store, ["messages.receive"])).asStore(),
    });
    const { connection } = await stage.connect();
    const sent = Array.from({ length: 400 }, (_, index) => `burst ${index}`);
    for (const body of sent.slice(0, 100)) connection.send(chatMessage(body));
    await held?.held.first(() => true);
    for (const body of sent.slice(100)) connection.send(chatMessage(body));
    await connection.received.first(() => true);
    const handled = connection.requestAck();
    await stage.clock.advance(0);
    held?.releaseAll();
    await handled;
    expect(await bodies(stage)).toEqual(sent);
    // The first transaction, and what collected while it ran.
    expect(stage.changes.of("timeline").length).toBeLessThanOrEqual(4);
    expect(stage.stored.items.map(({ body }) => body)).toEqual(sent);
  });

  test("that begins with a failed write leaves the rest to the next session", async () => {
    let held: HeldStore | undefined;
    const stage = await makeStage({
      wrap: (store) => (held = new HeldStore(store, ["messages.receive"])).asStore(),
    });
    const { connection, session } = await stage.connect();
    connection.send(chatMessage("lost", "", "<origin-id xmlns='urn:xmpp:sid:0' id='l'/>"));
    await held?.refuse(1, diskFull);
    await session.over;
    held?.releaseAll();
    const again = await stage.connect();
    again.connection.send(chatMessage("lost", "", "<origin-id xmlns='urn:xmpp:sid:0' id='l'/>"));
    await stage.stored.first(() => true);
    expect(await bodies(stage)).toEqual(["lost"]);
  });
});
