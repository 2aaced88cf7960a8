/** The window of rows that the page holds of a chat: it grows at both ends, never past its limit, and
 *  always says which end changed. */

import { afterEach, beforeEach, expect, test } from "vitest";
import type { ChatId, MessageKey, Position } from "../../../app/contract/ids.ts";
import type { Topics } from "../../../app/contract/changes.ts";
import type { Anchor, TimelinePage } from "../../../app/contract/services.ts";
import type { MessageView } from "../../../app/contract/views.ts";
import type { Bridge } from "../../../renderer/bridge.ts";
import { openTimeline, type Timeline } from "../../../renderer/state/timeline.ts";

const chat = 1 as ChatId;
const pageRows = 100;

/** The main process as far as timelines go: a history, pages of it, and its changes. */
class History {
  readonly rows: MessageView[] = [];
  apply: (change: Topics["timeline"]) => void = () => undefined;
  askAgain: () => void = () => undefined;
  isClosed = false;

  constructor(count: number) {
    for (let number = 1; number <= count; number++) this.rows.push(row(number));
  }

  /** What the page takes for its bridge. */
  get bridge(): Bridge {
    const bridge = {
      call: (_service: string, method: string, _chat: ChatId, argument: unknown) =>
        Promise.resolve({ ok: true, value: this.#answer(method, argument) }),
      followTimeline: (
        _chat: ChatId,
        _number: number,
        apply: History["apply"],
        askAgain: () => void,
      ) => {
        this.apply = apply;
        this.askAgain = askAgain;
      },
      unfollowTimeline: () => {
        this.isClosed = true;
      },
    };
    return bridge as unknown as Bridge;
  }

  #answer(method: string, argument: unknown): unknown {
    if (method === "open") {
      const anchor = argument as Anchor;
      const at = anchor.kind === "end" ? this.rows.length : Number(anchor.key) + pageRows / 2;
      return { number: 0, value: this.#page(at - pageRows, at) };
    }
    const index = this.rows.findIndex((each) => each.position === argument);
    if (method === "older") return this.#page(index - pageRows, index);
    if (method === "newer") return this.#page(index + 1, index + 1 + pageRows);
    return null;
  }

  #page(from: number, to: number): TimelinePage {
    const start = Math.max(0, from);
    const rows = this.rows.slice(start, to);
    return { rows, hasOlder: start > 0, hasNewer: start + rows.length < this.rows.length };
  }
}

let history: History;
let timeline: Timeline;

beforeEach(async () => {
  history = new History(2_500);
  await open({ kind: "end" });
});

afterEach(() => {
  timeline.close();
});

test("it opens at the end and grows upwards page by page, without a gap", async () => {
  expect(range()).toEqual([2_401, 2_500]);
  await timeline.loadOlder();
  expect(timeline.isShifting()).toBe(true);
  expect(range()).toEqual([2_301, 2_500]);
  expect([timeline.hasOlder(), timeline.hasNewer()]).toEqual([true, false]);
});

test("past its limit it lets go of the other end, and can come back", async () => {
  for (let step = 0; step < 15; step++) await timeline.loadOlder();
  expect(timeline.rows.length).toBe(1_000);
  expect(range()).toEqual([901, 1_900]);
  expect(timeline.hasNewer()).toBe(true);
  await timeline.loadNewer();
  expect(range()).toEqual([1_001, 2_000]);
  for (let step = 0; step < 30; step++) await timeline.loadOlder();
  expect(range()).toEqual([1, 1_000]);
  expect(timeline.hasOlder()).toBe(false);
});

test("new messages are added at the end, changed ones in their place, removed ones go", () => {
  const first = timeline.rows[0];
  history.apply({
    chat,
    upserts: [row(2_501), { ...row(2_401), body: "changed" }],
    removals: [2_450 as MessageKey],
  });
  expect(timeline.rows.length).toBe(100);
  expect(timeline.rows.at(-1)?.body).toBe("message 2501");
  expect(timeline.rows[0]?.body).toBe("changed");
  // The same object: only the cell that shows the text is drawn again.
  expect(timeline.rows[0]).toBe(first);
  expect(timeline.rows.some((each) => each.key === 2_450)).toBe(false);
});

test("messages outside of the window are not added to it: their page will bring them", async () => {
  await open({ kind: "message", key: 1_000 as MessageKey });
  expect(range()).toEqual([951, 1_050]);
  history.apply({ chat, upserts: [row(2_501), row(3)], removals: [] });
  expect(range()).toEqual([951, 1_050]);
  await timeline.loadNewer();
  await timeline.loadOlder();
  expect(range()).toEqual([851, 1_150]);
});

test("after a gap it begins again at the end", async () => {
  history.rows.push(row(2_501), row(2_502));
  history.askAgain();
  await settle();
  expect(range()).toEqual([2_403, 2_502]);
});

test("an empty chat takes its first message", async () => {
  history = new History(0);
  await open({ kind: "end" });
  history.apply({ chat, upserts: [row(1)], removals: [] });
  expect(timeline.rows.map((each) => each.body)).toEqual(["message 1"]);
});

test("at first only what fits a screen is drawn; a change finds the rest of the page all the same", async () => {
  timeline = openTimeline(history.bridge, chat, { kind: "end" });
  await new Promise(setImmediate);
  expect(range()).toEqual([2_461, 2_500]);
  history.apply({ chat, upserts: [{ ...row(2_405), body: "changed" }], removals: [] });
  expect(range()).toEqual([2_401, 2_500]);
  expect(timeline.rows[4]?.body).toBe("changed");
});

test("closing it ends the changes", () => {
  timeline.close();
  expect(history.isClosed).toBe(true);
});

async function open(anchor: Anchor): Promise<void> {
  timeline = openTimeline(history.bridge, chat, anchor);
  await settle();
}

/** First and last, and that nothing between them is missing. */
function range(): [number, number] {
  const numbers = timeline.rows.map((each) => Number(each.key));
  const [first = 0] = numbers;
  expect(numbers).toEqual(numbers.map((_, index) => first + index));
  return [first, numbers.at(-1) ?? 0];
}

function row(number: number): MessageView {
  return {
    key: number as MessageKey,
    chat,
    position: (number * 1_000) as Position,
    sentAt: number,
    delivery: null,
    body: `message ${number}`,
    isCut: false,
  };
}

/** Until the answers have come and the rest of the first page has been added. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setTimeout(resolve, 5));
  });
}
