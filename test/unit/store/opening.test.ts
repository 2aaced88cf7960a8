/** Opening the database: from nothing, from a version, from garbage, and where nothing can be written. */

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../../app/store/database.ts";
import { migrations } from "../../../app/store/migrations/index.ts";
import { Store } from "../../../app/store/store.ts";
import {
  makeFolder,
  openStore,
  readFolder,
  testKey,
  tryToOpenStore,
} from "../../lab/profile-folder.ts";
import { recordedLog } from "../../lab/recorded-log.ts";
import { startStoreProcess } from "../../lab/start-store-process.ts";
import { addAccount } from "../../lab/stored-data.ts";

describe("a new database", () => {
  test("is made and brought to the newest version", async () => {
    const folder = makeFolder();
    await (await openStore({ folder })).close();
    const db = openDatabase(join(folder, "linnet.db"), testKey);
    expect(db.pragma("user_version", { simple: true })).toBe(migrations.length);
    db.close();
  });

  test("keeps what was written when it is opened again", async () => {
    const folder = makeFolder();
    const first = await openStore({ folder });
    const saved = await addAccount(first);
    await first.close();
    const second = await openStore({ folder });
    expect(await second.ask("accounts", "list", null)).toEqual([saved]);
  });

  test("is made of an empty file, too: that is what a full disk leaves behind", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "linnet.db"), "");
    const store = await openStore({ folder });
    expect(await store.ask("accounts", "list", null)).toEqual([]);
  });
});

describe("how it is opened", () => {
  test("is encrypted, written through to the disk, with foreign keys and a write-ahead log", () => {
    const db = openDatabase(join(makeFolder(), "linnet.db"), testKey);
    const pragma = (name: string): unknown => db.pragma(name, { simple: true });
    expect({
      cipher: Number(pragma("cipher_status")),
      journal: pragma("journal_mode"),
      // 2 is FULL.
      synchronous: pragma("synchronous"),
      foreignKeys: pragma("foreign_keys"),
      // 2 is MEMORY: nothing is sorted in a file in the clear.
      temporary: pragma("temp_store"),
    }).toEqual({ cipher: 1, journal: "wal", synchronous: 2, foreignKeys: 1, temporary: 2 });
    db.close();
  });
});

describe("a database that cannot be opened", () => {
  test("of a newer version stays as it is", async () => {
    const folder = makeFolder();
    const db = openDatabase(join(folder, "linnet.db"), testKey);
    db.pragma(`user_version = ${migrations.length + 1}`);
    db.close();
    const before = readFolder(folder);
    expect(await tryToOpenStore({ folder })).toEqual({ ok: false, error: "newer" });
    expect(readFolder(folder)).toEqual(before);
  });

  test("with another key is damaged as far as the store can tell, and stays as it is", async () => {
    const folder = makeFolder();
    await (await openStore({ folder })).close();
    const before = readFolder(folder);
    const opened = await tryToOpenStore({ folder, key: "5b".repeat(32) });
    expect(opened).toEqual({ ok: false, error: "damaged" });
    expect(readFolder(folder)).toEqual(before);
  });

  test.each([
    ["text", Buffer.from("this is not a database\n".repeat(500))],
    ["an unencrypted database's header", Buffer.from("SQLite format 3\0".padEnd(4096, "\0"))],
  ])("made of garbage is damaged and stays as it is: %s", async (_name, bytes) => {
    const folder = makeFolder();
    writeFileSync(join(folder, "linnet.db"), bytes);
    expect(await tryToOpenStore({ folder })).toEqual({ ok: false, error: "damaged" });
    expect(readFileSync(join(folder, "linnet.db"))).toEqual(bytes);
  });

  test("writes nothing to standard error: what matters comes back as a value", () => {
    const folder = makeFolder();
    const path = join(folder, "linnet.db");
    writeFileSync(path, "this is not a database\n".repeat(500));
    const module = new URL("../../../app/store/database.ts", import.meta.url).href;
    const script = join(folder, "open.mjs");
    writeFileSync(
      script,
      `import { openDatabase } from ${JSON.stringify(module)};
       try { openDatabase(${JSON.stringify(path)}, "${testKey}"); }
       catch (thrown) { console.log(thrown.problem); }`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, ["--no-warnings", script], {
      encoding: "utf8",
    });
    expect({ stdout, stderr }).toEqual({ stdout: "damaged\n", stderr: "" });
  });
});

describe("a folder in which nothing can be written", () => {
  test.each([
    ["is missing", (folder: string) => join(folder, "missing")],
    [
      "is a file",
      (folder: string) => {
        const path = join(folder, "file");
        writeFileSync(path, "");
        return path;
      },
    ],
    [
      "has a folder where the database should be",
      (folder: string) => {
        mkdirSync(join(folder, "linnet.db"));
        return folder;
      },
    ],
  ])("makes the store unavailable: it %s", async (_name, prepare) => {
    const folder = prepare(makeFolder());
    expect(await tryToOpenStore({ folder })).toEqual({ ok: false, error: "unavailable" });
  });

  test("makes the store unavailable: its rights forbid it", async () => {
    const folder = makeFolder();
    chmodSync(folder, 0o500);
    expect(await openWithoutPrivileges(join(folder, "linnet.db"))).toBe("unavailable");
    chmodSync(folder, 0o700);
    expect(await openWithoutPrivileges(join(folder, "linnet.db"))).toBe("written");
  });

  test("makes the store unavailable: the database may only be read", async () => {
    const folder = makeFolder();
    await (await openStore({ folder })).close();
    chmodSync(join(folder, "linnet.db"), 0o400);
    expect(await openWithoutPrivileges(join(folder, "linnet.db"))).toBe("unavailable");
  });
});

describe("a worker that never says anything", () => {
  test.each([
    ["its script is missing", "file:///nowhere/worker.ts"],
    ["it throws at once", "data:text/javascript,throw new Error('no')"],
    ["it ends at once", "data:text/javascript,process.exit(0)"],
  ])("makes the store unavailable: %s", async (_name, script) => {
    const opened = await Store.open({
      path: "unused",
      key: testKey,
      script: new URL(script),
      log: recordedLog().log,
    });
    expect(opened).toEqual({ ok: false, error: "unavailable" });
  });
});

/** Opens a store in a process to which the rights of files apply, also where the tests run as root.
 *  @returns what it prints */
async function openWithoutPrivileges(path: string): Promise<string> {
  const wrapper =
    process.getuid?.() === 0
      ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
      : ["env"];
  const { said, kill } = await startStoreProcess({ path, wrapper });
  await kill();
  return said;
}
