/** What comes back about our messages: receipts, and messages that bounced. */

import { describe, expect, test } from "vitest";
import type { ChatId } from "../../../app/contract/ids.ts";
import type { MessageFailure } from "../../../app/contract/problems.ts";
import type { MemoryConnection } from "../../lab/memory-server.ts";
import { openChat } from "../../lab/stored-data.ts";
import { makeStage, type Stage } from "./stage.ts";

interface Sent {
  readonly stage: Stage;
  readonly chat: ChatId;
  readonly connection: MemoryConnection;
  /** The stanza id of the message. */
  readonly id: string;
}

/** A message to bob that the server has. */
async function sendToBob(body = "hello"): Promise<Sent> {
  const stage = await makeStage();
  const chat = await openChat(stage.store, stage.account);
  const { connection } = await stage.connect();
  await stage.outbox.send(chat, body);
  const stanza = await connection.message();
  await stage.changes.delivery(body, "sent");
  return { stage, chat, connection, id: stanza.attrs["id"] ?? "" };
}

async function deliveryOf({ stage, chat }: Sent): Promise<unknown> {
  const args = { chat, before: null, limit: 1 };
  return (await stage.store.ask("messages", "older", args))[0]?.delivery;
}

function receipt(from: string, id: string): string {
  return (
    `<message from='${from}' to='ana@home.example/Linnet.test' type='chat'>` +
    `<received xmlns='urn:xmpp:receipts' id='${id}'/></message>`
  );
}

function bounce(from: string, id: string, condition: string): string {
  return (
    `<message from='${from}' type='error' id='${id}'><error type='cancel'>` +
    `<${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`
  );
}

describe("a receipt", () => {
  test.each(["bob@work.example/phone", "bob@work.example", "BOB@WORK.example/x"])(
    "counts from whom the message was sent to: %s",
    async (from) => {
      const sent = await sendToBob();
      sent.connection.send(receipt(from, sent.id));
      await sent.stage.changes.delivery("hello", "delivered");
    },
  );

  test("does not count from anybody else, nor for anything else", async () => {
    const sent = await sendToBob();
    const { connection, id } = sent;
    const others = ["eve@work.example/phone", "work.example", "bob@other.example", "home.example"];
    for (const from of others) connection.send(receipt(from, id));
    connection.send(receipt("ana@home.example/other", id));
    connection.send(receipt("bob@work.example/phone", "another-id"));
    connection.send(receipt("bob@work.example/phone", ""));
    await connection.requestAck();
    expect(await deliveryOf(sent)).toEqual({ kind: "sent" });
    connection.send(receipt("bob@work.example/phone", id));
    await sent.stage.changes.delivery("hello", "delivered");
  });

  test("may come before the server's acknowledgement, which then says nothing new", async () => {
    const stage = await makeStage();
    stage.server.areAcksHeld = true;
    const chat = await openChat(stage.store, stage.account);
    const { connection } = await stage.connect();
    await stage.outbox.send(chat, "hello");
    const stanza = await connection.message();
    connection.send(receipt("bob@work.example/phone", stanza.attrs["id"] ?? ""));
    await stage.changes.delivery("hello", "delivered");
    connection.acknowledge();
    await stage.outbox.send(chat, "next");
    await connection.message((each) => each.getChildText("body") === "next");
    connection.acknowledge();
    await stage.changes.delivery("next", "sent");
    const args = { chat, before: null, limit: 2 };
    const rows = await stage.store.ask("messages", "older", args);
    expect(rows.map(({ delivery }) => delivery?.kind)).toEqual(["delivered", "sent"]);
  });
});

describe("a message that comes back", () => {
  const reasons: readonly (readonly [string, MessageFailure])[] = [
    ["item-not-found", "recipient-unknown"],
    ["gone", "recipient-unknown"],
    ["jid-malformed", "recipient-unknown"],
    ["service-unavailable", "recipient-unavailable"],
    ["recipient-unavailable", "recipient-unavailable"],
    ["forbidden", "forbidden"],
    ["not-allowed", "forbidden"],
    ["not-authorized", "forbidden"],
    ["not-acceptable", "forbidden"],
    ["registration-required", "forbidden"],
    ["subscription-required", "forbidden"],
    ["policy-violation", "forbidden"],
    ["remote-server-not-found", "server-unreachable"],
    ["remote-server-timeout", "server-unreachable"],
    ["resource-constraint", "too-large"],
    ["internal-server-error", "other"],
    ["undefined-condition", "other"],
    ["not-a-condition-of-any-rfc", "other"],
  ];

  test("failed, for a reason that people understand", async () => {
    const stage = await makeStage();
    const chat = await openChat(stage.store, stage.account);
    const { connection } = await stage.connect();
    for (const [condition] of reasons) {
      await stage.outbox.send(chat, condition);
      const stanza = await connection.message((each) => each.getChildText("body") === condition);
      connection.send(bounce("bob@work.example", stanza.attrs["id"] ?? "", condition));
      await stage.changes.delivery(condition, "failed");
    }
    const rows = await stage.store.ask("messages", "older", { chat, before: null, limit: 100 });
    expect(rows.map(({ body, delivery }) => [body, delivery])).toEqual(
      reasons.map(([condition, reason]) => [condition, { kind: "failed", reason }]),
    );
  });

  test("did not fail when somebody else says so, or when it has arrived", async () => {
    const sent = await sendToBob();
    const { connection, id, stage } = sent;
    connection.send(bounce("eve@work.example", id, "forbidden"));
    connection.send(bounce("bob@work.example", "another", "forbidden"));
    connection.send(bounce("bob@work.example", "", "forbidden"));
    await connection.requestAck();
    expect(await deliveryOf(sent)).toEqual({ kind: "sent" });
    connection.send(receipt("bob@work.example/phone", id));
    connection.send(bounce("bob@work.example", id, "forbidden"));
    await connection.requestAck();
    expect(await deliveryOf(sent)).toEqual({ kind: "delivered" });
    await stage.store.close();
  });

  test("can be sent again in the same session, under the same id", async () => {
    const sent = await sendToBob();
    const { connection, id, stage, chat } = sent;
    connection.send(bounce("bob@work.example", id, "remote-server-timeout"));
    await stage.changes.delivery("hello", "failed");
    await stage.outbox.send(chat, "meanwhile");
    await stage.changes.delivery("meanwhile", "sent");
    const [first] = await stage.store.ask("messages", "older", { chat, before: null, limit: 2 });
    if (!first) throw new Error("the message is gone");
    const again = await stage.store.ask("messages", "queueAgain", { key: first.key });
    if (!again) throw new Error("the message cannot be queued again");
    stage.outbox.onQueuedAgain(again.changes);
    await connection.received.count(2, (each) => each.attrs["id"] === id);
    const seen = await stage.changes.all.until(() => {
      const views = stage.changes.of("timeline").flatMap(({ upserts }) => upserts);
      const kinds = views.filter(({ body }) => body === "hello").map((view) => view.delivery?.kind);
      return kinds.filter((kind) => kind === "sent").length === 2 && kinds;
    });
    expect(seen).toEqual(["queued", "sent", "failed", "queued", "sent"]);
    // What went out meanwhile is not sent again with it.
    expect(connection.stanzas("message")).toHaveLength(3);
  });

  test("before it was acknowledged can be sent again all the same", async () => {
    const stage = await makeStage();
    stage.server.areAcksHeld = true;
    const chat = await openChat(stage.store, stage.account);
    const { connection } = await stage.connect();
    const sent = await stage.outbox.send(chat, "hello");
    const stanza = await connection.message();
    connection.send(bounce("bob@work.example", stanza.attrs["id"] ?? "", "recipient-unavailable"));
    await stage.changes.delivery("hello", "failed");
    const key = sent.ok ? sent.value.key : null;
    if (key === null) throw new Error("not sent");
    const again = await stage.store.ask("messages", "queueAgain", { key });
    if (!again) throw new Error("the message cannot be queued again");
    stage.outbox.onQueuedAgain(again.changes);
    await connection.received.count(2, (each) => each.is("message"));
    connection.acknowledge();
    await stage.changes.delivery("hello", "sent");
  });
});
