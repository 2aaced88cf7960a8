/** Takes the page's calls: only what stands in the contract, only with arguments that fit, only so
 *  many at a time. The page is hostile ground; whatever it sends, the answer is a Reply. */

import * as v from "valibot";
import { argumentGuards } from "../contract/arguments.ts";
import { contractLimits } from "../contract/limits.ts";
import type { AppError, Reply } from "../contract/problems.ts";
import {
  Call,
  type Arguments,
  type MethodName,
  type Returned,
  type ServiceName,
} from "../contract/wire.ts";
import { describe, type Log } from "../base/log.ts";
import type { Result } from "../base/result.ts";
import { StoreError } from "../store/store.ts";
import type { Subscriber } from "./hub.ts";

/** What implements the contract: every method of every service, each answering with a Result. */
export type Handlers = {
  readonly [S in ServiceName]: {
    readonly [M in MethodName<S>]: (
      subscriber: Subscriber,
      ...args: Arguments<S, M>
    ) => Promise<Result<Returned<S, M>, AppError>> | Result<Returned<S, M>, AppError>;
  };
};

type AnyHandler = (
  subscriber: Subscriber,
  ...args: unknown[]
) => Promise<Result<unknown, AppError>> | Result<unknown, AppError>;

interface Entry {
  readonly guard: v.GenericSchema<unknown, unknown[]>;
  readonly handler: AnyHandler;
}

export class Dispatcher {
  readonly #entries = new Map<string, Entry>();
  readonly #log: Log;

  constructor(handlers: Handlers, log: Log) {
    this.#log = log;
    for (const [service, guards] of Object.entries(argumentGuards)) {
      for (const [method, guard] of Object.entries(guards)) {
        const methods = handlers[service as ServiceName] as Record<string, AnyHandler>;
        const handler = methods[method];
        if (handler) this.#entries.set(`${service}.${method}`, { guard, handler });
      }
    }
  }

  /** The receiving end for one window. */
  connect(subscriber: Subscriber): (message: unknown) => Promise<void> {
    let inFlight = 0;
    return async (message) => {
      const call = v.safeParse(Call, message);
      if (!call.success) {
        // Without an id there is nobody to answer.
        this.#log.warn("a window sent something that is not a call");
        return;
      }
      const { id } = call.output;
      if (inFlight >= contractLimits.callsInFlightMax) {
        subscriber.answer(id, { ok: false, error: { kind: "too-many-calls" } });
        return;
      }
      inFlight++;
      const reply = await this.#run(call.output, subscriber);
      inFlight--;
      subscriber.answer(id, reply);
    };
  }

  async #run(call: Call, subscriber: Subscriber): Promise<Reply<unknown>> {
    const name = `${call.service}.${call.method}`;
    const entry = this.#entries.get(name);
    if (!entry) return badCall(`no such call: ${name}`);
    const args = v.safeParse(entry.guard, call.args);
    if (!args.success) {
      // Not the message: it quotes what was received, which may be a password.
      this.#log.warn(`arguments of ${name}: ${args.issues[0].type}`);
      return badCall(`arguments of ${name}`);
    }
    try {
      return await entry.handler(subscriber, ...args.output);
    } catch (thrown) {
      this.#log.error(`${name}: ${describe(thrown)}`);
      return thrown instanceof StoreError
        ? { ok: false, error: { kind: "store", problem: thrown.problem } }
        : { ok: false, error: { kind: "internal" } };
    }
  }
}

function badCall(detail: string): Reply<never> {
  return { ok: false, error: { kind: "bad-call", detail } };
}
