/** Bytes that changed on the disk: reading says so, and nothing crashes. */

import { openSync, readSync, closeSync, statSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../../app/store/database.ts";
import { StoreError, type Store } from "../../../app/store/store.ts";
import { makeFolder, openStore, testKey, tryToOpenStore } from "../../lab/profile-folder.ts";
import { addAccount, message, receive, timeline } from "../../lab/stored-data.ts";

const pageBytes = 4_096;

/** A closed store whose messages take several hundred pages. */
async function folderWithMessages(): Promise<string> {
  const folder = makeFolder();
  const store = await openStore({ folder });
  const { id } = await addAccount(store);
  const batch = Array.from({ length: 300 }, () => message(id, { body: "w".repeat(3_000) }));
  await receive(store, batch);
  await store.close();
  return folder;
}

function flipByte(path: string, offset: number): void {
  const file = openSync(path, "r+");
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, offset);
  byte.writeUInt8(byte.readUInt8() ^ 0xff);
  writeSync(file, byte, 0, 1, offset);
  closeSync(file);
}

async function readAll(store: Store): Promise<unknown> {
  const [chat] = await store.ask("chats", "page", { before: null, limit: 1 });
  return chat && timeline(store, chat.id);
}

async function problemOf(question: Promise<unknown>): Promise<unknown> {
  const outcome = await question.catch((thrown: unknown) => thrown);
  return outcome instanceof StoreError ? outcome.problem : outcome;
}

describe("a flipped byte", () => {
  test("in the first page keeps the store from opening", async () => {
    const folder = await folderWithMessages();
    flipByte(join(folder, "linnet.db"), 1_000);
    expect(await tryToOpenStore({ folder })).toEqual({ ok: false, error: "damaged" });
  });

  test("in the middle is reported by whatever reads it, and by nothing with an answer", async () => {
    const folder = await folderWithMessages();
    const path = join(folder, "linnet.db");
    const pages = statSync(path).size / pageBytes;
    // Every page in the middle half: whichever tables they belong to.
    for (let page = Math.floor(pages / 4); page < (pages * 3) / 4; page++) {
      flipByte(path, page * pageBytes + 2_000);
    }
    const store = await openStore({ folder });
    expect(await problemOf(readAll(store))).toBe("damaged");
    // The thread still answers.
    const again = store.ask("chats", "page", { before: null, limit: 1 });
    expect(await problemOf(again)).toBe("damaged");
  });

  test("never yields another text, whichever page it is in", async () => {
    const folder = await folderWithMessages();
    const path = join(folder, "linnet.db");
    const pages = statSync(path).size / pageBytes;
    const before = await openStore({ folder });
    const intact = await readAll(before);
    await before.close();
    for (let page = 1; page < pages; page += 25) {
      flipByte(path, page * pageBytes + 100);
      const store = await openStore({ folder });
      const outcome = await problemOf(readAll(store));
      if (outcome !== "damaged") expect(outcome).toEqual(intact);
      await store.close();
      flipByte(path, page * pageBytes + 100);
    }
  });

  test("does not stop a write from being refused as damaged", async () => {
    const folder = makeFolder();
    const store = await openStore({ folder });
    const { id } = await addAccount(store);
    await receive(store, [message(id)]);
    await store.close();
    const db = openDatabase(join(folder, "linnet.db"), testKey);
    const root = db
      .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'message'", { pluck: true })
      .get();
    db.close();
    flipByte(join(folder, "linnet.db"), (Number(root) - 1) * pageBytes + 500);
    const reopened = await openStore({ folder });
    expect(await problemOf(receive(reopened, [message(id)]))).toBe("damaged");
  });
});

test("a file that was cut off is damaged", async () => {
  const folder = await folderWithMessages();
  const path = join(folder, "linnet.db");
  truncateSync(path, Math.floor(statSync(path).size / pageBytes / 2) * pageBytes);
  const opened = await tryToOpenStore({ folder });
  const problem = opened.ok ? await problemOf(readAll(opened.value)) : opened.error;
  expect(problem).toBe("damaged");
});
