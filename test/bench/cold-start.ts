/** 2: the same as the warm start with nothing in the disk's cache, as after switching the computer on. */

import type { Benchmark } from "./measuring/benchmark.ts";
import { dropCaches } from "./measuring/laboratory.ts";
import { unmeasuredRow } from "./measuring/report.ts";
import { measureStarts } from "./measuring/start-rounds.ts";

const name = "2 cold start";
const ratioMax = 1.5;

export const coldStart: Benchmark = {
  number: 2,
  title: "cold start from a store of 1,000,000 messages",
  async measure(laboratory) {
    if (process.getuid?.() !== 0) {
      return [
        unmeasuredRow(`${name} to the painted list and chat`, "ms", `≤ ${ratioMax}`, "needs root"),
      ];
    }
    return measureStarts(laboratory, { name, ratioMax, before: dropCaches });
  },
};
