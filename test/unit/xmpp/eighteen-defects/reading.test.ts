/** Defects 6 to 9 of the stock client: what is read is what was written, and nothing else is read. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onlineXmlLimits } from "../../../../app/base/limits.ts";
import { Element } from "@xmpp/xml";
import type { Message } from "../../../../app/xmpp/stanza/message.ts";
import {
  exchangePing,
  features,
  header,
  login,
  message,
  ns,
  starttls,
} from "../../../lab/scripted-login.ts";
import { play, playOnline, problemAfter, type OnlinePlay } from "../stage.ts";

/** Bodies as they arrive. */
function bodies(stage: OnlinePlay): (string | null)[] {
  const received: (string | null)[] = [];
  stage.session.onMessage((each: Message) => void received.push(each.body));
  return received;
}

describe("6: a character cut in two by the network arrives whole", () => {
  test.each([1, 2, 3])("an emoji cut after byte %i of four", async (bytes) => {
    await using stage = await playOnline(login);
    const received = bodies(stage);
    const text = message("привет 🎉 мир");
    const start = Buffer.from(text.slice(0, text.indexOf("🎉"))).length;
    await stage.peer.sendCut(text, start + bytes);
    await exchangePing(stage.peer);
    expect(received).toEqual(["привет 🎉 мир"]);
  });

  test("every byte comes alone", async () => {
    await using stage = await playOnline(login);
    const received = bodies(stage);
    const text = message("日本語 &#x1F389; &lt;мир&gt; 🎉");
    const cuts = Array.from({ length: Buffer.byteLength(text) - 1 }, (_, index) => index + 1);
    await stage.peer.sendCut(text, ...cuts);
    await exchangePing(stage.peer);
    expect(received).toEqual(["日本語 🎉 <мир> 🎉"]);
  });
});

describe("7: a stanza of any size costs neither the memory nor the processor", () => {
  /** Sends chunk after chunk until the client has had enough. Returns how much it took. */
  async function pour(stage: OnlinePlay, chunk: string, count: number): Promise<number> {
    let sent = 0;
    for (let index = 0; index < count && stage.session.state === "online"; index++) {
      await Promise.race([stage.peer.send(chunk), stage.peer.gone, stage.session.over]);
      sent += chunk.length;
    }
    return sent;
  }

  test.each([
    ["a text of 32 MB", "<message><body>", "x".repeat(65_536), 512],
    ["an attribute of 32 MB", "<message id='", "x".repeat(65_536), 512],
    ["a name of 32 MB", "<message><", "x".repeat(65_536), 512],
    ["32 MB of small elements", "<message>", "<a/>".repeat(16_384), 512],
    ["32 MB of white space between stanzas", "", " ".repeat(65_536), 512],
  ])("%s is refused before it has all arrived", async (_, start, chunk, count) => {
    await using stage = await playOnline(login);
    await stage.peer.send(start);
    const sent = await pour(stage, chunk, count);
    expect(await problemAfter(stage.session)).toEqual({ kind: "unreadable", what: "too-big" });
    // What lies in the buffers of two sockets comes on top.
    expect(sent).toBeLessThan(onlineXmlLimits.stanzaCharsMax + 8 * 1024 * 1024);
    await stage.peer.expect(/<policy-violation/);
  });

  test("100 MB in one stanza do not fill the memory", async () => {
    await using stage = await playOnline(login);
    const before = process.memoryUsage();
    await stage.peer.send("<message><body>");
    await pour(stage, "ж".repeat(32_768), 1_600);
    expect(await problemAfter(stage.session)).toEqual({ kind: "unreadable", what: "too-big" });
    const after = process.memoryUsage();
    const mb = 1024 * 1024;
    expect((after.rss - before.rss) / mb).toBeLessThan(128);
    expect((after.heapUsed - before.heapUsed) / mb).toBeLessThan(64);
  });

  test("nesting 10,000 deep ends the session, not the program", async () => {
    await using stage = await playOnline(login);
    await stage.peer.send("<message>", "<a>".repeat(10_000), "</a>".repeat(10_000), "</message>");
    expect(await problemAfter(stage.session)).toEqual({ kind: "unreadable", what: "too-deep" });
  });

  test("a contact list of 10,000 people is not too big", async () => {
    await using stage = await playOnline(login);
    const item = (number: number): string =>
      `<item jid='friend${number}@montague.example' name='Friend number ${number}' subscription='both'><group>Friends</group><group>Verona</group></item>`;
    const request = stage.session.iq.request({
      type: "get",
      to: null,
      payload: new Element("query", { xmlns: "jabber:iq:roster" }),
    });
    const [, id = ""] = await stage.peer.expect(/<iq [^>]*id="([^"]+)"/);
    const items = Array.from({ length: 10_000 }, (_, number) => item(number)).join("");
    const query = `<query xmlns='jabber:iq:roster'>${items}</query>`;
    await stage.peer.send(`<iq type='result' id='${id}'>${query}</iq>`);
    const answer = await request;
    expect(answer.ok && answer.value.getChild("query")?.children.length).toBe(10_000);
  });
});

describe("8: one malformed thing does not end the program", () => {
  const uncaught: unknown[] = [];
  const note = (thrown: unknown): void => void uncaught.push(thrown);
  beforeAll(() => {
    process.on("uncaughtExceptionMonitor", note);
  });
  afterAll(() => {
    process.off("uncaughtExceptionMonitor", note);
  });

  test("an unknown entity ends the session with a reason", async () => {
    await using stage = await playOnline(login);
    await stage.peer.send(message("&foo; hello"));
    expect(await problemAfter(stage.session)).toEqual({ kind: "unreadable", what: "malformed" });
    expect(uncaught).toEqual([]);
  });

  test.each([
    ["a sender without a domain", "<message from='romeo@' type='chat'><body>x</body></message>"],
    ["a sender of nothing", "<presence from=''/>"],
    ["a sender with two spaces", "<message from='a b@c d'><body>x</body></message>"],
    ["a request from nowhere", "<iq type='get' id='1' from='@'><ping xmlns='urn:xmpp:ping'/></iq>"],
    ["a request to nowhere", "<iq type='get' id='1' to='a@'><ping xmlns='urn:xmpp:ping'/></iq>"],
    ["a message to nowhere", "<message to='@/'><body>x</body></message>"],
  ])("%s is dropped, and what follows arrives", async (_, stanza) => {
    await using stage = await playOnline(login);
    const received = bodies(stage);
    await stage.peer.send(stanza, message("after"));
    await exchangePing(stage.peer);
    expect(received).toEqual(["after"]);
    expect(stage.session.dropped).toBe(1);
    expect(stage.session.state).toBe("online");
    expect(uncaught).toEqual([]);
  });
});

describe("9: what XMPP forbids in XML is not swallowed", () => {
  const bad: Record<string, string> = {
    "a comment": "<!-- hello -->",
    "a processing instruction": "<?php x?>",
    "a document type": `<!DOCTYPE x [<!ENTITY a "b">]>`,
    "an attribute twice": "<message a='1' a='2'/>",
    "an attribute twice under two prefixes": "<message xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'/>",
    "a prefix that means nothing": "<message><zz:y/></message>",
    "an attribute prefix that means nothing": "<message zz:y='1'/>",
    "a control character": "<message><body>\u0001</body></message>",
    "a reference to a control character": "<message><body>&#1;</body></message>",
    "an end without a start": "</message>",
    "elements that overlap": "<message><body></message></body>",
    "an attribute without quotes": "<message a=1/>",
    "a bare less-than sign": "<message><body>a < b</body></message>",
    "an XML declaration in the middle": "<?xml version='1.0'?><message/>",
    "text between stanzas": "hello",
    "half a character": "<message><body>\u00ff</body></message>",
  };

  test.each(Object.entries(bad))("%s", async (name, xml) => {
    await using stage = await playOnline(login);
    const received = bodies(stage);
    const isBytes = name === "half a character";
    await stage.peer.send(Buffer.from(xml, isBytes ? "latin1" : "utf8"), message("after"));
    expect(await problemAfter(stage.session)).toEqual({ kind: "unreadable", what: "malformed" });
    expect(received).toEqual([]);
    await stage.peer.expect(new RegExp(`<stream:error><[a-z-]+ xmlns="${ns.streams}"/>`));
  });

  test("what XML 1.1 allows in addition", async () => {
    await using stage = await play(async (peer) => {
      await peer.expect(/<stream:stream [^>]*>/);
      await peer.send(header.replace("version='1.0'?", "version='1.1'?"));
      await peer.send("<message><body>&#1;</body></message>", features(starttls));
      await peer.expect(/<not-well-formed/);
    });
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({ kind: "unreadable", what: "malformed" });
  });
});
