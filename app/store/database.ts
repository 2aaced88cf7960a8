/** Opens the encrypted database and brings it to the current version. Runs in the worker. */

import { Database, setLogger } from "@signalapp/sqlcipher";
import type { StoreProblem } from "../contract/problems.ts";
import { migrations } from "./migrations/index.ts";

/** Why the store cannot be opened or written, in the contract's words. */
export class StoreFault extends Error {
  readonly problem: StoreProblem;

  constructor(problem: StoreProblem, detail: string) {
    super(detail);
    this.problem = problem;
  }
}

/** Opens or creates the database.
 *  @param key 256 bits, hexadecimal
 *  @throws {StoreFault} */
export function openDatabase(path: string, key: string): Database {
  // SQLite's own lines, and below SQLCipher's, would go to standard error; what matters comes back as
  // errors.
  setLogger(() => undefined);
  let db: Database | null = null;
  try {
    db = new Database(path, { cacheStatements: true });
    db.pragma("cipher_log_level = NONE");
    db.pragma(`key = "x'${key}'"`);
    db.pragma("journal_mode = WAL");
    // A message is acknowledged to the server once it is committed: a power cut must not undo that.
    db.pragma("synchronous = FULL");
    db.pragma("foreign_keys = ON");
    db.pragma("temp_store = MEMORY");
    migrate(db);
    // SQLite opens a file that may only be read without a word: said now, not with the first message.
    db.exec(`BEGIN; PRAGMA user_version = ${migrations.length}; ROLLBACK`);
    return db;
  } catch (thrown) {
    db?.close();
    throw thrown instanceof StoreFault ? thrown : toFault(thrown);
  }
}

/** The contract's word for a SQLite error; null where the error is a mistake of ours. */
export function storeProblemOf(thrown: unknown): StoreProblem | null {
  if (!(thrown instanceof Error)) return null;
  // On a full disk SQLite ends the transaction by itself, so that rolling it back fails, too; then
  // what is thrown is about the rollback, and the reason is its cause.
  return problemOfCode("code" in thrown ? String(thrown.code) : "") ?? storeProblemOf(thrown.cause);
}

function problemOfCode(code: string): StoreProblem | null {
  // The index of the log cannot grow: that is about room, too.
  if (code === "SQLITE_FULL" || code === "SQLITE_IOERR_SHMSIZE") return "disk-full";
  if (code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT")) return "damaged";
  if (code.startsWith("SQLITE_IOERR") || code.startsWith("SQLITE_CANTOPEN")) return "unavailable";
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_BUSY")) return "unavailable";
  return null;
}

function toFault(thrown: unknown): StoreFault {
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  // "sqlite open error" comes without a code.
  return new StoreFault(storeProblemOf(thrown) ?? "unavailable", detail);
}

function migrate(db: Database): void {
  const version = Number(db.pragma("user_version", { simple: true }));
  if (version > migrations.length) {
    throw new StoreFault("newer", `version ${version}, known are ${migrations.length}`);
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    db.transaction(() => {
      if (typeof migration === "string") db.exec(migration);
      else migration(db);
      db.pragma(`user_version = ${index + 1}`);
    })();
  }
}
