/** Counts what was dropped because it was malformed, forbidden or forged. The first of a kind from a
 *  peer is logged; a flood of them costs one map entry and no log lines. */

import type { Log } from "./log.ts";

const kindsMax = 1_000;

export class Drops {
  readonly #log: Log;
  readonly #counts = new Map<string, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  note(reason: string, peer: string): void {
    const kind = `${reason} from ${peer}`;
    const count = this.#counts.get(kind) ?? 0;
    if (count === 0 && this.#counts.size >= kindsMax) return;
    this.#counts.set(kind, count + 1);
    if (count === 0) this.#log.warn(`dropped: ${kind}`);
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }
}
