/** A full disk: said as such, nothing lost that was committed, and work goes on once there is room. */

import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { AccountId } from "../../../app/contract/ids.ts";
import { openDatabase, storeProblemOf } from "../../../app/store/database.ts";
import { StoreError, type Store } from "../../../app/store/store.ts";
import { makeFolder, openStore, testKey, tryToOpenStore } from "../../lab/profile-folder.ts";
import { addAccount, message, receive, timeline } from "../../lab/stored-data.ts";

test("a database at its page limit is a full disk, and what was written stays", () => {
  const db = openDatabase(join(makeFolder(), "linnet.db"), testKey);
  const set = db.prepare("INSERT INTO setting (name, value) VALUES (?, ?)");
  const insert = (name: string, value: string): void => {
    db.transaction(() => set.run([name, value]))();
  };
  insert("before", "1");
  db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true }))}`);
  const problems = ["first", "second"].map((name) => {
    try {
      insert(name, "x".repeat(100_000));
      return "written";
    } catch (thrown) {
      return storeProblemOf(thrown);
    }
  });
  expect(problems).toEqual(["disk-full", "disk-full"]);
  db.pragma("max_page_count = 1000000");
  insert("after", "x".repeat(100_000));
  const names = db.prepare("SELECT name FROM setting ORDER BY name", { pluck: true }).all();
  expect(names).toEqual(["after", "before"]);
  db.close();
});

/** A file system of our own needs root on Linux. */
const mayMount = process.getuid?.() === 0 && isMountable();

test.skipIf(!mayMount)(
  "on a real disk of 4 MB every message up to the refused one is kept (needs root for tmpfs)",
  async () => {
    const folder = mountedFolder();
    const store = await openStore({ folder });
    const { id } = await addAccount(store);
    const kept = await fillWithMessages(store, id);
    expect(kept.length).toBeGreaterThan(50);
    expect(await bodies(store)).toEqual(kept);

    // Still full: refused again, in the same words, and nothing is half there.
    expect(await problemOf(receive(store, [message(id, { body: "n".repeat(200_000) })]))).toBe(
      "disk-full",
    );
    await store.close();
    const reopened = await openStore({ folder });
    expect(await bodies(reopened)).toEqual(kept);
  },
);

test.skipIf(!mayMount)("work goes on once there is room (needs root for tmpfs)", async () => {
  const folder = mountedFolder();
  const store = await openStore({ folder });
  const { id } = await addAccount(store);
  await receive(store, [message(id, { body: "before" })]);
  const filler = join(folder, "filler");
  fillWith(filler);
  const large = message(id, { body: "l".repeat(200_000), originId: "large" });
  expect(await problemOf(receive(store, [large]))).toBe("disk-full");
  rmSync(filler);
  // The same message, as the server sends it again.
  expect((await receive(store, [large])).isNew).toEqual([true]);
  expect(await bodies(store)).toEqual(["before", large.body]);
});

test.skipIf(!mayMount)("a new store on a full disk says why (needs root for tmpfs)", async () => {
  const folder = mountedFolder();
  fillWith(join(folder, "filler"));
  expect(await tryToOpenStore({ folder })).toEqual({ ok: false, error: "disk-full" });
  rmSync(join(folder, "filler"));
  const store = await openStore({ folder });
  expect(await store.ask("accounts", "list", null)).toEqual([]);
});

test.skipIf(!mayMount)(
  "a disk that fills up at any moment of opening is said to be full, or does not matter (needs root for tmpfs)",
  async () => {
    for (let freePages = 1; freePages <= 70; freePages += 6) {
      const folder = mountedFolder();
      const filler = join(folder, "filler");
      fillWith(filler);
      spawnSync("truncate", ["--size", `-${freePages * 4_096}`, filler]);
      const opened = await tryToOpenStore({ folder });
      if (opened.ok) await opened.value.close();
      else expect({ freePages, error: opened.error }).toEqual({ freePages, error: "disk-full" });
      unmount(folder);
    }
  },
);

/** Writes messages until the disk is full; returns the texts of those that were committed. */
async function fillWithMessages(store: Store, account: AccountId): Promise<string[]> {
  const kept: string[] = [];
  for (;;) {
    const body = `${kept.length} ${"m".repeat(3_000)}`;
    const problem = await problemOf(receive(store, [message(account, { body })]));
    if (problem !== null) {
      expect(problem).toBe("disk-full");
      return kept;
    }
    kept.push(body);
  }
}

async function bodies(store: Store): Promise<string[]> {
  const [chat] = await store.ask("chats", "page", { before: null, limit: 1 });
  if (!chat) return [];
  return (await timeline(store, chat.id)).map(({ body }) => body);
}

/** Null where the question was answered. */
async function problemOf(question: Promise<unknown>): Promise<unknown> {
  try {
    await question;
    return null;
  } catch (thrown) {
    return thrown instanceof StoreError ? thrown.problem : thrown;
  }
}

function fillWith(path: string): void {
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size));
    } catch (thrown) {
      if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOSPC")) throw thrown;
    }
  }
}

function mountedFolder(): string {
  const folder = makeFolder();
  if (mount(folder) === null) throw new Error("tmpfs could be mounted before, and now cannot");
  onTestFinished(() => {
    unmount(folder);
  });
  return folder;
}

function isMountable(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "linnet-mount-"));
  const isMounted = mount(folder) !== null;
  if (isMounted) unmount(folder);
  rmSync(folder, { recursive: true });
  return isMounted;
}

function mount(folder: string): string | null {
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]);
  return status === 0 ? folder : null;
}

function unmount(folder: string): void {
  spawnSync("umount", [folder]);
}
