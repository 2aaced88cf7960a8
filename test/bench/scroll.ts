/** 8: scrolling up through long chats, 240 frames of 400 pixels, while older messages are fetched; and
 *  whether what is read stays where it is when they are added above. */

import { setTimeout as sleep } from "node:timers/promises";
import { en } from "../../renderer/text/en.ts";
import type { Benchmark } from "./measuring/benchmark.ts";
import { knownChats } from "./measuring/history.ts";
import { installPageTools, twoFramesMs } from "./measuring/page-tools.ts";
import { rounded, type Row } from "./measuring/report.ts";
import { inRounds } from "./measuring/rounds.ts";
import { median, worst } from "./measuring/statistics.ts";
import type { RunningLinnet } from "./measuring/running-linnet.ts";

const frames = 240;
const stepPixels = 400;
const longFrameMs = 20;
const longFramesMax = 5;
const movedPixelsMax = 1;

const chats = [knownChats.tenThousand, knownChats.hundredThousand];

interface Scrolling {
  /** The longest frame, how many were long, and how often there was nothing left to scroll to. */
  readonly longestMs: number;
  readonly longFrames: number;
  readonly stalledFrames: number;
}

export const scroll: Benchmark = {
  number: 8,
  title: "scrolling through long chats",
  measure: (laboratory) =>
    laboratory.withLinnet(async (running) => {
      await installPageTools(running.page);
      const frameMs = (await twoFramesMs(running.page)) / 2;
      const scrolled = await inRounds(laboratory.runs, chats, async ({ name }) => {
        await openFromElsewhere(running, name);
        return scrollUp(running, name);
      });
      const moved = await inRounds(laboratory.runs, chats, async ({ name }) => {
        await openFromElsewhere(running, name);
        return addAbove(running, name);
      });
      return chats.flatMap(({ messages }, index) => [
        framesRow(messages, scrolled[index] ?? [], frameMs),
        movedRow(messages, moved[index] ?? []),
      ]);
    }),
};

function framesRow(messages: number, samples: readonly Scrolling[], frameMs: number): Row {
  // A frame in which the page could not scroll is no better than one that came late.
  const counts = samples.map((each) => each.longFrames + each.stalledFrames);
  const longest = worst(samples.map((each) => each.longestMs));
  return {
    name: `8 scrolling ${messages.toLocaleString("en")} messages, frames over ${longFrameMs} ms of ${frames}`,
    value: median(counts),
    unit: "frames",
    floor: 0,
    ratio: null,
    target: `≤ ${longFramesMax}`,
    ok: median(counts) <= longFramesMax,
    worst: worst(counts),
    note:
      `the longest frame took ${Math.round(longest)} ms; the screen's take ${rounded(frameMs)} ms; ` +
      `${worst(samples.map((each) => each.stalledFrames))} frames without anything to scroll to`,
  };
}

function movedRow(messages: number, samples: readonly number[]): Row {
  return {
    name: `8 adding a page above, ${messages.toLocaleString("en")} messages, moved by`,
    value: rounded(worst(samples)),
    unit: "px",
    floor: 0,
    ratio: null,
    target: `≤ ${movedPixelsMax}`,
    ok: worst(samples) <= movedPixelsMax,
    worst: rounded(worst(samples)),
    note: `the worst of ${samples.length}, over all frames until the page had come to rest; pages have 100 messages`,
  };
}

/** Opens a chat at its end, whatever was open before. */
async function openFromElsewhere(running: RunningLinnet, name: string): Promise<void> {
  await running.openChat(knownChats.last.name);
  await running.openChat(name);
  await sleep(500);
}

function scrollUp(running: RunningLinnet, name: string): Promise<Scrolling> {
  return running.page.evaluate(
    async ({ label, count, step, longMs }) => {
      const { bench } = window;
      const scroller = bench.scroller(label);
      if (!scroller) throw new Error("no chat is open");
      let longestMs = 0;
      let longFrames = 0;
      let stalledFrames = 0;
      let before = await bench.frame();
      for (let number = 0; number < count; number++) {
        if (scroller.scrollTop < step) stalledFrames++;
        scroller.scrollTop -= step;
        const now = await bench.frame();
        longestMs = Math.max(longestMs, now - before);
        if (now - before > longMs) longFrames++;
        before = now;
      }
      return { longestMs, longFrames, stalledFrames };
    },
    { label: en.timeline.label(name), count: frames, step: stepPixels, longMs: longFrameMs },
  );
}

/** Scrolls so near to the oldest row that older ones are fetched, and watches a row.
 *  @returns by how many pixels it left its place, at most */
function addAbove(running: RunningLinnet, name: string): Promise<number> {
  return running.page.evaluate(
    async ({ label }) => {
      const { bench } = window;
      const scroller = bench.scroller(label);
      if (!scroller) throw new Error("no chat is open");
      const heightBefore = scroller.scrollHeight;
      scroller.scrollTop = 1_500;
      await bench.frame();
      await bench.frame();
      const row = bench.visibleRows(scroller)[2];
      if (!row) throw new Error("no row is on the screen");
      const { top } = row.getBoundingClientRect();
      let moved = 0;
      for (let number = 0; number < 60; number++) {
        await bench.frame();
        if (!row.isConnected) throw new Error("the row that was read is gone");
        moved = Math.max(moved, Math.abs(row.getBoundingClientRect().top - top));
      }
      if (scroller.scrollHeight <= heightBefore) throw new Error("nothing was added above");
      return moved;
    },
    { label: en.timeline.label(name) },
  );
}
