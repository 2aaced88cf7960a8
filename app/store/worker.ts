/** The thread that owns the database. It answers one request after the other, in order; nothing else
 *  in the program touches the file. */

import { parentPort, workerData } from "node:worker_threads";
import type { Database } from "@signalapp/sqlcipher";
import { assert } from "../base/assert.ts";
import { describe } from "../base/log.ts";
import { openDatabase, StoreFault, storeProblemOf } from "./database.ts";
import type { WorkerReply, WorkerRequest, WorkerSetup } from "./protocol.ts";
import type { Query } from "./query.ts";
import { queries } from "./queries/index.ts";

const catalogue: Record<string, Record<string, Query<unknown, unknown>>> = queries;

function main(): void {
  assert(parentPort, "the store worker runs in a thread of its own");
  const port = parentPort;
  const post = (reply: WorkerReply): void => {
    port.postMessage(reply);
  };
  const { path, key } = workerData as WorkerSetup;
  let db: Database;
  try {
    db = openDatabase(path, key);
  } catch (thrown) {
    const problem = thrown instanceof StoreFault ? thrown.problem : "unavailable";
    post({ kind: "not-opened", problem, detail: describe(thrown) });
    return;
  }
  port.on("message", (request: WorkerRequest | "close") => {
    if (request === "close") {
      db.close();
      port.close();
      return;
    }
    post(answer(db, request));
  });
  post({ kind: "opened" });
}

function answer(db: Database, request: WorkerRequest): WorkerReply {
  const { id, subject, name, args } = request;
  try {
    const query = catalogue[subject]?.[name];
    assert(query, `no query ${subject}.${name}`);
    const run = (): unknown => query.run(db, args);
    return { kind: "result", id, value: query.isWrite ? db.transaction(run)() : run() };
  } catch (thrown) {
    return { kind: "error", id, problem: storeProblemOf(thrown), detail: describe(thrown) };
  }
}

main();
