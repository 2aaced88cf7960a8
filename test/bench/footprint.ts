/** 3: the memory of the whole process tree, 20 s after the start, with one account connected. */

import type { Benchmark } from "./measuring/benchmark.ts";
import { footprintOf, processesOf, type Footprint } from "./measuring/processes.ts";
import { ratioRow, unmeasuredRow } from "./measuring/report.ts";
import { atRest, comparedPrograms } from "./measuring/rounds.ts";
import { median, worst } from "./measuring/statistics.ts";

const restMs = 20_000;
const name = "3 footprint 20 s after the start, connected";
const ratioMax = 1.35;

export const footprint: Benchmark = {
  number: 3,
  title: "footprint",
  async measure(laboratory) {
    const programs = await comparedPrograms(laboratory);
    const samples = await atRest(laboratory, programs, restMs, async (pids) =>
      pids.map((pid) => footprintOf(processesOf(pid))),
    );
    const [floors = [], ours = [], ...others] = samples.map((each) => each.filter(isReadable));
    if (floors.length === 0 || ours.length === 0) {
      return [unmeasuredRow(name, "MB", `≤ ${ratioMax}`, "needs root to read sandboxed processes")];
    }
    const floor = median(floors.map(total));
    const row = (rowName: string, theirs: readonly Footprint[]) => ({
      name: rowName,
      unit: "MB",
      value: median(theirs.map(total)),
      floor,
      worst: worst(theirs.map(total)),
      note: parts(theirs),
    });
    return [
      ratioRow({
        ...row(name, ours),
        ratioMax,
        note: `${parts(ours)}; empty window ${parts(floors)}`,
      }),
      ...others.map((theirs, index) =>
        ratioRow(row(`3 footprint, ${programs[index + 2]?.name}`, theirs)),
      ),
    ];
  },
};

function isReadable(footprint: Footprint | null): footprint is Footprint {
  return footprint !== null;
}

function total({ anonymousMb, filesMb }: Footprint): number {
  return anonymousMb + filesMb;
}

function parts(footprints: readonly Footprint[]): string {
  const anonymous = Math.round(median(footprints.map((each) => each.anonymousMb)));
  const files = Math.round(median(footprints.map((each) => each.filesMb)));
  const processes = median(footprints.map((each) => each.processes));
  return `${anonymous} MB of no file, ${files} MB of files, ${processes} processes`;
}
