/** Time as a dependency, so that every timeout and back-off can be tested without waiting. */

export interface Clock {
  /** Milliseconds since the epoch. May jump when the user sets the clock. */
  now(): number;
  /** Milliseconds from an arbitrary start, never going back. For durations. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
