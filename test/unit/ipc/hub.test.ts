/** Changes on their way to the windows: numbered, filtered, in one delivery for each frame. */

import { describe, expect, test } from "vitest";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import type { ChatId, MessageKey } from "../../../app/contract/ids.ts";
import type { Delivery } from "../../../app/contract/wire.ts";
import { Hub, Subscriber } from "../../../app/ipc/hub.ts";

const frameMs = 16;
const ok = { ok: true, value: null } as const;

interface Window {
  readonly deliveries: Delivery[];
  readonly subscriber: Subscriber;
}

function makeHub(): { hub: Hub; clock: FakeClock; openWindow: () => Window } {
  const hub = new Hub();
  const clock = new FakeClock();
  return {
    hub,
    clock,
    openWindow() {
      const deliveries: Delivery[] = [];
      const subscriber = new Subscriber((delivery) => deliveries.push(delivery), clock);
      return { deliveries, subscriber };
    },
  };
}

function publishChats(hub: Hub, count = 1): void {
  for (let index = 0; index < count; index++) hub.publish("chats", { upserts: [], removals: [] });
}

function publishTimeline(hub: Hub, chat: number, removal = 1): void {
  const removals = [removal as MessageKey];
  hub.publish("timeline", { chat: chat as ChatId, upserts: [], removals });
}

/** What a window got, as "topic number". */
function received({ deliveries }: Window): string[] {
  return deliveries.flatMap(({ changes }) =>
    changes.map((each) =>
      each.topic === "timeline"
        ? `timeline ${each.change.chat}: ${each.number}`
        : `${each.topic} ${each.number}`,
    ),
  );
}

describe("numbers", () => {
  test("run for each topic, and for each chat's timeline, from 1 and without gaps", async () => {
    const { hub, clock, openWindow } = makeHub();
    const window = openWindow();
    hub.add(window.subscriber);
    for (const chat of [1, 2]) window.subscriber.openChat(chat as ChatId);
    publishChats(hub);
    hub.publish("contacts", { upserts: [], removals: [] });
    publishTimeline(hub, 1);
    publishTimeline(hub, 2);
    publishTimeline(hub, 1);
    publishChats(hub);
    await clock.advance(frameMs);
    expect(received(window)).toEqual([
      "chats 1",
      "contacts 1",
      "timeline 1: 1",
      "timeline 2: 1",
      "timeline 1: 2",
      "chats 2",
    ]);
    expect(hub.number("chats")).toBe(2);
    expect(hub.number("requests")).toBe(0);
    expect(hub.timelineNumber(1 as ChatId)).toBe(2);
    expect(hub.timelineNumber(3 as ChatId)).toBe(0);
  });

  test("go on while nobody listens, so that a new window's snapshot fits", async () => {
    const { hub, clock, openWindow } = makeHub();
    publishChats(hub, 3);
    publishTimeline(hub, 7);
    const window = openWindow();
    hub.add(window.subscriber);
    window.subscriber.openChat(7 as ChatId);
    expect(hub.number("chats")).toBe(3);
    publishChats(hub);
    publishTimeline(hub, 7);
    await clock.advance(frameMs);
    expect(received(window)).toEqual(["chats 4", "timeline 7: 2"]);
  });
});

describe("a window", () => {
  test("is told of the timelines that it has open, while it has them open", async () => {
    const { hub, clock, openWindow } = makeHub();
    const [one, two] = [openWindow(), openWindow()];
    for (const { subscriber } of [one, two]) hub.add(subscriber);
    one.subscriber.openChat(1 as ChatId);
    two.subscriber.openChat(2 as ChatId);
    publishTimeline(hub, 1);
    publishTimeline(hub, 2);
    publishChats(hub);
    await clock.advance(frameMs);
    one.subscriber.closeChat(1 as ChatId);
    publishTimeline(hub, 1);
    await clock.advance(frameMs);
    expect(received(one)).toEqual(["timeline 1: 1", "chats 1"]);
    expect(received(two)).toEqual(["timeline 2: 1", "chats 1"]);
  });

  test("that is closed is told nothing any more", async () => {
    const { hub, clock, openWindow } = makeHub();
    const window = openWindow();
    const leave = hub.add(window.subscriber);
    leave();
    publishChats(hub);
    await clock.advance(frameMs);
    expect(window.deliveries).toEqual([]);
    expect(hub.number("chats")).toBe(1);
  });
});

describe("deliveries", () => {
  test("bring everything of a frame at once, in order", async () => {
    const { hub, clock, openWindow } = makeHub();
    const window = openWindow();
    hub.add(window.subscriber);
    publishChats(hub, 50);
    await clock.advance(frameMs - 1);
    expect(window.deliveries).toEqual([]);
    publishChats(hub, 50);
    await clock.advance(1);
    expect(window.deliveries).toHaveLength(1);
    const expected = Array.from({ length: 100 }, (_, index) => `chats ${index + 1}`);
    expect(received(window)).toEqual(expected);
    await clock.advance(1_000);
    expect(window.deliveries).toHaveLength(1);
  });

  test("come once a frame for as long as something changes, also with answers in between", async () => {
    const { hub, clock, openWindow } = makeHub();
    const window = openWindow();
    hub.add(window.subscriber);
    publishChats(hub);
    await clock.advance(5);
    window.subscriber.answer(1, ok);
    expect(window.deliveries).toHaveLength(1);
    // From here on a change each millisecond.
    for (let ms = 0; ms < 160; ms++) {
      publishChats(hub);
      await clock.advance(1);
    }
    expect(window.deliveries.length - 1).toBeLessThanOrEqual(10);
    await clock.advance(frameMs);
    expect(received(window)).toHaveLength(161);
    expect(clock.pending).toBe(0);
  });

  test("with an answer go at once, and with what changed before it", () => {
    const { hub, openWindow } = makeHub();
    const window = openWindow();
    hub.add(window.subscriber);
    publishChats(hub, 2);
    window.subscriber.answer(7, ok);
    expect(window.deliveries).toHaveLength(1);
    expect(window.deliveries[0]?.answers).toEqual([{ id: 7, reply: ok }]);
    expect(received(window)).toEqual(["chats 1", "chats 2"]);
    window.subscriber.answer(8, ok);
    expect(window.deliveries[1]).toEqual({ answers: [{ id: 8, reply: ok }], changes: [] });
  });

  test("are the same for a second window, each with its own answers", async () => {
    const { hub, clock, openWindow } = makeHub();
    const [one, two] = [openWindow(), openWindow()];
    for (const { subscriber } of [one, two]) hub.add(subscriber);
    publishChats(hub);
    one.subscriber.answer(1, ok);
    await clock.advance(frameMs);
    expect(received(one)).toEqual(received(two));
    expect(two.deliveries.flatMap(({ answers }) => answers)).toEqual([]);
  });
});
