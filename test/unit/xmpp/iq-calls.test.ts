/** Requests: who may answer them, and that each ends. */

import { xml, type Element } from "@xmpp/xml";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import { iqLimits } from "../../../app/base/limits.ts";
import { systemRandom } from "../../../app/base/random.ts";
import { parseFullJid, parseJid, type FullJid } from "../../../app/xmpp/jid.ts";
import { IqCalls } from "../../../app/xmpp/stream/iq-calls.ts";

const full = parseFullJid("juliet@capulet.example/balcony");
const payload = xml("query", { xmlns: "urn:q" });

interface Calls {
  readonly calls: IqCalls;
  readonly clock: FakeClock;
  readonly sent: Element[];
}

function makeCalls(own: FullJid | null = full): Calls {
  const clock = new FakeClock();
  const sent: Element[] = [];
  const calls = new IqCalls({
    clock,
    random: systemRandom,
    own: () => own,
    send: (stanza) => sent.push(stanza),
  });
  return { calls, clock, sent };
}

/** Whether an answer from `from` counts for a request to `to`; null is "says nothing of it". */
function counts(to: string | null, from: string | null, own: FullJid | null = full): boolean {
  const { calls, sent } = makeCalls(own);
  void calls.request({ type: "get", to: to === null ? null : parseJid(to), payload });
  const id = sent[0]?.attrs["id"];
  const stanza = xml("iq", { type: "result", id });
  return calls.answer(stanza, from === null ? null : parseJid(from));
}

describe("who may answer", () => {
  test.each<[string | null, string | null, boolean]>([
    // A question to our own account: our server speaks for it in any of these ways.
    [null, null, true],
    [null, "juliet@capulet.example", true],
    [null, "juliet@capulet.example/balcony", true],
    [null, "capulet.example", true],
    [null, "juliet@capulet.example/kitchen", false],
    [null, "nurse@capulet.example", false],
    [null, "mallory@evil.example", false],
    [null, "evil.example", false],
    ["juliet@capulet.example", null, true],
    ["juliet@capulet.example", "capulet.example", true],
    ["juliet@capulet.example", "juliet@capulet.example/balcony", true],
    ["juliet@capulet.example", "mallory@evil.example", false],
    // A question to our server.
    ["capulet.example", "capulet.example", true],
    ["capulet.example", null, true],
    ["capulet.example", "juliet@capulet.example", false],
    ["capulet.example", "evil.example", false],
    // A question to somebody else: they, and nobody for them.
    ["romeo@montague.example", "romeo@montague.example", true],
    ["romeo@montague.example", null, false],
    ["romeo@montague.example", "romeo@montague.example/orchard", false],
    ["romeo@montague.example", "montague.example", false],
    ["romeo@montague.example/orchard", "romeo@montague.example/orchard", true],
    ["romeo@montague.example/orchard", "romeo@montague.example", false],
    ["romeo@montague.example/orchard", "romeo@montague.example/garden", false],
    ["romeo@montague.example/orchard", "capulet.example", false],
    ["juliet@capulet.example/kitchen", "juliet@capulet.example/kitchen", true],
    ["juliet@capulet.example/kitchen", "juliet@capulet.example", false],
    ["juliet@capulet.example/kitchen", null, false],
  ])("asked %s, answered by %s: %s", (to, from, isAccepted) => {
    expect(counts(to, from)).toBe(isAccepted);
  });

  test("before binding only the server can speak", () => {
    expect(counts(null, null, null)).toBe(true);
    expect(counts(null, "capulet.example", null)).toBe(true);
    expect(counts("capulet.example", null, null)).toBe(true);
  });

  test("an answer to nothing, or without an id, counts for nothing", () => {
    const { calls } = makeCalls();
    void calls.request({ type: "get", to: null, payload });
    expect(calls.answer(xml("iq", { type: "result", id: "guessed" }), null)).toBe(false);
    expect(calls.answer(xml("iq", { type: "result" }), null)).toBe(false);
    expect(calls.pending).toBe(1);
  });
});

describe("how a request ends", () => {
  test("with a result", async () => {
    const { calls, sent, clock } = makeCalls();
    const asked = calls.request({ type: "set", to: parseJid("a@b.example"), payload });
    expect(sent[0]?.attrs).toMatchObject({ type: "set", to: "a@b.example" });
    const result = xml("iq", { type: "result", id: sent[0]?.attrs["id"] });
    calls.answer(result, parseJid("a@b.example"));
    expect(await asked).toEqual({ ok: true, value: result });
    expect([calls.pending, clock.pending]).toEqual([0, 0]);
  });

  test("with the other side's refusal and its words", async () => {
    const { calls, sent } = makeCalls();
    const asked = calls.request({ type: "get", to: null, payload });
    const ns = "urn:ietf:params:xml:ns:xmpp-stanzas";
    const error = xml(
      "error",
      { type: "wait" },
      xml("resource-constraint", { xmlns: ns }),
      xml("text", { xmlns: ns }, "later".repeat(1_000)),
    );
    calls.answer(xml("iq", { type: "error", id: sent[0]?.attrs["id"] }, payload, error), null);
    const text = "later".repeat(100);
    expect(await asked).toEqual({
      ok: false,
      error: { kind: "refused", error: { type: "wait", condition: "resource-constraint", text } },
    });
  });

  test("with a refusal that says nothing", async () => {
    const { calls, sent } = makeCalls();
    const asked = calls.request({ type: "get", to: null, payload });
    calls.answer(xml("iq", { type: "error", id: sent[0]?.attrs["id"] }), null);
    const error = { type: "cancel", condition: "undefined-condition", text: "" };
    expect(await asked).toEqual({ ok: false, error: { kind: "refused", error } });
  });

  test("with the end of patience, after which the answer comes too late", async () => {
    const { calls, sent, clock } = makeCalls();
    const asked = calls.request({ type: "get", to: null, payload });
    await clock.advance(iqLimits.requestMs - 1);
    expect(calls.pending).toBe(1);
    await clock.advance(1);
    expect(await asked).toEqual({ ok: false, error: { kind: "timeout" } });
    expect(calls.answer(xml("iq", { type: "result", id: sent[0]?.attrs["id"] }), null)).toBe(false);
  });

  test("with the session, and later ones at once", async () => {
    const { calls, clock } = makeCalls();
    const asked = calls.request({ type: "get", to: null, payload });
    calls.close();
    const offline = { ok: false, error: { kind: "offline" } };
    expect(await asked).toEqual(offline);
    expect(await calls.request({ type: "get", to: null, payload })).toEqual(offline);
    expect([calls.pending, clock.pending]).toEqual([0, 0]);
  });

  test("at once where too many wait already", async () => {
    const { calls, sent } = makeCalls();
    for (let count = 0; count < iqLimits.pendingMax; count++) {
      void calls.request({ type: "get", to: null, payload });
    }
    const tooMany = { ok: false, error: { kind: "too-many" } };
    expect(await calls.request({ type: "get", to: null, payload })).toEqual(tooMany);
    expect(sent).toHaveLength(iqLimits.pendingMax);
  });
});
