/** `npm run bench`: runs the benchmarks turn by turn, prints a table and writes out/bench.json.
 *  build/bench.mjs has installed and built everything they need.
 *
 *  Arguments: numbers of benchmarks, to run only those; `--runs N`, how often each is measured. */

import { cpus, loadavg, release, totalmem } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { coldStart } from "./cold-start.ts";
import { footprint } from "./footprint.ts";
import { idle } from "./idle.ts";
import type { Benchmark } from "./measuring/benchmark.ts";
import { Laboratory } from "./measuring/laboratory.ts";
import { printTable, writeReport, type MeasuredLoad, type Row } from "./measuring/report.ts";
import { programVersions } from "./measuring/versions.ts";
import { openChat } from "./open-chat.ts";
import { parse } from "./parse.ts";
import { scroll } from "./scroll.ts";
import { search } from "./search.ts";
import { send } from "./send.ts";
import { storeReceived } from "./store-received.ts";
import { warmStart } from "./warm-start.ts";

/** Numbers 4 to 6, catching up and time to online, come with what they measure. */
const benchmarks: readonly Benchmark[] = [
  warmStart,
  coldStart,
  footprint,
  openChat,
  scroll,
  search,
  storeReceived,
  parse,
  send,
  idle,
];

const runsDefault = 7;
const runsMin = 5;
const reportPath = resolve(import.meta.dirname, "../../out/bench.json");

async function main(): Promise<void> {
  const { chosen, runs } = readArguments(process.argv.slice(2));
  if (runs < runsMin)
    console.log(`Fewer than ${runsMin} runs: good for trying, not for a verdict.`);
  const laboratory = new Laboratory({ runs });
  const rows: Row[] = [];
  const load: MeasuredLoad[] = [];
  try {
    for (const benchmark of chosen) {
      const before = currentLoad();
      console.log(`${benchmark.number} ${benchmark.title} (load ${before}) …`);
      rows.push(...(await benchmark.measure(laboratory)));
      const name = `${benchmark.number} ${benchmark.title}`;
      load.push({ benchmark: name, before, after: currentLoad() });
    }
    const user = await laboratory.user();
    console.log("");
    printTable(rows);
    console.log(`\nMeasured as ${user}, over ${runs} runs.`);
    console.log(`Load, before and after each: ${load.map(loadText).join(", ")}.`);
    writeReport(reportPath, {
      rows,
      load,
      machine: { ...machine(), user, runs },
      versions: programVersions(),
    });
    console.log(`Written: ${reportPath}`);
  } finally {
    await laboratory.takeDown();
  }
  if (rows.some((row) => row.ok === false)) process.exitCode = 1;
}

function readArguments(args: string[]): { chosen: readonly Benchmark[]; runs: number } {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { runs: { type: "string", default: String(runsDefault) } },
  });
  const numbers = positionals.map(Number);
  const unknown = numbers.find((number) => !benchmarks.some((each) => each.number === number));
  const runs = Number(values.runs);
  if (unknown !== undefined || !Number.isInteger(runs) || runs < 1) {
    const known = benchmarks.map((each) => `  ${each.number}  ${each.title}`).join("\n");
    console.error(`npm run bench -- [number …] [--runs N]\n\n${known}`);
    process.exit(2);
  }
  const isChosen = ({ number }: Benchmark): boolean =>
    numbers.length === 0 || numbers.includes(number);
  return { chosen: benchmarks.filter(isChosen), runs };
}

function machine(): Record<string, string | number> {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
  };
}

/** Over the last minute. */
function currentLoad(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2));
}

function loadText({ benchmark, before, after }: MeasuredLoad): string {
  return `${benchmark.split(" ")[0]}: ${before}–${after}`;
}

// What was started is ended, and what was made is deleted, when the process exits.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(130));
}
await main();
