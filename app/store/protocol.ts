/** The messages between the store and its worker, and the types of everything that can be asked. */

import type { StoreProblem } from "../contract/problems.ts";
import type { Query } from "./query.ts";
import type { queries } from "./queries/index.ts";

export interface WorkerSetup {
  readonly path: string;
  /** 256 bits, hexadecimal. */
  readonly key: string;
}

export interface WorkerRequest {
  readonly id: number;
  readonly subject: string;
  readonly name: string;
  readonly args: unknown;
}

export type WorkerReply =
  | { readonly kind: "opened" }
  | { readonly kind: "not-opened"; readonly problem: StoreProblem; readonly detail: string }
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | {
      readonly kind: "error";
      readonly id: number;
      /** Null: a mistake of ours. */
      readonly problem: StoreProblem | null;
      readonly detail: string;
    };

export type Queries = typeof queries;
export type Subject = keyof Queries;
export type QueryName<S extends Subject> = {
  [N in keyof Queries[S]]: Queries[S][N] extends Query<never, unknown> ? N : never;
}[keyof Queries[S]] &
  string;
export type QueryArguments<S extends Subject, N extends QueryName<S>> =
  Queries[S][N] extends Query<infer A, unknown> ? A : never;
export type QueryResult<S extends Subject, N extends QueryName<S>> =
  Queries[S][N] extends Query<never, infer R> ? R : never;
