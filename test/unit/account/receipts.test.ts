/** Receipts that we send: to whom, when, and never against the person's wish. */

import { describe, expect, test } from "vitest";
import { answerAsUsual, type MemoryConnection } from "../../lab/memory-server.ts";
import { makeAccount, type AccountStage, type AccountStageOptions } from "./stage.ts";

const roster =
  "<item jid='bob@work.example' subscription='both'/><item jid='from@work.example' subscription='from'/>" +
  "<item jid='to@work.example' subscription='to'/><item jid='none@work.example' subscription='none'/>";

interface Online extends AccountStage {
  readonly connection: MemoryConnection;
}

/** An account that is online and knows its contacts. */
async function online(options: AccountStageOptions = {}): Promise<Online> {
  const stage = await makeAccount(options);
  stage.server.answer = (payload, request) =>
    payload.is("query", "jabber:iq:roster")
      ? `<query xmlns='jabber:iq:roster'>${roster}</query>`
      : answerAsUsual(payload, request);
  const connection = await stage.goOnline();
  await stage.changes.until("contacts", ({ upserts }) => upserts.length === 4);
  return { ...stage, connection };
}

let number = 0;

interface Wishes {
  readonly from?: string;
  readonly id?: string;
  readonly type?: string;
  readonly body?: string;
  readonly extra?: string;
}

function asking({
  from = "bob@work.example/phone",
  id = `m${number++}`,
  type = "chat",
  body = "hello",
  extra = "",
}: Wishes = {}): string {
  const text = body === "" ? "" : `<body>${body}</body>`;
  const request = "<request xmlns='urn:xmpp:receipts'/>";
  return `<message from='${from}' type='${type}' id='${id}'>${text}${request}${extra}</message>`;
}

/** The receipts that went out, once everything sent so far is dealt with. */
async function receipts({ connection }: Online): Promise<string[]> {
  await connection.requestAck();
  return connection.stanzas("message").flatMap((each) => {
    const received = each.getChild("received", "urn:xmpp:receipts");
    return received
      ? [`${received.attrs["id"]} to ${each.attrs["to"]} (${each.attrs["type"]})`]
      : [];
  });
}

describe("a receipt", () => {
  test("goes to the device that sent the message, in a message of the same type without text", async () => {
    const stage = await online();
    stage.connection.send(asking({ id: "one" }) + asking({ id: "two", type: "normal" }));
    expect(await receipts(stage)).toEqual([
      "one to bob@work.example/phone (chat)",
      "two to bob@work.example/phone (normal)",
    ]);
    const [receipt] = stage.connection.stanzas("message");
    expect(receipt?.getChild("body")).toBeUndefined();
    // A receipt for a receipt would never end.
    expect(receipt?.getChild("request", "urn:xmpp:receipts")).toBeUndefined();
    expect(receipt?.attrs["id"]).not.toBe("one");
  });

  test("goes only to people who may see that we are there", async () => {
    const stage = await online();
    const people = ["bob", "from", "to", "none", "stranger"];
    for (const name of people) {
      stage.connection.send(asking({ from: `${name}@work.example/x`, id: name }));
    }
    stage.connection.send(asking({ from: "ana@home.example/other", id: "self" }));
    expect(await receipts(stage)).toEqual([
      "bob to bob@work.example/x (chat)",
      "from to from@work.example/x (chat)",
    ]);
  });

  test("goes only while the person wants it, which may change at any time", async () => {
    let sendsReceipts = false;
    const stage = await online({ sendsReceipts: () => sendsReceipts });
    stage.connection.send(asking({ id: "secret" }));
    expect(await receipts(stage)).toEqual([]);
    sendsReceipts = true;
    stage.connection.send(asking({ id: "open" }));
    expect(await receipts(stage)).toEqual(["open to bob@work.example/phone (chat)"]);
  });

  test("does not go where none was asked for, or for what is not kept", async () => {
    const stage = await online();
    stage.connection.send("<message from='bob@work.example/x' id='a'><body>hi</body></message>");
    stage.connection.send(asking({ id: "" }));
    stage.connection.send(asking({ id: "b", body: "" }));
    stage.connection.send(asking({ id: "c", type: "headline" }));
    stage.connection.send(asking({ id: "d", type: "groupchat" }));
    stage.connection.send(asking({ id: "e", type: "error" }));
    expect(await receipts(stage)).toEqual([]);
  });

  test("goes once for a message that comes twice", async () => {
    const stage = await online();
    const extra = "<origin-id xmlns='urn:xmpp:sid:0' id='o'/>";
    stage.connection.send(asking({ id: "one", extra }) + asking({ id: "one", extra }));
    expect(await receipts(stage)).toHaveLength(1);
  });
});
