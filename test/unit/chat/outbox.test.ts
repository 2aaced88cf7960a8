/** What we send: in order, within limits, again after a lost connection, and never twice in one. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChatId, MessageKey } from "../../../app/contract/ids.ts";
import type { MessageView } from "../../../app/contract/views.ts";
import { StoreError } from "../../../app/store/store.ts";
import { HeldStore, withAnswer } from "../../lab/held-store.ts";
import type { MemoryConnection } from "../../lab/memory-server.ts";
import { openChat } from "../../lab/stored-data.ts";
import { makeStage, type Stage, type StageOptions } from "./stage.ts";

async function makeOutbox(options: StageOptions = {}): Promise<{ stage: Stage; chat: ChatId }> {
  const stage = await makeStage(options);
  return { stage, chat: await openChat(stage.store, stage.account) };
}

async function send({ outbox }: Stage, chat: ChatId, body: string): Promise<MessageView> {
  const sent = await outbox.send(chat, body);
  if (!sent.ok) throw new Error(sent.error.kind);
  return sent.value;
}

async function sendMany(stage: Stage, chat: ChatId, count: number): Promise<string[]> {
  const bodies = Array.from({ length: count }, (_, index) => `message ${index}`);
  for (const body of bodies) await send(stage, chat, body);
  return bodies;
}

function bodiesAt(connection: MemoryConnection): string[] {
  return connection.stanzas("message").map((each) => each.getChildText("body") ?? "");
}

function idsAt(connection: MemoryConnection): string[] {
  return connection.stanzas("message").map((each) => each.attrs["id"] ?? "");
}

/** The messages at the server once there are so many, and whatever else was on its way. */
async function receivedAt(
  { store, account }: Stage,
  connection: MemoryConnection,
  count: number,
): Promise<string[]> {
  await connection.received.count(count, (each) => each.is("message"));
  // The store answers in order, the session too: what was asked or sent before is there after these.
  await store.ask("messages", "queuedCount", { account });
  await connection.requestAck();
  return bodiesAt(connection);
}

async function deliveries(stage: Stage, chat: ChatId): Promise<string[]> {
  const args = { chat, before: null, limit: 100_000 };
  const rows = await stage.store.ask("messages", "older", args);
  return rows.map(({ delivery }) => delivery?.kind ?? "none");
}

describe("a message", () => {
  test("goes out with ids by which it is recognised, asking for a receipt", async () => {
    const { stage, chat } = await makeOutbox();
    const { connection } = await stage.connect();
    const view = await send(stage, chat, "hello & <goodbye>");
    expect(view).toMatchObject({ chat, body: "hello & <goodbye>", delivery: { kind: "queued" } });
    const stanza = await connection.message();
    expect(stanza.attrs).toMatchObject({ to: "bob@work.example", type: "chat" });
    expect(stanza.getChildText("body")).toBe("hello & <goodbye>");
    const id = stanza.attrs["id"] ?? "";
    expect(id).not.toBe("");
    expect(stanza.getChild("origin-id", "urn:xmpp:sid:0")?.attrs["id"]).toBe(id);
    expect(stanza.getChild("request", "urn:xmpp:receipts")).toBeDefined();
    await stage.changes.delivery("hello & <goodbye>", "sent");
  });

  test("is sent only when the server says so, and is queued until then", async () => {
    const { stage, chat } = await makeOutbox();
    stage.server.areAcksHeld = true;
    const { connection } = await stage.connect();
    await send(stage, chat, "hello");
    await connection.message();
    expect(await deliveries(stage, chat)).toEqual(["queued"]);
    connection.acknowledge();
    await stage.changes.delivery("hello", "sent");
    expect(await deliveries(stage, chat)).toEqual(["sent"]);
  });

  test("is sent by the answer to a ping where the server cannot acknowledge", async () => {
    const { stage, chat } = await makeOutbox({ hasStreamManagement: false });
    await stage.connect();
    await send(stage, chat, "hello");
    await stage.changes.delivery("hello", "sent");
  });

  test("is shown as it is sent, where XML cannot carry all of it, and loses no connection", async () => {
    const { stage, chat } = await makeOutbox();
    const { connection } = await stage.connect();
    const pasted = "a\0b\u0001c\u000c\u001b[31md\ufffe\ud800e \u{1f426}\t\n\u00a0";
    const { body } = await send(stage, chat, pasted);
    await stage.changes.delivery(body, "sent");
    expect(bodiesAt(connection)).toEqual([body]);
    expect(body).toMatch(/^a.b.c..\[31md..e \u{1f426}\t\n\u00a0$/u);
  });

  test("to a chat that does not exist is not found", async () => {
    const { stage } = await makeOutbox();
    const outcome = await stage.outbox.send(999 as ChatId, "hello");
    expect(outcome).toEqual({ ok: false, error: { kind: "not-found" } });
  });

  test("is refused when ten thousand wait already", async () => {
    const { stage, chat } = await makeOutbox({
      wrap: (store) => withAnswer(store, "messages.queuedCount", 10_000),
    });
    const outcome = await stage.outbox.send(chat, "one too many");
    expect(outcome).toEqual({ ok: false, error: { kind: "too-many-waiting" } });
  });
});

describe("the queue", () => {
  test("waits for a connection and then goes out, oldest first", async () => {
    const { stage, chat } = await makeOutbox();
    const bodies = await sendMany(stage, chat, 20);
    const { connection } = await stage.connect();
    expect(await receivedAt(stage, connection, 20)).toEqual(bodies);
    await stage.changes.delivery("message 19", "sent");
    expect(new Set(await deliveries(stage, chat))).toEqual(new Set(["sent"]));
  });

  test("has at most a hundred messages on the way", async () => {
    const { stage, chat } = await makeOutbox();
    stage.server.areAcksHeld = true;
    const bodies = await sendMany(stage, chat, 250);
    const { connection } = await stage.connect();
    expect(await receivedAt(stage, connection, 100)).toEqual(bodies.slice(0, 100));
    // The roster's request, the first forty messages.
    connection.acknowledge(41);
    expect(await receivedAt(stage, connection, 140)).toEqual(bodies.slice(0, 140));
    stage.server.areAcksHeld = false;
    connection.acknowledge(141);
    await stage.changes.delivery("message 249", "sent");
    expect(bodiesAt(connection)).toEqual(bodies);
  });

  test("goes out again after a lost connection: the same ids, and nothing that was acknowledged", async () => {
    const { stage, chat } = await makeOutbox();
    stage.server.areAcksHeld = true;
    const bodies = await sendMany(stage, chat, 10);
    const first = await stage.connect();
    await receivedAt(stage, first.connection, 10);
    first.connection.acknowledge(5);
    await stage.changes.delivery("message 3", "sent");
    first.connection.break();
    await first.session.over;
    await send(stage, chat, "written offline");

    stage.server.areAcksHeld = false;
    const second = await stage.connect();
    expect(await receivedAt(stage, second.connection, 7)).toEqual([
      ...bodies.slice(4),
      "written offline",
    ]);
    expect(idsAt(second.connection).slice(0, 6)).toEqual(idsAt(first.connection).slice(4));
    await stage.changes.delivery("written offline", "sent");
    expect(new Set(await deliveries(stage, chat))).toEqual(new Set(["sent"]));
  });

  test("survives closing and reopening the store", async () => {
    const { stage, chat } = await makeOutbox();
    stage.server.areAcksHeld = true;
    await sendMany(stage, chat, 3);
    const first = await stage.connect();
    await receivedAt(stage, first.connection, 3);
    first.session.close();
    await first.session.over;
    await stage.store.close();

    const next = await makeStage({ folder: stage.folder });
    const second = await next.connect();
    await receivedAt(next, second.connection, 3);
    expect(idsAt(second.connection)).toEqual(idsAt(first.connection));
    expect(bodiesAt(second.connection)).toEqual(["message 0", "message 1", "message 2"]);
  });

  test("sends nothing twice in one session, whatever happens in which order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("send", "acknowledge", "reconnect", "again", "pause"), {
          minLength: 5,
          maxLength: 25,
        }),
        async (steps) => {
          const { stage, chat } = await makeOutbox();
          stage.server.areAcksHeld = true;
          let connected = await stage.connect();
          const keys: MessageKey[] = [];
          for (const step of steps) {
            if (step === "send") keys.push((await send(stage, chat, `body ${keys.length}`)).key);
            else if (step === "acknowledge") connected.connection.acknowledge();
            else if (step === "pause") await stage.clock.advance(0);
            else if (step === "again") stage.outbox.onQueuedAgain({ messages: [], chats: [] });
            else {
              connected.connection.break();
              await connected.session.over;
              connected = await stage.connect();
            }
          }
          stage.server.areAcksHeld = false;
          connected.connection.break();
          await connected.session.over;
          const last = await stage.connect();
          await send(stage, chat, "the last one");
          await stage.changes.delivery("the last one", "sent");
          expect(new Set(await deliveries(stage, chat))).toEqual(new Set(["sent"]));
          for (const connection of [...stage.server.connections, last.connection]) {
            const ids = idsAt(connection);
            expect(ids).toEqual([...new Set(ids)]);
          }
          await stage.store.close();
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe("a store that cannot be written for a while", () => {
  test("costs no message and no place on the way, and nothing is sent again", async () => {
    let held: HeldStore | undefined;
    const { stage, chat } = await makeOutbox({
      wrap: (store) => (held = new HeldStore(store, ["messages.markSent"])).asStore(),
    });
    const bodies = await sendMany(stage, chat, 150);
    const { connection } = await stage.connect();
    await held?.refuse(1, new StoreError("disk-full", "no room"));
    await held?.refuse(2, new StoreError("disk-full", "no room"));
    held?.releaseAll();
    expect(await receivedAt(stage, connection, 150)).toEqual(bodies);
    // There is room again, and one more message.
    await send(stage, chat, "room again");
    await stage.changes.delivery("room again", "sent");
    expect(new Set(await deliveries(stage, chat))).toEqual(new Set(["sent"]));
    expect(bodiesAt(connection)).toEqual([...bodies, "room again"]);
  });
});
