/** The contact list: fetched, pushed, changed by us, and who is online in it. */

import { describe, expect, test } from "vitest";
import type { ContactView } from "../../../app/contract/views.ts";
import { StoreError } from "../../../app/store/store.ts";
import { bareOf, parseBareJid, type BareJid } from "../../../app/xmpp/jid.ts";
import { HeldStore } from "../../lab/held-store.ts";
import { answerAsUsual, refusal, type MemoryConnection } from "../../lab/memory-server.ts";
import { openChat } from "../../lab/stored-data.ts";
import { makeStage, type Stage, type StageOptions } from "./stage.ts";

const ns = "jabber:iq:roster";
const versioning = "<ver xmlns='urn:xmpp:features:rosterver'/>";

function address(text: string): BareJid {
  const parsed = parseBareJid(text);
  if (!parsed) throw new Error(`${text} is no address`);
  return parsed;
}

const bob = address("bob@work.example");

/** A stage whose server answers with this roster. */
async function withRoster(items: string, options: StageOptions & { version?: string } = {}) {
  const { version, ...rest } = options;
  const stage = await makeStage(rest);
  const ver = version === undefined ? "" : ` ver='${version}'`;
  stage.server.answer = (payload, request) =>
    payload.is("query", ns) && request.attrs["type"] === "get"
      ? `<query xmlns='${ns}'${ver}>${items}</query>`
      : answerAsUsual(payload, request);
  return stage;
}

function fetches(connection: MemoryConnection) {
  const queries = connection.stanzas("iq").filter((each) => each.attrs["type"] === "get");
  return queries.flatMap((each) => each.getChild("query", ns) ?? []);
}

let pushes = 0;

/** Pushes an item and returns the client's answer: "result", or the condition of its refusal. */
async function push(
  connection: MemoryConnection,
  items: string,
  { from = "", version = "" }: { from?: string; version?: string } = {},
): Promise<string | undefined> {
  const id = `push-${pushes++}`;
  const sender = from === "" ? "" : `from='${from}'`;
  connection.send(
    `<iq type='set' id='${id}' ${sender}><query xmlns='${ns}' ver='${version}'>${items}</query></iq>`,
  );
  const answer = await connection.received.first((each) => each.attrs["id"] === id);
  const [condition] = answer.getChild("error")?.getChildElements() ?? [];
  return answer.attrs["type"] === "error" ? condition?.getName() : answer.attrs["type"];
}

/** Resolves with a contact once it looks as described. */
function contact({ changes }: Stage, fits: (view: ContactView) => boolean): Promise<ContactView> {
  return changes.until("contacts", ({ upserts }) => upserts.find(fits));
}

function storedContacts({ store, account }: Stage) {
  return store.ask("contacts", "ofAccount", { account });
}

describe("the roster", () => {
  test("is fetched, stored and published, and the chats get their names", async () => {
    const item = `<item jid='bob@work.example' name='Bob' subscription='both'><group>Work</group></item>`;
    const stage = await withRoster(item);
    await openChat(stage.store, stage.account);
    await stage.connect();
    expect(await contact(stage, ({ name }) => name === "Bob")).toEqual({
      account: stage.account,
      address: bob,
      name: "Bob",
      groups: ["Work"],
      subscription: "both",
      isAsking: false,
      presence: null,
    });
    await stage.changes.until("chats", ({ upserts }) => upserts.find(({ name }) => name === "Bob"));
    expect(await storedContacts(stage)).toMatchObject([{ address: bob, name: "Bob" }]);
  });

  test("takes the place of the old one: who is not in it any more is removed", async () => {
    const stage = await withRoster("<item jid='new@work.example' subscription='none'/>");
    await stage.store.ask("contacts", "update", {
      contact: {
        account: stage.account,
        address: "old@work.example",
        name: "Old",
        groups: [],
        subscription: "both",
        isAsking: false,
      },
      version: "",
    });
    await stage.roster.load();
    expect(stage.roster.seesUs(address("old@work.example"))).toBe(true);
    await stage.connect();
    const removals = await stage.changes.until("contacts", (change) => change.removals);
    expect(removals).toEqual([{ account: stage.account, address: "old@work.example" }]);
    expect(await storedContacts(stage)).toMatchObject([{ address: "new@work.example" }]);
    expect(stage.roster.seesUs(address("old@work.example"))).toBe(false);
  });

  test("may have items that make no sense: those are left out", async () => {
    const stage = await withRoster(
      "<item/><item jid='@'/><item jid='a@b/resource'/><item jid='x@y' subscription='remove'/>" +
        "<item jid='odd@work.example' subscription='sideways'/>",
    );
    await stage.connect();
    await contact(stage, ({ address }) => address === "odd@work.example");
    expect(await storedContacts(stage)).toMatchObject([
      { address: "odd@work.example", subscription: "none" },
    ]);
  });

  test("that is refused leaves what is known as it is", async () => {
    const stage = await withRoster("<item jid='bob@work.example' name='Bob'/>");
    await stage.connect().then(({ session }) => {
      session.close();
      return contact(stage, () => true);
    });
    stage.server.answer = () => refusal("internal-server-error");
    const { connection } = await stage.connect();
    await connection.requestAck();
    expect(await storedContacts(stage)).toMatchObject([{ name: "Bob" }]);
  });
});

describe("versions", () => {
  test("are not mentioned to a server that does not know them", async () => {
    const stage = await withRoster("", { version: "ignored" });
    const { connection } = await stage.connect();
    await connection.received.first((each) => each.getChild("query", ns) !== undefined);
    expect(fetches(connection)[0]?.attrs["ver"]).toBeUndefined();
  });

  test("are asked from the one that is known, and an empty answer keeps everything", async () => {
    const item = "<item jid='bob@work.example' name='Bob' subscription='both'/>";
    const stage = await withRoster(item, { features: versioning, version: "v1" });
    const first = await stage.connect();
    await contact(stage, ({ name }) => name === "Bob");
    expect(fetches(first.connection)[0]?.attrs["ver"]).toBe("");
    await stage.store.close();

    const next = await makeStage({ folder: stage.folder, features: versioning });
    next.server.answer = () => "";
    const second = await next.connect();
    await second.connection.requestAck();
    expect(fetches(second.connection)[0]?.attrs["ver"]).toBe("v1");
    expect(await storedContacts(next)).toMatchObject([{ name: "Bob" }]);
    expect(next.roster.seesUs(bob)).toBe(true);
  });

  test("go on with each push", async () => {
    const stage = await withRoster("", { features: versioning, version: "v1" });
    const { connection, session } = await stage.connect();
    await push(connection, "<item jid='bob@work.example'/>", { version: "v2" });
    await contact(stage, () => true);
    session.close();
    await session.over;
    const second = await stage.connect();
    expect(fetches(second.connection)[0]?.attrs["ver"]).toBe("v2");
  });

  test("are not claimed when a change could not be written: then all is fetched again", async () => {
    let held: HeldStore | undefined;
    const stage = await withRoster("<item jid='bob@work.example' name='Bob'/>", {
      features: versioning,
      version: "v9",
      wrap: (store) => (held = new HeldStore(store, ["contacts.update"])).asStore(),
    });
    const { connection, session } = await stage.connect();
    await contact(stage, ({ name }) => name === "Bob");
    await push(connection, "<item jid='lost@work.example'/>", { version: "v10" });
    await held?.refuse(1, new StoreError("disk-full", "no room"));
    held?.releaseAll();
    await push(connection, "<item jid='kept@work.example'/>", { version: "v11" });
    await contact(stage, (view) => view.address === "kept@work.example");
    const [record] = await stage.store.ask("accounts", "list", null);
    expect(record?.rosterVersion).toBe("");
    session.close();
    await session.over;
    const second = await stage.connect();
    expect(fetches(second.connection)[0]?.attrs["ver"]).toBe("");
  });
});

describe("a push", () => {
  test("puts in, changes and removes, and is answered", async () => {
    const stage = await withRoster("");
    const { connection } = await stage.connect();
    expect(await push(connection, "<item jid='bob@work.example' name='Bob'/>")).toBe("result");
    await contact(stage, ({ name }) => name === "Bob");
    const from = "ana@home.example";
    const changed = "<item jid='bob@work.example' name='Robert' subscription='from'/>";
    expect(await push(connection, changed, { from })).toBe("result");
    await contact(stage, ({ name }) => name === "Robert");
    expect(stage.roster.seesUs(bob)).toBe(true);
    await push(connection, "<item jid='bob@work.example' subscription='remove'/>");
    const removed = await stage.changes.until("contacts", ({ removals }) => removals[0]);
    expect(removed).toEqual({ account: stage.account, address: bob });
    expect(await storedContacts(stage)).toEqual([]);
    expect(stage.roster.seesUs(bob)).toBe(false);
  });

  test.each(["eve@home.example", "home.example", "ana@home.example/other", "ana@evil.example"])(
    "from anybody else is refused and changes nothing: %s",
    async (from) => {
      const stage = await withRoster("");
      const { connection } = await stage.connect();
      const forged = "<item jid='eve@home.example' name='Your Bank' subscription='both'/>";
      expect(await push(connection, forged, { from })).toBe("service-unavailable");
      await connection.requestAck();
      expect(await storedContacts(stage)).toEqual([]);
      expect(stage.roster.seesUs(address("eve@home.example"))).toBe(false);
    },
  );

  test.each([
    ["no item", ""],
    ["two items", "<item jid='a@b.example'/><item jid='c@d.example'/>"],
    ["an item without an address", "<item name='Nobody'/>"],
  ])("with %s is a bad request", async (_what, items) => {
    const stage = await withRoster("");
    const { connection } = await stage.connect();
    expect(await push(connection, items)).toBe("bad-request");
    expect(await storedContacts(stage)).toEqual([]);
  });

  test("that comes before the answer to the request is applied after it", async () => {
    const stage = await withRoster("");
    const answers: (() => void)[] = [];
    stage.server.answer = (_payload, request) => {
      const id = request.attrs["id"] ?? "";
      const roster = `<query xmlns='${ns}'><item jid='bob@work.example' name='Old'/></query>`;
      answers.push(() =>
        stage.server.connections[0]?.send(`<iq type='result' id='${id}'>${roster}</iq>`),
      );
      return null;
    };
    const { connection } = await stage.connect();
    await push(connection, "<item jid='bob@work.example' name='New'/>");
    for (const answer of answers) answer();
    await contact(stage, ({ name }) => name === "New");
    expect(await storedContacts(stage)).toMatchObject([{ name: "New" }]);
  });
});

describe("presence", () => {
  const online = "<presence from='bob@work.example/phone'><status>here</status></presence>";

  test("of a contact is published, and goes with the connection", async () => {
    const stage = await withRoster("<item jid='bob@work.example' subscription='to'/>");
    const { connection, session } = await stage.connect();
    connection.send(online);
    const view = await contact(stage, ({ presence }) => presence !== null);
    expect(view.presence).toEqual({ availability: "online", status: "here" });
    connection.break();
    await session.over;
    const last = stage.changes.of("contacts").at(-1);
    expect(last?.upserts).toMatchObject([{ address: bob, presence: null }]);
  });

  test("may come before the roster that says who it is", async () => {
    const stage = await withRoster("");
    let answer = (): void => undefined;
    stage.server.answer = (_payload, request) => {
      const id = request.attrs["id"] ?? "";
      const roster = `<query xmlns='${ns}'><item jid='bob@work.example' subscription='to'/></query>`;
      answer = () =>
        stage.server.connections[0]?.send(`<iq type='result' id='${id}'>${roster}</iq>`);
      return null;
    };
    const { connection } = await stage.connect();
    connection.send(online);
    await connection.requestAck();
    expect(stage.changes.of("contacts")).toEqual([]);
    answer();
    const view = await contact(stage, () => true);
    expect(view.presence).toEqual({ availability: "online", status: "here" });
  });

  test("of somebody who is not a contact is not published", async () => {
    const stage = await withRoster("");
    const { connection } = await stage.connect();
    connection.send("<presence from='stranger@far.example/x'/>");
    await connection.requestAck();
    expect(stage.changes.of("contacts").flatMap(({ upserts }) => upserts)).toEqual([]);
    expect(bareOf(bob)).toBe(bob);
  });
});
