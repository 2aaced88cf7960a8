/** Medians and percentiles. Few samples, so nothing is interpolated: every figure is one that was
 *  measured. */

export function median(samples: readonly number[]): number {
  return percentile(samples, 50);
}

/** The smallest sample that at least `percent` of them do not exceed. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const index = Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1);
  const sample = sorted[index];
  if (sample === undefined) throw new Error("nothing was measured");
  return sample;
}

/** The largest. Of rates the worst is the smallest: see {@link slowest}. */
export function worst(samples: readonly number[]): number {
  return percentile(samples, 100);
}

export function slowest(rates: readonly number[]): number {
  return percentile(rates, 0);
}
