/** The thread between the program and the file: unknown questions, its end, and what had been written
 *  when the power went. */

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AccountId } from "../../../app/contract/ids.ts";
import { StoreError, type Store } from "../../../app/store/store.ts";
import { makeFolder, openStore, tryToOpenStore } from "../../lab/profile-folder.ts";
import { startStoreProcess } from "../../lab/start-store-process.ts";
import { addAccount } from "../../lab/stored-data.ts";

/** The same method without its types: what a mistake of ours would call. */
function askAnything(store: Store, subject: string, name: string): Promise<unknown> {
  const ask = store.ask.bind(store) as (s: string, n: string, a: unknown) => Promise<unknown>;
  return ask(subject, name, null);
}

describe("a question that is not in the catalogue", () => {
  test.each([
    ["accounts", "everything"],
    ["nobody", "list"],
    ["constructor", "name"],
    ["__proto__", "toString"],
    ["accounts", "constructor"],
    ["accounts", "__proto__"],
    ["", ""],
  ])("is refused as a mistake of ours: %s.%s", async (subject, name) => {
    const store = await openStore();
    const outcome = await askAnything(store, subject, name).catch((thrown: unknown) => thrown);
    expect(outcome).toBeInstanceOf(Error);
    expect(outcome).not.toBeInstanceOf(StoreError);
    expect(await store.ask("accounts", "list", null)).toEqual([]);
  });

  test("nor can arguments be of the wrong kind, or what cannot be copied", async () => {
    const store = await openStore();
    const id = "1; DROP TABLE account" as unknown as AccountId;
    expect(await store.ask("accounts", "password", { id })).toBeNull();
    const uncloneable = { id: (() => 1) as unknown as AccountId };
    await expect(store.ask("accounts", "password", uncloneable)).rejects.toThrow(/clone/);
    await addAccount(store);
    expect(await store.ask("accounts", "list", null)).toHaveLength(1);
  });
});

describe("the end of the thread", () => {
  /** A worker that opens and ends with the first question. */
  const mortal = (lastWords: string): URL =>
    new URL(
      `data:text/javascript,
      import { parentPort } from "node:worker_threads";
      parentPort.once("message", () => { ${lastWords} });
      parentPort.postMessage({ kind: "opened" });`.replaceAll("\n", ""),
    );

  test.each([
    ["by an exception", "throw new Error('out of memory')"],
    ["without a word", "process.exit(1)"],
  ])("rejects what waits and all that is asked afterwards: %s", async (_how, lastWords) => {
    const script = mortal(lastWords);
    const opened = await tryToOpenStore({ folder: makeFolder(), script });
    if (!opened.ok) throw new Error(opened.error);
    const store = opened.value;
    const ask = (): Promise<unknown> =>
      store.ask("accounts", "list", null).catch((thrown: unknown) => thrown);
    const problems = (await Promise.all([ask(), ask(), ask()])).map(
      (thrown) => thrown instanceof StoreError && thrown.problem,
    );
    expect(problems).toEqual(["unavailable", "unavailable", "unavailable"]);
    const later = await ask();
    expect(later instanceof StoreError && later.problem).toBe("unavailable");
    // Quitting does not wait for a thread that is gone.
    await store.close();
  });

  test("by closing answers what was asked before, and rejects what is asked after", async () => {
    const store = await openStore();
    const before = addAccount(store);
    const closing = store.close();
    const after = addAccount(store, "late@home.example").catch((thrown: unknown) => thrown);
    expect((await before).address).toBe("ana@home.example");
    await closing;
    expect(await after).toBeInstanceOf(StoreError);
    await store.close();
  });
});

test("what was answered is on the disk, whatever happens to the process then", async () => {
  const folder = makeFolder();
  const child = await startStoreProcess({ path: join(folder, "linnet.db") });
  expect(child.said).toBe("written");
  await child.kill();
  const store = await openStore({ folder });
  const settings = await store.ask("settings", "all", null);
  expect(Object.keys(settings)).toHaveLength(20);
});
