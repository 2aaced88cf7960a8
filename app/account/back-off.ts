/** How long to wait before the next attempt: exponential with full jitter, so that a server that comes
 *  back is not met by all its users at once. */

import { recoveryLimits } from "../base/limits.ts";
import type { Random } from "../base/random.ts";

/** A session that lasted so long shows that the server is well: the next failure is the first one. */
export const steadyMs = 60_000;

/** @param attempt failures in a row, from 1
 *  @returns milliseconds */
export function backOffMs(attempt: number, random: Random): number {
  const { firstDelayMs, delayMsMax } = recoveryLimits;
  const ceilingMs = Math.min(delayMsMax, firstDelayMs * 2 ** Math.min(attempt, 30));
  return Math.round(Math.max(firstDelayMs / 2, random.fraction() * ceilingMs));
}
