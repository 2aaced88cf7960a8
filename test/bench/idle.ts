/** 13: what doing nothing costs: 30 s with one connected account, after 20 s of rest. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Benchmark } from "./measuring/benchmark.ts";
import { activityBetween, processesOf, readActivity } from "./measuring/processes.ts";
import { ratioRow, type Row } from "./measuring/report.ts";
import { atRest, comparedPrograms } from "./measuring/rounds.ts";
import { median, worst } from "./measuring/statistics.ts";

const restMs = 20_000;
const idleMs = 30_000;
const wakeUpsRatioMax = 2;
const cpuRatioMax = 4;

interface Idleness {
  readonly wakeUpsPerSecond: number;
  readonly cpuMsPerSecond: number;
}

export const idle: Benchmark = {
  number: 13,
  title: "idle with one connected account",
  async measure(laboratory) {
    const programs = await comparedPrograms(laboratory);
    const samples = await atRest(laboratory, programs, restMs, watchIdleness);
    const [floors = [], ...all] = samples;
    return all.flatMap((theirs, index): Row[] => {
      const isOurs = index === 0;
      const whose = isOurs ? "" : `, ${programs[index + 1]?.name}`;
      const row = (what: string, unit: string, figure: keyof Idleness, ratioMax: number): Row =>
        ratioRow({
          name: `13 idle, ${what}${whose}`,
          unit,
          value: median(theirs.map((each) => each[figure])),
          floor: median(floors.map((each) => each[figure])),
          worst: worst(theirs.map((each) => each[figure])),
          ...(isOurs ? { ratioMax } : {}),
        });
      return [
        row("wake-ups", "1/s", "wakeUpsPerSecond", wakeUpsRatioMax),
        row("CPU", "ms/s", "cpuMsPerSecond", cpuRatioMax),
      ];
    });
  },
};

async function watchIdleness(pids: readonly number[]): Promise<Idleness[]> {
  const before = pids.map((pid) => readActivity(processesOf(pid)));
  const beganAt = performance.now();
  await sleep(idleMs);
  return pids.map((pid, index) => {
    const after = readActivity(processesOf(pid));
    const seconds = (performance.now() - beganAt) / 1_000;
    const { wakeUps, cpuMs } = activityBetween(before[index] ?? after, after);
    return { wakeUpsPerSecond: wakeUps / seconds, cpuMsPerSecond: cpuMs / seconds };
  });
}
