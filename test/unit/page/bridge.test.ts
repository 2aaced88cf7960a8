/** The page's end of the port: answers find their calls, changes come in order or the page asks again. */

import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Change } from "../../../app/contract/changes.ts";
import type { ChatId } from "../../../app/contract/ids.ts";
import type { VaultView } from "../../../app/contract/views.ts";
import type { Call } from "../../../app/contract/wire.ts";
import { Bridge } from "../../../renderer/bridge.ts";

let channel: MessageChannel;
let bridge: Bridge;

beforeEach(() => {
  channel = new MessageChannel();
  // Node's ports are the page's in everything that the bridge uses.
  bridge = new Bridge(channel.port1 as unknown as globalThis.MessagePort);
});

afterEach(() => {
  channel.port1.close();
  channel.port2.close();
});

test("answers find the calls they belong to, in whatever order they come", async () => {
  const calls: Call[] = [];
  const both = new Promise<void>((resolve) => {
    channel.port2.on("message", (call: Call) => {
      calls.push(call);
      if (calls.length === 2) resolve();
    });
  });
  const first = bridge.call("accounts", "list");
  const second = bridge.call("search", "messages", "rose", null);
  await both;
  const answers = calls
    .toReversed()
    .map(({ id, method }) => ({ id, reply: { ok: true, value: method } }));
  channel.port2.postMessage({ answers, changes: [] });
  expect(await first).toEqual({ ok: true, value: "list" });
  expect(await second).toEqual({ ok: true, value: "messages" });
  expect(calls.map(({ args }) => args)).toEqual([[], ["rose", null]]);
});

test("changes are applied from the snapshot on; a repeated one is not applied twice", async () => {
  const seen: VaultView["kind"][] = [];
  bridge.follow("vault", 3, ({ kind }) => seen.push(kind), fail);
  await send(vault(2, "opening"), vault(3, "opening"), vault(4, "locked"), vault(4, "locked"));
  await send(vault(5, "open"));
  expect(seen).toEqual(["locked", "open"]);
});

test("a gap is not papered over: the page asks again and follows from the new snapshot", async () => {
  const seen: VaultView["kind"][] = [];
  let asked = 0;
  bridge.follow(
    "vault",
    1,
    ({ kind }) => seen.push(kind),
    () => asked++,
  );
  await send(vault(2, "locked"), vault(4, "open"), vault(5, "locked"));
  expect(seen).toEqual(["locked"]);
  expect(asked).toBe(1);
  bridge.follow("vault", 5, ({ kind }) => seen.push(kind), fail);
  await send(vault(6, "open"));
  expect(seen).toEqual(["locked", "open"]);
});

test("timelines are followed one by one", async () => {
  const seen: string[] = [];
  const chat = (id: number): ChatId => id as ChatId;
  bridge.followTimeline(chat(1), 0, () => seen.push("one"), fail);
  bridge.followTimeline(chat(2), 8, () => seen.push("two"), fail);
  await send(timeline(chat(1), 1), timeline(chat(2), 9));
  bridge.unfollowTimeline(chat(1));
  await send(timeline(chat(1), 5), timeline(chat(2), 10));
  expect(seen).toEqual(["one", "two", "two"]);
});

function vault(number: number, kind: "opening" | "locked" | "open"): Change {
  return { topic: "vault", number, change: { kind } };
}

function timeline(chat: ChatId, number: number): Change {
  return { topic: "timeline", number, change: { chat, upserts: [], removals: [] } };
}

/** Sends changes and waits until the bridge has seen them. */
async function send(...changes: readonly Change[]): Promise<void> {
  channel.port2.postMessage({ answers: [], changes });
  await new Promise((resolve) => {
    channel.port1.once("message", resolve);
  });
}

function fail(): never {
  throw new Error("nothing was missing");
}
