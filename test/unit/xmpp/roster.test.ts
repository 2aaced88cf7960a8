/** The roster on the wire: asking, being told, and who may tell. */

import { describe, expect, test } from "vitest";
import { parseBareJid } from "../../../app/xmpp/jid.ts";
import {
  fetchRoster,
  onRosterPush,
  removeRosterItem,
  setRosterItem,
  type RosterItem,
} from "../../../app/xmpp/stanza/roster.ts";
import { address, domain, login, ns } from "../../lab/scripted-login.ts";
import type { Peer } from "../../lab/scripted-server.ts";
import { playOnline } from "./stage.ts";

const romeo = parseBareJid("romeo@montague.example");
if (!romeo) throw new Error("the example is an address");

function query(inside: string, ver = ""): string {
  return `<query xmlns='jabber:iq:roster'${ver && ` ver='${ver}'`}>${inside}</query>`;
}

function push(from: string | null, inside: string): string {
  const by = from === null ? "" : ` from='${from}'`;
  return `<iq type='set' id='push1'${by} to='${address}/balcony'>${query(inside, "v9")}</iq>`;
}

/** What the client answers to the push: "result", or the condition of its refusal. */
async function answerToPush(peer: Peer): Promise<string> {
  const [answer] = await peer.expect(/<iq [^>]*id="push1"[^>]*?(?:\/>|>.*?<\/iq>)/);
  return answer.includes('type="result"')
    ? "result"
    : (/<error[^>]*><([a-z-]+)/.exec(answer)?.[1] ?? "");
}

const item = "<item jid='romeo@montague.example' name='Romeo' subscription='both'/>";

describe("a push", () => {
  test.each([
    ["our own account", address],
    ["our server, which need not say so", null],
  ])("from %s counts", async (_, from) => {
    await using stage = await playOnline(login);
    const pushed: [RosterItem, string][] = [];
    onRosterPush(stage.session, (each, version) => pushed.push([each, version]));
    await stage.peer.send(push(from, item));
    expect(await answerToPush(stage.peer)).toBe("result");
    const contact = {
      address: romeo,
      name: "Romeo",
      subscription: "both",
      isAsking: false,
      groups: [],
    };
    expect(pushed).toEqual([[contact, "v9"]]);
  });

  test.each([
    ["a stranger", "mallory@evil.example/x"],
    ["a neighbour", `nurse@${domain}`],
    ["another device of ours", `${address}/kitchen`],
    ["the contact itself", "romeo@montague.example"],
    ["another server", "montague.example"],
  ])("from %s is refused and changes nothing", async (_, from) => {
    await using stage = await playOnline(login);
    let pushes = 0;
    onRosterPush(stage.session, () => pushes++);
    await stage.peer.send(push(from, item));
    expect(await answerToPush(stage.peer)).toBe("service-unavailable");
    expect(pushes).toBe(0);
  });

  test.each([
    ["nothing", ""],
    ["two contacts", item + item],
    ["no address", "<item name='Romeo'/>"],
    ["an address with a device", "<item jid='romeo@montague.example/orchard'/>"],
    ["what is no address", "<item jid='@'/>"],
  ])("of %s is refused", async (_, inside) => {
    await using stage = await playOnline(login);
    let pushes = 0;
    onRosterPush(stage.session, () => pushes++);
    await stage.peer.send(push(null, inside));
    expect(await answerToPush(stage.peer)).toBe("bad-request");
    expect(pushes).toBe(0);
  });

  test("after nobody listens any more is refused, and listening can begin again", async () => {
    await using stage = await playOnline(login);
    const attachments = stage.session.attachments;
    const undo = onRosterPush(stage.session, () => undefined);
    undo();
    expect(stage.session.attachments).toBe(attachments);
    await stage.peer.send(push(null, item));
    expect(await answerToPush(stage.peer)).toBe("service-unavailable");
    onRosterPush(stage.session, () => undefined);
    await stage.peer.send(push(null, item));
    expect(await answerToPush(stage.peer)).toBe("result");
  });
});

const versioning = "<ver xmlns='urn:xmpp:features:rosterver'/>";

async function fetched(
  answer: (id: string) => string,
  features = "",
): Promise<{ readonly request: string; readonly roster: Awaited<ReturnType<typeof fetchRoster>> }> {
  await using stage = await playOnline((peer) => login(peer, { features }));
  const asked = fetchRoster(stage.session, "v1");
  const [request, id = ""] = await stage.peer.expect(/<iq [^>]*id="([^"]+)"[^>]*><query.*?<\/iq>/);
  await stage.peer.send(answer(id));
  return { request, roster: await asked };
}

describe("asking for it", () => {
  test("reads what is there and leaves out what is not", async () => {
    const inside = `
      <item jid='romeo@montague.example' name='Romeo' subscription='to'><group>Friends</group><group>Verona</group></item>
      <item jid='Nurse@Capulet.example' ask='subscribe'/>
      <item jid='paris@verona.example' subscription='strange'/>
      <item jid='tybalt@capulet.example' subscription='remove'/>
      <item jid='not an address' subscription='both'/>
      <item xmlns='urn:other' jid='mercutio@verona.example'/>`;
    const { roster } = await fetched(
      (id) => `<iq type='result' id='${id}'>${query(inside, "v2")}</iq>`,
    );
    const contact = { name: "", subscription: "none", isAsking: false, groups: [] };
    const items = [
      {
        ...contact,
        address: "romeo@montague.example",
        name: "Romeo",
        subscription: "to",
        groups: ["Friends", "Verona"],
      },
      { ...contact, address: "nurse@capulet.example", isAsking: true },
      { ...contact, address: "paris@verona.example" },
    ];
    expect(roster).toEqual({ ok: true, value: { version: "v2", items } });
  });

  test("names the known version to servers that keep versions, and to no others", async () => {
    const empty = (id: string): string => `<iq type='result' id='${id}'/>`;
    const versioned = await fetched(empty, versioning);
    expect(versioned.request).toContain('ver="v1"');
    // Nothing: what we know is still true.
    expect(versioned.roster).toEqual({ ok: true, value: { version: "v1", items: null } });
    expect((await fetched(empty)).request).not.toContain("ver=");
  });

  test("names and groups are cut to what we keep", async () => {
    const long = "x".repeat(5_000);
    const groups = Array.from({ length: 100 }, (_, number) => `<group>${number}${long}</group>`);
    const inside = `<item jid='romeo@montague.example' name='${long}'>${groups.join("")}</item>`;
    const { roster } = await fetched((id) => `<iq type='result' id='${id}'>${query(inside)}</iq>`);
    const [contact] = (roster.ok && roster.value.items) || [];
    expect(contact?.name).toHaveLength(256);
    expect(contact?.groups).toHaveLength(32);
    expect(contact?.groups[0]).toHaveLength(256);
  });

  test("a refusal is a value", async () => {
    const error = `<error type='cancel'><not-allowed xmlns='${ns.stanzas}'/></error>`;
    const { roster } = await fetched((id) => `<iq type='error' id='${id}'>${error}</iq>`);
    expect(roster).toMatchObject({ ok: false, error: { kind: "refused" } });
  });
});

describe("changing it", () => {
  test("writes what RFC 6121 §2.3 and §2.5 show", async () => {
    await using stage = await playOnline(login);
    void setRosterItem(stage.session, { address: romeo, name: "R & J", groups: ["<3"] });
    const [set] = await stage.peer.expect(/<query xmlns="jabber:iq:roster">.*?<\/query>/);
    expect(set).toBe(
      '<query xmlns="jabber:iq:roster"><item jid="romeo@montague.example" name="R &amp; J"><group>&lt;3</group></item></query>',
    );
    void setRosterItem(stage.session, { address: romeo, name: "", groups: [] });
    await stage.peer.expect(/<item jid="romeo@montague.example"\/>/);
    void removeRosterItem(stage.session, romeo);
    await stage.peer.expect(/<item jid="romeo@montague.example" subscription="remove"\/>/);
    expect(stage.session.iq.pending).toBe(3);
  });
});
