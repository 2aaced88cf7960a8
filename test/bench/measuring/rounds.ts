/** Turn and turn about: what is compared is measured in the same minutes, under the same load. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Laboratory } from "./laboratory.ts";
import { installedPeers } from "./peers.ts";
import { emptyWindow, linnet, Started, type Startable } from "./start.ts";

/** Measures each of several things `runs` times, round by round. A first round does not count: it
 *  fills caches that nobody wants to measure.
 *  @returns the samples of each, in the order in which they are given */
export async function inRounds<T, S>(
  runs: number,
  things: readonly T[],
  measure: (thing: T) => Promise<S> | S,
): Promise<S[][]> {
  const samples: S[][] = things.map(() => []);
  for (let round = 0; round <= runs; round++) {
    for (const [index, thing] of things.entries()) {
      const sample = await measure(thing);
      if (round > 0) samples[index]?.push(sample);
    }
  }
  return samples;
}

/** The programs that are compared: the floor first, ours second, then whatever else is installed. */
export async function comparedPrograms(laboratory: Laboratory): Promise<Startable[]> {
  const { person, stage, server, profile } = await laboratory.equipment;
  const ours = linnet(person, stage, profile, server.policy);
  return [emptyWindow(person, stage), ours, ...installedPeers(person)];
}

/** What takes this long is measured less often, and every time counts. */
const longRunsMax = 5;

/** Starts all programs beside each other and lets them rest before each measurement: for figures that
 *  do not depend on what else runs.
 *  @returns the samples of each program */
export async function atRest<S>(
  laboratory: Laboratory,
  programs: readonly Startable[],
  restMs: number,
  measure: (pids: readonly number[]) => Promise<S[]>,
): Promise<S[][]> {
  const { person } = await laboratory.equipment;
  const samples: S[][] = programs.map(() => []);
  for (let round = 0; round < Math.min(laboratory.runs, longRunsMax); round++) {
    const started: Started[] = [];
    for (const program of programs) {
      started.push(await Started.from(person, program, { settleMs: 1_000 }));
    }
    await sleep(restMs);
    const measured = await measure(started.map((each) => each.start.pid));
    for (const [index, sample] of measured.entries()) samples[index]?.push(sample);
    for (const each of started) await each.end();
  }
  return samples;
}
