/** One fuzz run: so many inputs over the subjects in turn. */

import type { FuzzSubject } from "./fuzz-subject.ts";
import { mutate } from "./mutate.ts";
import { SeededRandom } from "./random.ts";

export interface FuzzFault {
  readonly subject: string;
  /** With the run's seed, the way to have it again. */
  readonly input: number;
  readonly what: string;
  readonly bytes: Uint8Array;
}

export interface FuzzRun {
  readonly inputs: number;
  readonly seed: number;
  readonly subjects: readonly FuzzSubject[];
  /** Told before each input. */
  onInput?(input: number): void;
}

export interface FuzzResult {
  /** Inputs by subject. */
  readonly counts: ReadonlyMap<string, number>;
  readonly faults: readonly FuzzFault[];
}

const timeMsMax = 250;

export async function runFuzz(run: FuzzRun): Promise<FuzzResult> {
  const counts = new Map<string, number>();
  const faults: FuzzFault[] = [];
  for (let input = 0; input < run.inputs; input++) {
    run.onInput?.(input);
    // Of the input alone, not of those before it: one can be had again by itself.
    const random = new SeededRandom(Math.imul(run.seed, 0x9e3779b1) + input);
    const subject = random.pick(run.subjects);
    counts.set(subject.name, (counts.get(subject.name) ?? 0) + 1);
    const bytes = mutate(random.pick(subject.seeds), subject.seeds, random);
    const what = await check(subject, bytes);
    if (what !== null) faults.push({ subject: subject.name, input, what, bytes });
  }
  return { counts, faults };
}

async function check(subject: FuzzSubject, bytes: Uint8Array): Promise<string | null> {
  const limit = subject.timeMsMax ?? timeMsMax;
  try {
    const [what, elapsed] = await timed(subject, bytes);
    if (what !== null || elapsed <= limit) return what;
    // The machine may have been busy with something else: once more, before that is believed.
    const [, again] = await timed(subject, bytes);
    return again <= limit ? null : `took ${Math.round(again)} ms`;
  } catch (thrown) {
    return `threw ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`;
  }
}

async function timed(
  subject: FuzzSubject,
  bytes: Uint8Array,
): Promise<readonly [what: string | null, elapsedMs: number]> {
  const start = performance.now();
  const what = await subject.check(bytes);
  return [what, performance.now() - start];
}
