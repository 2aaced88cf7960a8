/** A profile's folder and the store in it: real files, a real worker, gone after the test. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Result } from "../../app/base/result.ts";
import type { StoreProblem } from "../../app/contract/problems.ts";
import { Store } from "../../app/store/store.ts";
import { recordedLog } from "./recorded-log.ts";

/** Electron's Node strips the types; nothing has to be built first. */
export const storeScript = new URL("../../app/store/worker.ts", import.meta.url);

/** The same for the thread that works on key files. */
export const identityScript = new URL("../../app/trust/identity-worker.ts", import.meta.url);

export const testKey = "5a".repeat(32);

/** An empty folder that is deleted after the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "linnet-test-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export interface StorePlace {
  readonly folder: string;
  readonly key?: string;
  readonly script?: string | URL;
}

/** Opens a store and says what came of it; an open one is closed after the test. */
export async function tryToOpenStore(place: StorePlace): Promise<Result<Store, StoreProblem>> {
  const opened = await Store.open({
    path: join(place.folder, "linnet.db"),
    key: place.key ?? testKey,
    script: place.script ?? storeScript,
    log: recordedLog().log,
  });
  if (opened.ok) onTestFinished(() => opened.value.close());
  return opened;
}

/** Opens a store that must open. */
export async function openStore(place: StorePlace = { folder: makeFolder() }): Promise<Store> {
  const opened = await tryToOpenStore(place);
  if (!opened.ok) throw new Error(`the store did not open: ${opened.error}`);
  return opened.value;
}

/** Every byte in a folder, by file name. */
export function readFolder(folder: string): Map<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}
