/** Every stanza in this folder is read, and written where it says so.
 *
 *  name.xml is a stanza as it arrives at juliet@capulet.example. name.json says what is read of it:
 *
 *  - read       the fields that differ from those of an empty stanza;
 *  - from       the sender, where it is not the one that the XML names in so many words;
 *  - dropped    instead of read: why the stanza is not taken at all;
 *  - isWritten  writing what was read gives the same stanza again.
 *
 *  Of a request or an answer, instead of all that (certificates are base64 here and bytes there):
 *
 *  - certificates  the server's list that is read of it (XEP-0257);
 *  - appended      what is written as its payload. */

import { readdirSync, readFileSync } from "node:fs";
import type { Element } from "@xmpp/xml";
import { describe, expect, test } from "vitest";
import { onlineXmlLimits } from "../../app/base/limits.ts";
import type { Result } from "../../app/base/result.ts";
import { parseBareJid, parseJid } from "../../app/xmpp/jid.ts";
import { readMessage, writeMessage, type Message } from "../../app/xmpp/stanza/message.ts";
import { readPresence, writePresence, type Presence } from "../../app/xmpp/stanza/presence.ts";
import {
  readServerCertificates,
  writeAppend,
} from "../../app/xmpp/xep/0257-client-certificates.ts";
import { XmlReader } from "../../app/xmpp/xml/reader.ts";

interface Case {
  readonly read?: Record<string, unknown>;
  readonly from?: string;
  readonly dropped?: string;
  readonly isWritten?: boolean;
  readonly certificates?: readonly CertificateCase[];
  readonly appended?: CertificateCase & { readonly mayManage: boolean };
}

interface CertificateCase {
  readonly name: string;
  readonly certificate: string;
}

const folder = new URL("./", import.meta.url);
const account = parseBareJid("juliet@capulet.example");
if (!account) throw new Error("the account is an address");

const empty = {
  message: { type: "normal", id: "", body: null, isBodyCut: false, error: null },
  presence: { type: "available", availability: "online", status: "", priority: 0 },
};

/** Reads one stanza as the stream would bring it. */
function parse(text: string): Element {
  const elements: Element[] = [];
  const reader = new XmlReader(
    { open: () => undefined, element: (each) => elements.push(each), close: () => undefined },
    onlineXmlLimits,
  );
  const header = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
  const fault = reader.write(Buffer.from(header + text));
  const [stanza] = elements;
  if (fault || !stanza) throw new Error(`not a stanza: ${fault?.fault ?? "it has no end"}`);
  return stanza;
}

function read(stanza: Element, from: string): Result<Message | Presence, string> {
  const sender = parseJid(from);
  if (!account || !sender) throw new Error(`the case has no sender: ${from}`);
  const context = { account, from: sender };
  return stanza.name === "message" ? readMessage(stanza, context) : readPresence(stanza, context);
}

function write(stanza: Message | Presence): Element {
  if ("availability" in stanza) return writePresence(stanza);
  const { from: to, type, body, isBodyCut: _cut, error: _error, ...fields } = stanza;
  if (type !== "chat" && type !== "normal")
    throw new Error(`nobody writes messages of type ${type}`);
  return writeMessage({ to, type, ...fields, ...(body === null ? {} : { body }) });
}

function expectIq(stanza: Element, { certificates, appended }: Case): void {
  if (appended) {
    const certificate = Buffer.from(appended.certificate, "base64");
    const payload = parse(writeAppend({ ...appended, certificate }).toString());
    const wanted = stanza.getChildElements()[0];
    expect(payload.attrs).toEqual(wanted?.attrs);
    expect(children(payload)).toEqual(children(wanted ?? payload));
  } else {
    const read = readServerCertificates(stanza).map((each) => ({
      ...each,
      certificate: Buffer.from(each.certificate).toString("base64"),
    }));
    expect(read).toEqual(certificates);
  }
}

/** The children of a stanza, each as text that does not depend on the order of its attributes. */
function children(stanza: Element): string[] {
  return stanza
    .getChildElements()
    .map((child) => {
      const attrs = Object.entries({ xmlns: child.getNS(), ...child.attrs });
      const sorted = attrs.map(([name, value]) => `${name}=${value}`).toSorted();
      return JSON.stringify([child.getName(), sorted, child.children]);
    })
    .toSorted();
}

for (const group of readdirSync(folder).filter((name) => !name.includes("."))) {
  const inGroup = new URL(`${group}/`, folder);
  const files = readdirSync(inGroup);
  const names = files.filter((name) => name.endsWith(".xml")).map((name) => name.slice(0, -4));

  describe(group, () => {
    test("has an answer for every question", () => {
      const expected = names.flatMap((name) => [`${name}.json`, `${name}.xml`]);
      expect(files.toSorted()).toEqual(expected.toSorted());
    });

    test.each(names)("%s", (name) => {
      const stanza = parse(readFileSync(new URL(`${name}.xml`, inGroup), "utf8"));
      const text = readFileSync(new URL(`${name}.json`, inGroup), "utf8");
      const wanted = JSON.parse(text) as Case;
      if (stanza.name === "iq") {
        expectIq(stanza, wanted);
        return;
      }
      const from = wanted.from ?? stanza.attrs["from"] ?? "";
      const got = read(stanza, stanza.attrs["from"] ?? from);
      if (wanted.dropped !== undefined) {
        expect(got).toEqual({ ok: false, error: wanted.dropped });
        return;
      }
      const kind = stanza.name === "message" ? "message" : "presence";
      expect(got).toEqual({ ok: true, value: { ...empty[kind], from, ...wanted.read } });
      if (wanted.isWritten && got.ok) {
        // Our own namespace is the stream's: a stanza on its own does not repeat it.
        const written = parse(write(got.value).toString());
        expect(children(written)).toEqual(children(stanza));
        expect(written.attrs["id"]).toBe(stanza.attrs["id"]);
        expect(written.attrs["type"] ?? "normal").toBe(stanza.attrs["type"] ?? "normal");
      }
    });
  });
}
