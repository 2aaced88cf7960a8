/** Defects 12 and 16 of the stock client: what was acknowledged is stored, and in the right order. */

import { xml } from "@xmpp/xml";
import { describe, expect, test } from "vitest";
import { streamLimits } from "../../../../app/base/limits.ts";
import type { Message } from "../../../../app/xmpp/stanza/message.ts";
import { countsBetween, wrapped } from "../../../../app/xmpp/xep/0198-stream-management.ts";
import { Recorder } from "../../../lab/recorder.ts";
import {
  exchangePing,
  login,
  loginWithManagement,
  message,
  ns,
  sm,
} from "../../../lab/scripted-login.ts";
import type { Peer } from "../../../lab/scripted-server.ts";
import { playOnline, problemAfter, type OnlinePlay } from "../stage.ts";

const ask = `<r xmlns='${ns.sm}'/>`;
const hello = xml("message", { to: "romeo@montague.example" }, xml("body", {}, "hello"));

function acknowledge(handled: number | string): string {
  return `<a xmlns='${ns.sm}' h='${handled}'/>`;
}

interface Slow {
  readonly message: Message;
  commit(): void;
  fail(): void;
}

/** Takes messages as a slow disk would: each is kept when the test says so. */
function slowly(stage: OnlinePlay): Recorder<Slow> {
  const arrivals = new Recorder<Slow>();
  stage.session.onMessage(
    (each) =>
      new Promise<void>((resolve, reject) => {
        const fail = (): void => {
          reject(new Error("the disk is full"));
        };
        arrivals.add({ message: each, commit: resolve, fail });
      }),
  );
  return arrivals;
}

describe("12: the server forgets only what is on the disk", () => {
  test("a message is acknowledged after it was committed, not before", async () => {
    await using stage = await playOnline(loginWithManagement);
    const arrivals = slowly(stage);
    await stage.peer.send(message("precious"), ask);
    const arrival = await arrivals.first(() => true);
    expect(await exchangePing(stage.peer)).toBe("");
    arrival.commit();
    // The message and the ping.
    await stage.peer.expect(/<a xmlns="urn:xmpp:sm:3" h="2"\/>/);
  });

  test("a message that could not be stored is never acknowledged, and the session ends", async () => {
    await using stage = await playOnline(loginWithManagement);
    const arrivals = slowly(stage);
    await stage.peer.send(message("precious"), ask);
    (await arrivals.first(() => true)).fail();
    expect(await problemAfter(stage.session)).toEqual({ kind: "not-stored" });
    await stage.peer.expect(/<\/stream:stream>$/);
    expect(stage.peer.received).not.toContain("<a xmlns");
  });

  test("a message of ours is sent once the server says so, not when it left", async () => {
    await using stage = await playOnline(loginWithManagement);
    let isSent = false;
    const sent = stage.session.deliver(hello).then((isTaken) => (isSent = isTaken));
    await stage.peer.expect(/hello<\/body><\/message><r xmlns="urn:xmpp:sm:3"\/>/);
    await exchangePing(stage.peer);
    expect(isSent).toBe(false);
    // The answer to the ping was the second stanza.
    await stage.peer.send(acknowledge(1));
    expect(await sent).toBe(true);
  });

  test("messages are acknowledged one by one, in the order in which they went", async () => {
    await using stage = await playOnline(loginWithManagement);
    const taken: number[] = [];
    const sent = [1, 2, 3].map(async (number) => {
      if (await stage.session.deliver(hello)) taken.push(number);
    });
    await stage.peer.expect(/(?:<message.*?<\/message>.*?){3}/);
    await stage.peer.send(acknowledge(2));
    await Promise.all(sent.slice(0, 2));
    expect(taken).toEqual([1, 2]);
    await stage.peer.expect(/<r /);
    await stage.peer.send(acknowledge(3));
    await Promise.all(sent);
    expect(taken).toEqual([1, 2, 3]);
  });

  test.each([["99"], ["4294967295"], ["4294967296"]])(
    "h=%s, more than was ever sent, ends the session cleanly",
    async (handled) => {
      await using stage = await playOnline(loginWithManagement);
      const sent = stage.session.deliver(hello);
      await stage.peer.expect(/<r /);
      await stage.peer.send(acknowledge(handled));
      expect(await problemAfter(stage.session)).toEqual({ kind: "protocol" });
      expect(await sent).toBe(false);
      const [error] = await stage.peer.expect(/<stream:error>.*<\/stream:error>/);
      expect(error).toContain(`<handled-count-too-high xmlns="${ns.sm}" h="${handled}"`);
      expect(error).toContain('send-count="1"');
    },
  );

  test.each(["", "-1", "1.5", "many", "0x1"])("h=%j is no number and says nothing", async (h) => {
    await using stage = await playOnline(loginWithManagement);
    const sent = stage.session.deliver(hello);
    await stage.peer.expect(/<r /);
    await stage.peer.send(acknowledge(h), acknowledge(1));
    expect(await sent).toBe(true);
  });

  test("counters begin again after 4,294,967,295", () => {
    expect(countsBetween(0, 3)).toBe(3);
    expect(countsBetween(4_294_967_294, 1)).toBe(3);
    expect(countsBetween(5, 5)).toBe(0);
    expect(wrapped(4_294_967_295)).toBe("4294967295");
    expect(wrapped(4_294_967_296)).toBe("0");
    expect(wrapped(4_294_967_301)).toBe("5");
  });

  test("the server will not manage this stream: a ping tells what it has taken", async () => {
    await using stage = await playOnline((peer) => login(peer, { features: sm }));
    await stage.peer.expect(/<enable /);
    const sent = stage.session.deliver(hello);
    await stage.peer.send(`<failed xmlns='${ns.sm}'/>`);
    await answerPing(stage.peer);
    expect(await sent).toBe(true);
    // And so for what follows.
    const later = stage.session.deliver(hello);
    await answerPing(stage.peer);
    expect(await later).toBe(true);
  });

  test("a server without stream management: a ping tells what it has taken", async () => {
    await using stage = await playOnline(login);
    const sent = stage.session.deliver(hello);
    await stage.peer.expect(/hello<\/body><\/message>/);
    await answerPing(stage.peer);
    expect(await sent).toBe(true);
  });

  test("what was not acknowledged when the connection broke counts as unknown", async () => {
    await using stage = await playOnline(loginWithManagement);
    const sent = [stage.session.deliver(hello), stage.session.deliver(hello)];
    await stage.peer.expect(/<r /);
    await stage.peer.send(acknowledge(1));
    expect(await sent[0]).toBe(true);
    stage.peer.destroy();
    expect(await sent[1]).toBe(false);
    expect(await stage.session.deliver(hello)).toBe(false);
  });
});

async function answerPing(peer: Peer): Promise<void> {
  const [, id = ""] = await peer.expect(/<iq [^>]*id="([^"]+)"[^>]*><ping /);
  await peer.send(`<iq type='result' id='${id}'/>`);
}

describe("16: order and memory survive a slow disk", () => {
  test("five messages are handled in order and acknowledged when all before them are", async () => {
    await using stage = await playOnline(loginWithManagement);
    const arrivals = slowly(stage);
    for (const number of [1, 2, 3, 4, 5]) await stage.peer.send(message(`number ${number}`), ask);
    const waiting = await arrivals.count(5, () => true);
    expect(waiting.map((each) => each.message.body)).toEqual(
      [1, 2, 3, 4, 5].map((number) => `number ${number}`),
    );
    // The last one is on the disk first.
    for (const index of [4, 2, 1, 3]) waiting[index]?.commit();
    expect(await exchangePing(stage.peer)).toBe("");
    waiting[0]?.commit();
    const [, handled] = await stage.peer.expect(/<a [^>]*h="(\d+)"\/>/);
    expect(handled).toBe("6");
  });

  test("what is acknowledged never runs ahead of what is committed", async () => {
    await using stage = await playOnline(loginWithManagement);
    const arrivals = slowly(stage);
    for (const number of [1, 2, 3]) {
      await stage.peer.send(message(`number ${number}`), ask);
      const waiting = await arrivals.count(number, () => true);
      waiting[number - 1]?.commit();
      await stage.peer.expect(new RegExp(`<a [^>]*h="${number}"/>`));
    }
    expect(stage.peer.received.match(/<a /g)).toHaveLength(3);
  });

  test("a disk that stands still stops the socket, and starts it again", async () => {
    const count = 2_500;
    const padding = "x".repeat(1_024);
    await using stage = await playOnline(login);
    const arrivals = slowly(stage);
    const all = Array.from({ length: count }, (_, number) => message(`${number} ${padding}`));
    const sent = stage.peer.send(...all);
    await arrivals.count(streamLimits.stanzasUncommittedMax, () => true);
    // Enough turns for the rest to be read, were it read.
    for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));
    // One read of the socket may bring a few more.
    expect(arrivals.items.length).toBeLessThan(streamLimits.stanzasUncommittedMax + 100);
    let committed = 0;
    while (committed < count) {
      await arrivals.count(committed + 1, () => true);
      for (const each of arrivals.items.slice(committed)) each.commit();
      committed = arrivals.items.length;
    }
    await sent;
    const numbers = arrivals.items.map((each) => Number.parseInt(each.message.body ?? "", 10));
    expect(numbers).toEqual(Array.from({ length: count }, (_, number) => number));
  });
});
