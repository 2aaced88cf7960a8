/** What every kind of vector file becomes: cases that are run one by one. */

export interface ConformanceCase {
  readonly id: string;
  /** In the vocabulary of the kind: SUCCESS or FAILURE, good or revoked … */
  readonly expected: string;
  /** Runs the engine. Never throws for what is in a vector. */
  run(): Outcome | Promise<Outcome>;
}

export interface Outcome {
  readonly actual: string;
  /** Why, in one line, for whoever reads a case that failed. */
  readonly reason: string;
  /** Where it is not simply that both are the same. */
  readonly isAccepted?: boolean;
}

/** Reads the file (or folder) of one kind. */
export type ReadCases = (path: string) => readonly ConformanceCase[];
