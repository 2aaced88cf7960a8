/** What is fuzzed: one way into the library, and what must never come of it. */

export interface FuzzSubject {
  readonly name: string;
  /** Good inputs, which are then spoilt. */
  readonly seeds: readonly Uint8Array[];
  /** Hands the library an input. What it throws is a fault, and so is to take longer than
   *  {@link timeMsMax}.
   *  @returns what else is wrong with what came out, null for nothing */
  check(input: Uint8Array): string | null | Promise<string | null>;
  /** Where one input may take longer than a quarter of a second, with the reason. */
  readonly timeMsMax?: number;
}
