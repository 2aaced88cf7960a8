/** Starts programs turn and turn about and compares them with the empty window: what warm and cold
 *  starts have in common. */

import type { Laboratory } from "./laboratory.ts";
import { ratioRow, type Row } from "./report.ts";
import { comparedPrograms, inRounds } from "./rounds.ts";
import { contentMs, Started, type Start } from "./start.ts";
import { median, worst } from "./statistics.ts";

/** Looking on after the content, until the window has come to rest. */
const settleMs = 1_000;

export interface StartRoundsOptions {
  /** As the report names it. */
  readonly name: string;
  readonly ratioMax: number;
  /** What happens just before each start. */
  readonly before?: () => void;
}

export async function measureStarts(
  laboratory: Laboratory,
  { name, ratioMax, before }: StartRoundsOptions,
): Promise<Row[]> {
  const { person } = await laboratory.equipment;
  const programs = await comparedPrograms(laboratory);
  const samples = await inRounds(laboratory.runs, programs, async (program) => {
    const started = await Started.from(person, program, { settleMs, ...(before && { before }) });
    await started.end();
    return { ...started.start, contentMs: contentMs(started, program.name) };
  });
  const [floors = [], ...all] = samples;
  const floor = median(floors.map((start) => start.contentMs));
  return all.map((starts, index) => {
    const isOurs = index === 0;
    const content = starts.map((start) => start.contentMs);
    return ratioRow({
      name: isOurs
        ? `${name} to the painted list and chat`
        : `${name}, ${programs[index + 1]?.name}`,
      unit: "ms",
      value: median(content),
      floor,
      worst: worst(content),
      note: phases(starts) + (isOurs ? `; empty window: ${phases(floors)}` : ""),
      ...(isOurs ? { ratioMax } : {}),
    });
  });
}

function phases(starts: readonly Start[]): string {
  const phase = (name: "windowMs" | "settledMs"): number =>
    Math.round(median(starts.map((start) => start[name] ?? 0)));
  return `window after ${phase("windowMs")} ms, last change after ${phase("settledMs")} ms`;
}
