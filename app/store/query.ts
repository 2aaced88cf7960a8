/** How query files declare what the worker offers. */

import type { Database } from "@signalapp/sqlcipher";

export interface Query<A, R> {
  readonly isWrite: boolean;
  run(db: Database, args: A): R;
}

/** A query that changes nothing. */
export function read<A, R>(run: (db: Database, args: A) => R): Query<A, R> {
  return { isWrite: false, run };
}

/** A query that runs in a transaction of its own: all of it happens, or nothing. */
export function write<A, R>(run: (db: Database, args: A) => R): Query<A, R> {
  return { isWrite: true, run };
}
