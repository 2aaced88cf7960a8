/** What a benchmark is. */

import type { Laboratory } from "./laboratory.ts";
import type { Row } from "./report.ts";

export interface Benchmark {
  /** Its number in the list of benchmarks. */
  readonly number: number;
  readonly title: string;
  measure(laboratory: Laboratory): Promise<readonly Row[]>;
}
