/** What one validation may cost. Certificates come from strangers, and a handful of them can be arranged
 *  so that a validator without a budget is busy for hours. */

import { pathLimits } from "../../base/limits.ts";

export type Expense = keyof typeof pathLimits.budget;

export class PathBudget {
  readonly #left: Record<Expense, number> = { ...pathLimits.budget };
  #exhausted: Expense | null = null;

  /** Which part ran out first; null while none has. */
  get exhausted(): Expense | null {
    return this.#exhausted;
  }

  /** @returns whether it could be afforded; once it could not, nothing can */
  spend(expense: Expense, amount = 1): boolean {
    this.#left[expense] -= amount;
    if (this.#left[expense] < 0) this.#exhausted ??= expense;
    return this.#exhausted === null;
  }
}
