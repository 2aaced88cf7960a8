/** The messages on the port. The page's are checked in app/ipc before anything else happens. */

import * as v from "valibot";
import type { Change } from "./changes.ts";
import type { Reply } from "./problems.ts";
import type { Services } from "./services.ts";

export type ServiceName = keyof Services;
export type MethodName<S extends ServiceName> = keyof Services[S] & string;
export type Arguments<S extends ServiceName, M extends MethodName<S>> = Services[S][M] extends (
  ...args: infer A
) => unknown
  ? A
  : never;
export type Returned<S extends ServiceName, M extends MethodName<S>> = Services[S][M] extends (
  ...args: never[]
) => infer R
  ? R
  : never;

/** From the page. */
export const Call = v.strictObject({
  id: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  service: v.pipe(v.string(), v.maxLength(32)),
  method: v.pipe(v.string(), v.maxLength(32)),
  args: v.pipe(v.array(v.unknown()), v.maxLength(8)),
});
export type Call = v.InferOutput<typeof Call>;

/** To the page: answers and changes of one frame together. */
export interface Delivery {
  readonly answers: readonly { readonly id: number; readonly reply: Reply<unknown> }[];
  readonly changes: readonly Change[];
}
