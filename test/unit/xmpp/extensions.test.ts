/** What holds for every extension in xep/index.ts, and what we say of ourselves because of them. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { xml, type Element } from "@xmpp/xml";
import { describe, expect, test } from "vitest";
import { parseJid } from "../../../app/xmpp/jid.ts";
import { readPresence, writePresence } from "../../../app/xmpp/stanza/presence.ts";
import { queryInfo } from "../../../app/xmpp/xep/0030-disco.ts";
import { ownCaps } from "../../../app/xmpp/xep/0115-caps.ts";
import { pingServer } from "../../../app/xmpp/xep/0199-ping.ts";
import { offeredBindingTypes } from "../../../app/xmpp/xep/0440-channel-binding-types.ts";
import type { Xep } from "../../../app/xmpp/xep/define.ts";
import { extensions } from "../../../app/xmpp/xep/index.ts";
import { ownFeatures, ownIdentity } from "../../../app/xmpp/xep/own-capabilities.ts";
import { address, domain, login } from "../../lab/scripted-login.ts";
import { makeSession, playOnline, testAccount, type OnlinePlay } from "./stage.ts";

const folder = new URL("../../../app/xmpp/xep/", import.meta.url);
const list: readonly Xep[] = extensions;
const files = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));

describe("the list", () => {
  test("has each number once, in order", () => {
    const numbers = list.map((each) => each.number);
    expect(numbers).toEqual([...new Set(numbers)].toSorted());
    for (const number of numbers) expect(number).toMatch(/^\d{4}$/);
  });

  test("has what every file declares, and the file is named after it", () => {
    expect(files.map((name) => name.slice(0, 4)).toSorted()).toEqual(
      list.map((each) => each.number),
    );
    for (const name of files) expect(name).toMatch(/^\d{4}-[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/);
  });

  test.each(list.map((each) => [each.number, each] as const))("XEP-%s", (number, each) => {
    expect(each.version).toMatch(/^\d+\.\d+(?:\.\d+)?$/);
    expect(each.date).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
    // The head of the file and the declaration say the same.
    const name = files.find((file) => file.startsWith(number)) ?? "";
    const head = readFileSync(new URL(name, folder), "utf8").slice(0, 400);
    expect(head).toContain(
      `/** XEP-${number}: ${each.title}, version ${each.version} (${each.date}).`,
    );
    expect(head).toContain(`https://xmpp.org/extensions/xep-${number}.html`);
    if (each.status === "partial") expect(each.note).toBeTruthy();
  });

  test("announces each feature once", () => {
    const features = list.flatMap((each) => each.features ?? []);
    expect(features).toEqual([...new Set(features)]);
    expect(ownFeatures(list)).toEqual(features.toSorted());
  });
});

describe("attaching", () => {
  test.each(list.map((each) => [each.number, each] as const))(
    "XEP-%s leaves no trace, and can be attached again",
    (_, each) => {
      const { session } = makeSession({ port: 0 });
      const undo = each.attach?.(session);
      undo?.();
      expect(session.attachments).toBe(0);
      each.attach?.(session);
      expect(session.attachments > 0).toBe(each.attach !== undefined);
    },
  );

  test("a session that is over has none of them", async () => {
    await using stage = await playOnline(login);
    expect(stage.session.attachments).toBeGreaterThan(0);
    stage.peer.destroy();
    await stage.session.over;
    expect(stage.session.attachments).toBe(0);
  });

  test("no two of them read one field", () => {
    for (const kind of ["message", "presence"] as const) {
      const names = list.flatMap((each) => Object.keys(each[kind] ?? {}));
      expect(names).toEqual([...new Set(names)]);
    }
  });
});

/** XEP-0115 §5.1, written down independently. */
function verificationString(identities: readonly string[], features: readonly string[]): string {
  const text = [...identities.toSorted(), ...features.toSorted()]
    .map((each) => `${each}<`)
    .join("");
  return createHash("sha1").update(text, "utf8").digest("base64");
}

/** Asks the client as others do, and returns its answer. */
async function ask(stage: OnlinePlay, payload: string): Promise<string> {
  await stage.peer.send(
    `<iq type='get' id='q1' from='romeo@montague.example/x' to='${address}/balcony'>${payload}</iq>`,
  );
  const [answer] = await stage.peer.expect(/<iq [^>]*id="q1"[^>]*?(?:\/>|>.*?<\/iq>)/);
  return answer;
}

function attributes(text: string, element: string, attribute: string): string[] {
  const pattern = new RegExp(`<${element} [^>]*?${attribute}="([^"]*)"`, "g");
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

const nsInfo = "http://jabber.org/protocol/disco#info";

describe("what we say of ourselves", () => {
  test("the hash of XEP-0115 §5.2 is computed right by this test", () => {
    const features = [
      "http://jabber.org/protocol/disco#items",
      "http://jabber.org/protocol/caps",
      "http://jabber.org/protocol/muc",
      "http://jabber.org/protocol/disco#info",
    ];
    const hash = verificationString(["client/pc//Exodus 0.9.1"], features);
    expect(hash).toBe("QgayPKawpkPSDYmwT/WM94uAlu0=");
  });

  test("whoever is asked for the hash in our presence answers with what it stands for", async () => {
    await using stage = await playOnline(login);
    const { node, ver, hash } = ownCaps(stage.session.extensions);
    expect(hash).toBe("sha-1");
    const answer = await ask(stage, `<query xmlns='${nsInfo}' node='${node}#${ver}'/>`);
    const features = attributes(answer, "feature", "var");
    const { category, type, name } = ownIdentity;
    expect(attributes(answer, "identity", "category")).toEqual([category]);
    expect(verificationString([`${category}/${type}//${name}`], features)).toBe(ver);
    expect(attributes(answer, "query", "node")).toEqual([`${node}#${ver}`]);
  });

  test("without a node the answer is the same, and another node does not exist", async () => {
    await using stage = await playOnline(login);
    const plain = await ask(stage, `<query xmlns='${nsInfo}'/>`);
    expect(attributes(plain, "feature", "var")).toEqual(ownFeatures(list));
    const other = await ask(stage, `<query xmlns='${nsInfo}' node='urn:other'/>`);
    expect(other).toContain("<item-not-found");
  });

  test("we have no items", async () => {
    await using stage = await playOnline(login);
    const ns = "http://jabber.org/protocol/disco#items";
    expect(await ask(stage, `<query xmlns='${ns}'/>`)).toContain(`<query xmlns="${ns}"/>`);
  });

  test("our presence carries it, and others read it", () => {
    const caps = ownCaps(list);
    const presence = writePresence({ availability: "online", status: "", caps });
    const account = testAccount();
    const read = readPresence(presence, { account, from: account });
    expect(read.ok && read.value.caps).toEqual(caps);
  });
});

describe("asking others", () => {
  async function askedOf(answer: string): Promise<Awaited<ReturnType<typeof queryInfo>>> {
    await using stage = await playOnline(login);
    const server = parseJid(domain);
    if (!server) throw new Error("the domain is an address");
    const asked = queryInfo(stage.session, server, "urn:node");
    const [, id = ""] = await stage.peer.expect(
      /<iq [^>]*id="([^"]+)"[^>]*><query [^>]*node="urn:node"\/>/,
    );
    await stage.peer.send(`<iq from='${domain}' id='${id}' type=${answer}</iq>`);
    return asked;
  }

  test("what they are and can", async () => {
    const answer = await askedOf(
      `'result'><query xmlns='${nsInfo}'><identity category='server' type='im' name='P'/><identity/>
       <feature var='urn:a'/><feature var='urn:a'/><feature var=''/><feature/><other var='urn:b'/></query>`,
    );
    const none = { category: "", type: "", name: "" };
    const identities = [{ category: "server", type: "im", name: "P" }, none];
    expect(answer).toEqual({ ok: true, value: { identities, features: new Set(["urn:a"]) } });
  });

  test("nothing in the answer is nothing", async () => {
    const value = { identities: [], features: new Set() };
    expect(await askedOf("'result'>")).toEqual({ ok: true, value });
  });

  test("a refusal is a value", async () => {
    expect(await askedOf("'error'>")).toMatchObject({ ok: false, error: { kind: "refused" } });
  });

  test.each([
    ["answered", "result", true],
    ["refused, which is an answer, too", "error", true],
  ])("a ping that is %s", async (_, type, isAlive) => {
    await using stage = await playOnline(login);
    const asked = pingServer(stage.session);
    const [, id = ""] = await stage.peer.expect(/<iq [^>]*id="([^"]+)"[^>]*><ping /);
    await stage.peer.send(`<iq id='${id}' type='${type}'/>`);
    expect(await asked).toBe(isAlive);
  });

  test("a ping into silence", async () => {
    await using stage = await playOnline(login);
    const asked = pingServer(stage.session);
    await stage.peer.expect(/<ping /);
    await stage.clock.advance(30_000);
    expect(await asked).toBe(false);
  });

  test("which channel bindings a server lists", () => {
    const ns = "urn:xmpp:sasl-cb:0";
    const list = (...children: Element[]): Element =>
      xml("features", {}, xml("sasl-channel-binding", { xmlns: ns }, children));
    const binding = (type?: string): Element => xml("channel-binding", { type });
    expect(offeredBindingTypes(xml("features"))).toBeNull();
    expect(offeredBindingTypes(list())).toEqual([]);
    expect(offeredBindingTypes(list(binding("tls-exporter"), binding(), binding("x")))).toEqual([
      "tls-exporter",
      "x",
    ]);
  });
});
