/** 12: from Enter to the own message on the screen, and to the stanza behind the server, where another
 *  client watches; a raw socket that sends the same stanza is the anchor of the second. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Benchmark } from "./measuring/benchmark.ts";
import { knownChats } from "./measuring/history.ts";
import { installPageTools, twoFramesMs } from "./measuring/page-tools.ts";
import type { RawClient } from "./measuring/raw-client.ts";
import type { Page } from "./measuring/page.ts";
import { ratioRow, rounded, type Row } from "./measuring/report.ts";
import type { Server } from "./measuring/server.ts";
import { median, percentile, worst } from "./measuring/statistics.ts";

const sends = 100;
/** These do not count. */
const sendsBefore = 5;
const paintedRatioMax = 2;
const overheadMsMax = 10;

interface Sending {
  readonly paintedMs: number;
  readonly arrivedMs: number;
}

export const send: Benchmark = {
  number: 12,
  title: "sending a message",
  measure: (laboratory) =>
    laboratory.withLinnet(async (running, { server }) => {
      const { page } = running;
      const watcher = await server.signIn("watcher");
      const sender = await server.signIn("sender");
      watcher.send("<presence/>");
      await running.openChat(knownChats.watcher.name);
      await installPageTools(page);
      const two = await twoFramesMs(page);
      const ours: Sending[] = [];
      const raw: number[] = [];
      for (let number = 0; number < sends + sendsBefore; number++) {
        // Not in step with the frames.
        await sleep(100 + ((number * 7) % 17));
        const sending = await sendByPage(page, watcher, `hello-${number}-ours`);
        const arrivedMs = await sendRaw(sender, watcher, server, `hello-${number}-raw`);
        if (number < sendsBefore) continue;
        ours.push(sending);
        raw.push(arrivedMs);
      }
      watcher.close();
      sender.close();
      return [paintedRow(ours, two), arrivedRow(ours, raw)];
    }),
};

function paintedRow(samples: readonly Sending[], floor: number): Row {
  const times = samples.map((each) => each.paintedMs);
  return ratioRow({
    name: "12 Enter to the own row painted, p99",
    unit: "ms",
    value: percentile(times, 99),
    floor,
    worst: worst(times),
    ratioMax: paintedRatioMax,
    note: `p50 ${rounded(median(times))} ms of ${times.length}; the anchor is two frames`,
  });
}

function arrivedRow(samples: readonly Sending[], raw: readonly number[]): Row {
  const times = samples.map((each) => each.arrivedMs);
  const [value, floor] = [median(times), median(raw)];
  return {
    name: "12 Enter to the stanza behind the server",
    value: rounded(value),
    unit: "ms",
    floor: rounded(floor),
    ratio: rounded(value / floor),
    target: `≤ raw socket + ${overheadMsMax} ms`,
    ok: value <= floor + overheadMsMax,
    worst: rounded(worst(times)),
    note:
      `${rounded(value - floor)} ms more than the raw socket; p95 ${rounded(percentile(times, 95))} ms, ` +
      `raw ${rounded(percentile(raw, 95))} ms`,
  };
}

/** Presses Enter, and says how long it took until the message was on the screen and with the watcher. */
async function sendByPage(page: Page, watcher: RawClient, body: string): Promise<Sending> {
  await page.evaluate(() => document.querySelector("textarea")?.focus(), null);
  await page.insertText(body);
  const painted = page.evaluate(async (text) => {
    const { bench } = window;
    const enter = await new Promise<KeyboardEvent>((resolve) => {
      window.addEventListener("keydown", resolve, { capture: true, once: true });
    });
    const isThere = (): boolean => {
      const scroller = document.querySelector<HTMLElement>("[role=log]");
      const newest = scroller && bench.visibleRows(scroller).at(-1);
      return newest?.textContent.includes(text) ?? false;
    };
    const paintedAt = await bench.painted(isThere);
    return { enteredAt: enter.timeStamp, paintedAt };
  }, body);
  // The page has begun to listen once it has answered another question.
  const clock = await pageClock(page);
  const arrived = watcher.sees(`<body>${body}</body>`);
  await page.pressEnter();
  const [{ enteredAt, paintedAt }, arrivedAt] = await Promise.all([painted, arrived]);
  return { paintedMs: paintedAt - enteredAt, arrivedMs: arrivedAt - (enteredAt + clock) };
}

/** What has to be added to the page's time to have ours: the best of several questions. */
async function pageClock(page: Page): Promise<number> {
  let best = { roundTripMs: Infinity, offset: 0 };
  for (let count = 0; count < 10; count++) {
    const asked = performance.now();
    const there = await page.evaluate(() => performance.now(), null);
    const roundTripMs = performance.now() - asked;
    if (roundTripMs < best.roundTripMs) {
      best = { roundTripMs, offset: asked + roundTripMs / 2 - there };
    }
  }
  return best.offset;
}

async function sendRaw(
  sender: RawClient,
  watcher: RawClient,
  server: Server,
  body: string,
): Promise<number> {
  const arrived = watcher.sees(`<body>${body}</body>`);
  const began = performance.now();
  sender.send(
    `<message type='chat' to='${server.addressOf("watcher")}' id='${body}'><body>${body}</body>` +
      `<origin-id xmlns='urn:xmpp:sid:0' id='${body}'/><request xmlns='urn:xmpp:receipts'/></message>`,
  );
  return (await arrived) - began;
}
