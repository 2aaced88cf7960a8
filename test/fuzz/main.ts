/** `node test/fuzz/main.ts [--inputs N] [--seed S]`: spoilt certificates, CRLs, OCSP responses and key files
 *  through the library. Ends with `N inputs, 0 faults`, or with each fault and exit code 1.
 *
 *  The run is in a thread of its own, so that an input over which the library never comes to an end is
 *  noticed too. */

import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { runFuzz, type FuzzResult } from "./run.ts";
import { readSubjects } from "./subjects.ts";

interface Order {
  readonly inputs: number;
  readonly seed: number;
  /** The number of the input that is being worked on, for who watches. */
  readonly progress: SharedArrayBuffer;
}

const hangMs = 20_000;
const faultsShown = 20;

function watch(): void {
  const { values } = parseArgs({
    options: { inputs: { type: "string" }, seed: { type: "string" } },
  });
  const inputs = Number(values.inputs ?? 200_000);
  const seed = Number(values.seed ?? 1);
  const progress = new SharedArrayBuffer(4);
  const order: Order = { inputs, seed, progress };
  const worker = new Worker(new URL(import.meta.url), { workerData: order });
  const current = new Int32Array(progress);
  let last = -1;
  const timer = setInterval(() => {
    const input = Atomics.load(current, 0);
    if (input === last) {
      console.log(`input ${input} of seed ${seed} does not end`);
      process.exit(1);
    }
    last = input;
  }, hangMs);
  worker.on("message", (result: FuzzResult) => {
    clearInterval(timer);
    report(result, inputs);
  });
}

function report({ counts, faults }: FuzzResult, inputs: number): void {
  for (const [subject, count] of counts) console.log(`${subject}: ${count}`);
  for (const { subject, input, what, bytes } of faults.slice(0, faultsShown)) {
    console.log(`${subject}, input ${input}: ${what}\n  ${Buffer.from(bytes).toString("base64")}`);
  }
  console.log(`${inputs} inputs, ${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}

async function work({ inputs, seed, progress }: Order): Promise<void> {
  const current = new Int32Array(progress);
  const result = await runFuzz({
    inputs,
    seed,
    subjects: readSubjects(),
    onInput: (input) => Atomics.store(current, 0, input),
  });
  parentPort?.postMessage(result);
}

if (isMainThread) watch();
else await work(workerData as Order);
