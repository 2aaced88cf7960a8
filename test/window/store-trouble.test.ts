/** What happens to the store on a bad day: each time one clear sentence, and nothing is lost. */

import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { Database } from "@signalapp/sqlcipher";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Log } from "../../app/base/log.ts";
import { Vault } from "../../app/store/vault.ts";
import { electronPath, launchOptions, plainEnv, type LinnetWindow } from "../lab/linnet-window.ts";
import { MemoryKeychain } from "../lab/memory-keychain.ts";
import { domain, passphrase, Stage, takePicture } from "./stage.ts";

let stage: Stage;

beforeEach(() => {
  stage = new Stage();
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

test("a store of a newer version is left alone", async () => {
  await (await stage.openNew("juliet")).close();
  const folder = join(stage.folder, "juliet");
  const db = await openStore(folder);
  db.pragma("user_version = 999");
  db.close();
  const before = readFileSync(join(folder, "linnet.db"));
  const window = await stage.openAgain("juliet");
  await window.page.getByText("Made by a newer Linnet").waitFor();
  await takePicture(window, "store-newer");
  expect(await window.page.getByRole("button", { name: /empty store/ }).count()).toBe(0);
  await window.close();
  expect(readFileSync(join(folder, "linnet.db")).equals(before)).toBe(true);
});

test("a damaged store is kept aside, and Linnet can begin anew", async () => {
  await (await stage.openNew("juliet")).close();
  const folder = join(stage.folder, "juliet");
  overwrite(join(folder, "linnet.db"));
  const damaged = readFileSync(join(folder, "linnet.db"));
  const window = await stage.openAgain("juliet");
  await window.page.getByText("Your message store is damaged").waitFor();
  await takePicture(window, "store-damaged");
  await window.page.getByRole("button", { name: "Start with an empty store" }).click();
  await window.createPassphrase(passphrase);
  await window.page.getByRole("button", { name: "Sign in" }).waitFor();
  const kept = readdirSync(folder).find((name) => name.startsWith("linnet.db.2"));
  expect(kept).toBeDefined();
  expect(readFileSync(join(folder, kept ?? "")).equals(damaged)).toBe(true);
});

test("a wrong passphrase opens nothing, the right one does", async () => {
  await (await stage.openNew("juliet")).close();
  const window = await stage.open("juliet");
  await window.unlock("not the passphrase");
  await window.page.getByRole("alert").filter({ hasText: "This is not the passphrase." }).waitFor();
  await takePicture(window, "wrong-passphrase");
  await window.unlock(passphrase);
  await window.page.getByRole("button", { name: "Sign in" }).waitFor();
});

test("a second Linnet for the same profile brings the first one forward and ends", async () => {
  const first = await stage.openNew("juliet");
  await first.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.minimize();
  });
  const options = launchOptions({ folder: join(stage.folder, "juliet"), policy: stage.policy });
  const second = spawn(electronPath(), options?.args ?? [], { env: plainEnv() });
  let said = "";
  second.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const code = await new Promise((resolve) => second.once("exit", resolve));
  expect(said).toContain("Linnet is already running; its window was brought to the front.");
  expect(code).toBe(0);
  const isMinimized = (): Promise<boolean> =>
    first.app.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized() ?? true,
    );
  await expect.poll(isMinimized).toBe(false);
});

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)(
  "on a full disk what was written stays in the field and is sent later",
  async () => {
    await stage.startServer("juliet", "romeo");
    const folder = join(stage.folder, "juliet");
    mkdirSync(folder);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]).status).toBe(0);
    let window: LinnetWindow | null = null;
    try {
      window = await stage.openSignedIn("juliet");
      await window.startChat(`romeo@${domain}`);
      await window.say("while there is room");
      await window.sees("while there is room");
      fill(folder);
      await window.say("x".repeat(30_000));
      await window.page.getByText("Your disk is full. Nothing was lost").waitFor();
      await takePicture(window, "disk-full");
      expect(await window.composer.inputValue()).toBe("x".repeat(30_000));
      spawnSync("rm", [join(folder, "filler")]);
      await window.say("there is room again");
      await window.sees("there is room again");
      await window.sees("while there is room");
    } finally {
      await window?.close();
      spawnSync("umount", ["-l", folder]);
    }
    expect(existsSync(join(folder, "linnet.db"))).toBe(false);
  },
);

async function openStore(folder: string): Promise<Database> {
  const vault = new Vault(folder, new MemoryKeychain(), new Log("", () => undefined));
  const key = await vault.openWithPassphrase(passphrase);
  if (!key.ok) throw new Error(key.error);
  const db = new Database(join(folder, "linnet.db"));
  db.pragma(`key = "x'${key.value}'"`);
  return db;
}

/** Writes nonsense over the first pages. */
function overwrite(path: string): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(8_192, 0xa5), 0, 8_192, 0);
  closeSync(file);
}

/** Takes every byte that is left. */
function fill(folder: string): void {
  spawnSync("dd", ["if=/dev/zero", `of=${join(folder, "filler")}`, "bs=4k"]);
}
