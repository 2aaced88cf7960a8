/** 7: from the click on a chat to its newest messages on the screen: 100 times, to and fro between two
 *  chats with 1,000 messages each. */

import { en } from "../../renderer/text/en.ts";
import type { Benchmark } from "./measuring/benchmark.ts";
import { knownChats } from "./measuring/history.ts";
import { installPageTools, twoFramesMs } from "./measuring/page-tools.ts";
import { ratioRow, type Row } from "./measuring/report.ts";
import { median, percentile, worst } from "./measuring/statistics.ts";
import type { RunningLinnet } from "./measuring/running-linnet.ts";

const opens = 100;
/** These do not count. */
const opensBefore = 6;
const p50RatioMax = 1.5;
const p99RatioMax = 3;

export const openChat: Benchmark = {
  number: 7,
  title: "opening a chat",
  measure: (laboratory) =>
    laboratory.withLinnet(async (running) => {
      await installPageTools(running.page);
      const before = await twoFramesMs(running.page);
      const samples = await openToAndFro(running);
      const floor = median([before, await twoFramesMs(running.page)]);
      const row = (name: string, value: number, ratioMax: number): Row =>
        ratioRow({
          name: `7 opening a chat of 1,000 messages, ${name}`,
          unit: "ms",
          value,
          floor,
          worst: worst(samples),
          ratioMax,
          note: `${opens} opens; the anchor is two frames`,
        });
      return [
        row("p50", median(samples), p50RatioMax),
        row("p99", percentile(samples, 99), p99RatioMax),
      ];
    }),
};

async function openToAndFro(running: RunningLinnet): Promise<number[]> {
  const chats = [knownChats.first, knownChats.second].map(({ name }) => ({
    name,
    label: en.timeline.label(name),
  }));
  const samples = await running.page.evaluate(
    async ({ chats: both, count }) => {
      const { bench } = window;
      const buttonOf = (name: string): HTMLElement => {
        const buttons = [...document.querySelectorAll<HTMLElement>("button[data-index]")];
        const found = buttons.find((button) => button.textContent.includes(name));
        if (!found) throw new Error(`${name} is not in the list`);
        return found;
      };
      const newestIn = (label: string): HTMLElement | undefined => {
        const scroller = bench.scroller(label);
        return scroller ? bench.visibleRows(scroller).at(-1) : undefined;
      };
      // Which message is the newest shows when a chat was open for a while.
      const newest: string[] = [];
      for (const { name, label } of both) {
        buttonOf(name).click();
        await bench.sleep(1_000);
        newest.push(newestIn(label)?.dataset["key"] ?? "");
      }
      const times: number[] = [];
      for (let number = 0; number < count; number++) {
        const { name = "", label = "" } = both[number % both.length] ?? {};
        const key = newest[number % newest.length];
        // Clicks come at any time within a frame.
        await bench.sleep(150 + ((number * 7) % 17));
        const button = buttonOf(name);
        const clickedAt = performance.now();
        button.click();
        const paintedAt = await bench.painted(() => newestIn(label)?.dataset["key"] === key);
        times.push(paintedAt - clickedAt);
      }
      return times;
    },
    { chats, count: opens + opensBefore },
  );
  return samples.slice(opensBefore);
}
