/** The one way to start a promise without waiting for it. */

import { describe, type Log } from "./log.ts";

/** Lets `promise` run on its own; if it fails, `why` it was let go stands beside the reason in the log. */
export function drop(promise: Promise<unknown>, why: string, log: Log): void {
  promise.catch((thrown: unknown) => {
    log.error(`${why}: ${describe(thrown)}`);
  });
}
