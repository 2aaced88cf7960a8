/** The store as the rest of the program sees it: typed questions to the worker. */

import { Worker } from "node:worker_threads";
import type { StoreProblem } from "../contract/problems.ts";
import type { Log } from "../base/log.ts";
import { failure, success, type Result } from "../base/result.ts";
import type {
  QueryArguments,
  QueryName,
  QueryResult,
  Subject,
  WorkerReply,
  WorkerRequest,
  WorkerSetup,
} from "./protocol.ts";

/** A question that was not answered because the store cannot. Mistakes of ours are plain Errors. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly problem: StoreProblem;

  constructor(problem: StoreProblem, detail: string) {
    super(detail);
    this.problem = problem;
  }
}

export interface StoreOptions extends WorkerSetup {
  /** The worker's script. */
  readonly script: string | URL;
  readonly log: Log;
}

interface Waiting {
  readonly question: string;
  readonly startedAt: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A question that took longer is logged by name. */
const slowMs = 40;

const threadEnded = "the store's thread ended";

export class Store {
  readonly #worker: Worker;
  readonly #log: Log;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #hasEnded = false;

  private constructor(worker: Worker, log: Log) {
    this.#worker = worker;
    this.#log = log;
    worker.on("message", (reply: WorkerReply) => {
      this.#onReply(reply);
    });
    worker.on("error", (error) => {
      this.#failAll(error.message);
    });
    worker.on("exit", () => {
      this.#hasEnded = true;
      this.#failAll(threadEnded);
    });
  }

  /** Opens or creates the database at `path`. */
  static open(options: StoreOptions): Promise<Result<Store, StoreProblem>> {
    const { script, log, path, key } = options;
    const worker = new Worker(script, { workerData: { path, key } satisfies WorkerSetup });
    return new Promise((resolve) => {
      const onFailure = (): void => {
        resolve(failure("unavailable"));
      };
      worker.once("error", onFailure);
      worker.once("exit", onFailure);
      worker.once("message", (reply: WorkerReply) => {
        worker.off("error", onFailure);
        worker.off("exit", onFailure);
        if (reply.kind === "opened") {
          resolve(success(new Store(worker, log)));
        } else if (reply.kind === "not-opened") {
          log.error(`the store cannot be opened: ${reply.problem}, ${reply.detail}`);
          resolve(failure(reply.problem));
        }
      });
    });
  }

  /** Asks the worker. @throws {StoreError} where disk or file are at fault */
  ask<S extends Subject, N extends QueryName<S>>(
    subject: S,
    name: N,
    args: QueryArguments<S, N>,
  ): Promise<QueryResult<S, N>> {
    const id = this.#nextId++;
    if (this.#hasEnded) return Promise.reject(new StoreError("unavailable", threadEnded));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        question: `${subject}.${name}`,
        startedAt: performance.now(),
        resolve,
        reject,
      });
      this.#worker.postMessage({ id, subject, name, args } satisfies WorkerRequest);
    });
  }

  /** Answers what is waiting, then closes the file. */
  close(): Promise<void> {
    if (this.#hasEnded) return Promise.resolve();
    return new Promise((resolve) => {
      this.#worker.once("exit", () => {
        resolve();
      });
      this.#worker.postMessage("close");
    });
  }

  #onReply(reply: WorkerReply): void {
    if (reply.kind !== "result" && reply.kind !== "error") return;
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    this.#waiting.delete(reply.id);
    const tookMs = performance.now() - waiting.startedAt;
    if (tookMs > slowMs) this.#log.info(`${waiting.question} took ${Math.round(tookMs)} ms`);
    if (reply.kind === "result") waiting.resolve(reply.value);
    else if (reply.problem) waiting.reject(new StoreError(reply.problem, reply.detail));
    else waiting.reject(new Error(`${waiting.question}: ${reply.detail}`));
  }

  #failAll(detail: string): void {
    for (const waiting of this.#waiting.values()) {
      waiting.reject(new StoreError("unavailable", detail));
    }
    this.#waiting.clear();
  }
}
