/** Messages and presence: what does not fit a case file. The cases are in test/cases. */

import { xml } from "@xmpp/xml";
import { describe, expect, test } from "vitest";
import { messageLimits, rosterLimits } from "../../../app/base/limits.ts";
import { parseJid } from "../../../app/xmpp/jid.ts";
import { collectFields } from "../../../app/xmpp/stanza/fields.ts";
import { readMessage, writeMessage } from "../../../app/xmpp/stanza/message.ts";
import { readPresence, writeSubscription } from "../../../app/xmpp/stanza/presence.ts";
import { childAttribute, childFlag, xep } from "../../../app/xmpp/xep/define.ts";
import { testAccount } from "./stage.ts";

const account = testAccount();
const context = { account, from: account };

/** A stanza as the stream brings it, where the namespace is the root's. */
function message(body: string): ReturnType<typeof xml> {
  return xml("message", { xmlns: "jabber:client" }, xml("body", {}, body));
}

describe("long texts", () => {
  test("a message of 64 KiB is kept whole", () => {
    const body = "x".repeat(messageLimits.bodyCharsMax);
    expect(readMessage(message(body), context)).toMatchObject({
      ok: true,
      value: { body, isBodyCut: false },
    });
  });

  test("a longer one is kept up to there, and says so", () => {
    const body = "x".repeat(messageLimits.bodyCharsMax);
    expect(readMessage(message(`${body}y`), context)).toMatchObject({
      ok: true,
      value: { body, isBodyCut: true },
    });
  });

  test("the cut does not go through a character", () => {
    const body = "x".repeat(messageLimits.bodyCharsMax - 1);
    const read = readMessage(message(`${body}🎉`), context);
    expect(read.ok && read.value.body).toBe(body);
    expect(read.ok && read.value.isBodyCut).toBe(true);
  });

  test("a status is kept up to its limit", () => {
    const status = xml("status", {}, "x".repeat(rosterLimits.statusCharsMax + 1));
    const read = readPresence(xml("presence", { xmlns: "jabber:client" }, status), context);
    expect(read.ok && read.value.status).toHaveLength(rosterLimits.statusCharsMax);
  });
});

describe("writing", () => {
  const to = parseJid("romeo@montague.example");
  if (!to) throw new Error("the example is an address");

  test("a message without text has no body, an empty one has an empty body", () => {
    const silent = writeMessage({ to, type: "chat", id: "1", receiptFor: "0" });
    expect(silent.toString()).toBe(
      '<message to="romeo@montague.example" type="chat" id="1"><received xmlns="urn:xmpp:receipts" id="0"/></message>',
    );
    const empty = writeMessage({ to, type: "chat", id: "1", body: "" });
    expect(empty.toString()).toContain("<body/>");
  });

  test("text cannot become markup", () => {
    const body = `</body><body>"&amp;'`;
    const written = writeMessage({ to, type: "chat", id: `"/><x a='`, body });
    expect(written.toString()).toBe(
      `<message to="romeo@montague.example" type="chat" id="&quot;/&gt;&lt;x a=&apos;"><body>&lt;/body&gt;&lt;body&gt;"&amp;amp;'</body></message>`,
    );
  });

  test("what only servers write is not written", () => {
    const written = writeMessage({ to, type: "chat", id: "1", archiveId: "a", delayedSince: 1 });
    expect(written.children).toEqual([]);
  });

  test("a subscription names whom and what", () => {
    const written = writeSubscription(account, "subscribe");
    expect(written.toString()).toBe(`<presence to="${account}" type="subscribe"/>`);
  });
});

test("two extensions cannot claim one field", () => {
  const declared = { title: "T", version: "1.0", date: "2026-01-01", status: "complete" } as const;
  const first = xep({ ...declared, number: "9001", message: { mark: childFlag("urn:a", "a") } });
  const second = xep({
    ...declared,
    number: "9002",
    message: { mark: childAttribute("urn:b", "b", "id") },
  });
  expect(() => collectFields([first, second], "message")).toThrow("mark");
  expect([...collectFields([first], "message").keys()]).toEqual(["mark"]);
});
