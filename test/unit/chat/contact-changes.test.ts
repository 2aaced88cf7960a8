/** Contacts that we add, rename and remove, and people who ask to see our presence. */

import { describe, expect, test } from "vitest";
import { rosterLimits } from "../../../app/base/limits.ts";
import { parseBareJid, type BareJid } from "../../../app/xmpp/jid.ts";
import {
  answerAsUsual,
  refusal,
  type MemoryConnection,
  type Received,
} from "../../lab/memory-server.ts";
import { makeStage, type Stage } from "./stage.ts";

const ns = "jabber:iq:roster";

function address(text: string): BareJid {
  const parsed = parseBareJid(text);
  if (!parsed) throw new Error(`${text} is no address`);
  return parsed;
}

const bob = address("bob@work.example");

/** A stage with contacts as the server would describe them. */
async function withContacts(items: string): Promise<Stage> {
  const stage = await makeStage();
  stage.server.answer = (payload, request) =>
    payload.is("query", ns) && request.attrs["type"] === "get"
      ? `<query xmlns='${ns}'>${items}</query>`
      : answerAsUsual(payload, request);
  return stage;
}

function rosterSet(connection: MemoryConnection): Promise<Received> {
  return connection.received.first(
    (each) => each.attrs["type"] === "set" && each.getChild("query", ns) !== undefined,
  );
}

/** The subscription stanzas that the client sent, as "type to". */
function subscriptions(connection: MemoryConnection): string[] {
  return connection
    .stanzas("presence")
    .filter((each) => each.attrs["to"] !== undefined)
    .map((each) => `${each.attrs["type"]} ${each.attrs["to"]}`);
}

function requestsAfter({ changes }: Stage, count: number) {
  return changes.all.until(() => {
    const all = changes.of("requests");
    return all.length >= count && all;
  });
}

describe("adding a contact", () => {
  test("puts them into the list and asks to see their presence", async () => {
    const stage = await withContacts("");
    const { connection } = await stage.connect();
    expect(await stage.roster.add(bob, "Bob & Co")).toEqual({ ok: true, value: null });
    const item = (await rosterSet(connection)).getChild("query", ns)?.getChild("item");
    expect(item?.attrs).toMatchObject({ jid: bob, name: "Bob & Co" });
    await connection.requestAck();
    expect(subscriptions(connection)).toEqual([`subscribe ${bob}`]);
  });

  test("keeps the groups that somebody has already", async () => {
    const stage = await withContacts(
      "<item jid='bob@work.example'><group>Work</group><group>Friends</group></item>",
    );
    const { connection } = await stage.connect();
    await stage.changes.until("contacts", ({ upserts }) => upserts[0]);
    await stage.roster.rename(bob, "Robert");
    const item = (await rosterSet(connection)).getChild("query", ns)?.getChild("item");
    expect(item?.getChildren("group").map((each) => each.text())).toEqual(["Work", "Friends"]);
  });

  test("that the server refuses says why, and asks nobody for anything", async () => {
    const stage = await withContacts("");
    const { connection } = await stage.connect();
    stage.server.answer = () => refusal("not-allowed");
    expect(await stage.roster.add(bob, "Bob")).toEqual({
      ok: false,
      error: { kind: "refused-by-server", condition: "not-allowed" },
    });
    expect(subscriptions(connection)).toEqual([]);
  });
});

describe("without a connection", () => {
  test("nothing can be changed", async () => {
    const stage = await withContacts("<item jid='bob@work.example'/>");
    const offline = { ok: false, error: { kind: "offline" } };
    const tryAll = async (): Promise<unknown[]> => [
      await stage.roster.add(bob, "Bob"),
      await stage.roster.remove(bob),
      await stage.roster.accept(bob),
      await stage.roster.decline(bob),
    ];
    expect(await tryAll()).toEqual([offline, offline, offline, offline]);
    const { connection, session } = await stage.connect();
    await stage.changes.until("contacts", ({ upserts }) => upserts[0]);
    connection.break();
    await session.over;
    expect(await tryAll()).toEqual([offline, offline, offline, offline]);
    expect(await stage.roster.rename(bob, "Robert")).toEqual(offline);
  });

  test("a change that was on its way is reported as such", async () => {
    const stage = await withContacts("");
    const { connection } = await stage.connect();
    stage.server.answer = () => null;
    const removing = stage.roster.remove(bob);
    await rosterSet(connection);
    connection.break();
    expect(await removing).toEqual({ ok: false, error: { kind: "offline" } });
  });
});

test("somebody who is not a contact cannot be renamed", async () => {
  const stage = await withContacts("");
  await stage.connect();
  const outcome = await stage.roster.rename(bob, "Robert");
  expect(outcome).toEqual({ ok: false, error: { kind: "not-found" } });
});

test("removing a contact asks the server to", async () => {
  const stage = await withContacts("<item jid='bob@work.example'/>");
  const { connection } = await stage.connect();
  expect(await stage.roster.remove(bob)).toEqual({ ok: true, value: null });
  const item = (await rosterSet(connection)).getChild("query", ns)?.getChild("item");
  expect(item?.attrs).toMatchObject({ jid: bob, subscription: "remove" });
});

describe("a request to see our presence", () => {
  const request = "<presence from='kim@far.example' type='subscribe'/>";
  const kim = address("kim@far.example");

  test("is kept before it is acknowledged, and shown once", async () => {
    const stage = await withContacts("");
    const { connection } = await stage.connect();
    connection.send(request + request);
    await connection.requestAck();
    const receivedAt = stage.clock.now();
    const { account } = stage;
    expect(await stage.store.ask("contacts", "requests", null)).toEqual([
      { account, address: kim, receivedAt },
    ]);
    expect(stage.changes.of("requests")).toEqual([
      { upserts: [{ account, address: kim, name: "kim", receivedAt }], removals: [] },
    ]);
    expect(subscriptions(connection)).toEqual([]);
  });

  test("can be accepted: they see us, and we ask to see them", async () => {
    const stage = await withContacts("");
    const { connection } = await stage.connect();
    connection.send(request);
    await requestsAfter(stage, 1);
    expect(await stage.roster.accept(kim)).toEqual({ ok: true, value: null });
    await connection.requestAck();
    expect(subscriptions(connection)).toEqual([`subscribed ${kim}`, `subscribe ${kim}`]);
    const [, removed] = await requestsAfter(stage, 2);
    expect(removed?.removals).toEqual([{ account: stage.account, address: kim }]);
    expect(await stage.store.ask("contacts", "requests", null)).toEqual([]);
  });

  test("can be declined", async () => {
    const stage = await withContacts("");
    const { connection } = await stage.connect();
    connection.send(request);
    await requestsAfter(stage, 1);
    expect(await stage.roster.decline(kim)).toEqual({ ok: true, value: null });
    await connection.requestAck();
    expect(subscriptions(connection)).toEqual([`unsubscribed ${kim}`]);
    expect(await stage.store.ask("contacts", "requests", null)).toEqual([]);
  });

  test("accepted from somebody whom we see already asks them for nothing", async () => {
    const stage = await withContacts("<item jid='kim@far.example' subscription='both'/>");
    const { connection } = await stage.connect();
    await stage.changes.until("contacts", ({ upserts }) => upserts[0]);
    await stage.roster.accept(kim);
    await connection.requestAck();
    expect(subscriptions(connection)).toEqual([`subscribed ${kim}`]);
  });

  test.each([
    ["whom we asked ourselves", "<item jid='kim@far.example' ask='subscribe'/>"],
    ["whose presence we see", "<item jid='kim@far.example' subscription='to'/>"],
  ])("from somebody %s needs no question", async (_who, item) => {
    const stage = await withContacts(item);
    const { connection } = await stage.connect();
    await stage.changes.until("contacts", ({ upserts }) => upserts[0]);
    connection.send(request);
    await connection.received.first((each) => each.attrs["type"] === "subscribed");
    expect(await stage.store.ask("contacts", "requests", null)).toEqual([]);
  });

  test("is one of five hundred at most", async () => {
    const stage = await withContacts("");
    const { connection } = await stage.connect();
    const count = rosterLimits.requestsMax + 20;
    for (let number = 0; number < count; number++) {
      connection.send(`<presence from='spam-${number}@far.example' type='subscribe'/>`);
    }
    await connection.requestAck();
    const kept = await stage.store.ask("contacts", "requests", null);
    expect(kept).toHaveLength(rosterLimits.requestsMax);
    expect(stage.changes.of("requests")).toHaveLength(rosterLimits.requestsMax);
  });

  test.each(["subscribed", "unsubscribe", "unsubscribed"])(
    "is not what other subscription stanzas are: %s",
    async (type) => {
      const stage = await withContacts("");
      const { connection } = await stage.connect();
      connection.send(`<presence from='kim@far.example' type='${type}'/>`);
      await connection.requestAck();
      expect(await stage.store.ask("contacts", "requests", null)).toEqual([]);
      expect(subscriptions(connection)).toEqual([]);
    },
  );
});
