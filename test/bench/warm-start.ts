/** 1: from starting the process to chat list and last chat on the screen, everything in the disk's
 *  cache, against an Electron that shows an empty window. */

import type { Benchmark } from "./measuring/benchmark.ts";
import { measureStarts } from "./measuring/start-rounds.ts";

export const warmStart: Benchmark = {
  number: 1,
  title: "warm start from a store of 1,000,000 messages",
  measure: (laboratory) => measureStarts(laboratory, { name: "1 warm start", ratioMax: 1.5 }),
};
