/** What the packaged program refuses to do, whoever asks: the fuses of electron-builder.yml, set in a
 *  copy of the Electron at hand. */

import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import {
  flipFuses,
  FuseState,
  FuseV1Options,
  FuseVersion,
  getCurrentFuseWire,
} from "@electron/fuses";
import { afterAll, beforeAll, expect, test } from "vitest";
import { electronFlags } from "../../build/setup/display.mjs";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "linnet-fuses-"));
const app = join(folder, "app");
const mark = join(folder, "mark");
const why =
  process.platform === "linux" ? null : "needs an Electron that is one file beside others";

let electron = "";

beforeAll(() => {
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), JSON.stringify({ main: "main.js" }));
  // Runs before there is any window, and so without a display, too.
  writeFileSync(
    join(app, "main.js"),
    `require("node:fs").writeFileSync(${JSON.stringify(mark)}, process.type); process.exit();`,
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("the fuses are the ones that were decided on", () => {
  expect(readFuses()).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
});

test("before they are set, Electron is Node for whoever asks, and runs any folder", (context) => {
  if (why !== null) context.skip(why);
  electron = copyElectron();
  expect(runAsNode()).toContain("I am Node");
  expect(runFolder()).toBe("browser");
});

test("they can be set, and are read back as they were set", async (context) => {
  if (why !== null) context.skip(why);
  const wanted = Object.entries(readFuses()).map(([name, isOn]) => ({ option: fuse(name), isOn }));
  await flipFuses(electron, {
    version: FuseVersion.V1,
    ...Object.fromEntries(wanted.map(({ option, isOn }) => [option, isOn])),
  });
  const wire = await getCurrentFuseWire(electron);
  for (const { option, isOn } of wanted) {
    expect([FuseV1Options[option], wire[option]]).toEqual([
      FuseV1Options[option],
      isOn ? FuseState.ENABLE : FuseState.DISABLE,
    ]);
  }
});

test("once they are set, Electron is no Node, and runs no folder", (context) => {
  if (why !== null) context.skip(why);
  expect(runAsNode()).not.toContain("I am Node");
  expect(runFolder()).toBe(null);
});

/** The block of the configuration: one line for each fuse. */
function readFuses(): Record<string, boolean> {
  const text = readFileSync(join(root, "electron-builder.yml"), "utf8");
  const [, block = ""] = /^electronFuses:\n((?: .*\n)+)/m.exec(text) ?? [];
  const lines = [...block.matchAll(/^ {2}(\w+): (true|false)$/gm)];
  expect(lines).toHaveLength(block.trimEnd().split("\n").length);
  return Object.fromEntries(lines.map(([, name = "", value]) => [name, value === "true"]));
}

/** electron-builder's name for a fuse, as @electron/fuses has it. */
function fuse(name: string): FuseV1Options {
  const option = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  if (!(option in FuseV1Options)) throw new Error(`there is no fuse ${name}`);
  return FuseV1Options[option as keyof typeof FuseV1Options];
}

/** The program is copied; what lies beside it is only read. */
function copyElectron(): string {
  const source = process.execPath;
  const copy = join(folder, basename(source));
  for (const name of readdirSync(dirname(source))) {
    const from = join(dirname(source), name);
    if (from === source) copyFileSync(from, copy);
    else symlinkSync(from, join(folder, name));
  }
  return copy;
}

function runAsNode(): string {
  return start(["-e", "console.log('I am Node')"], { ELECTRON_RUN_AS_NODE: "1" });
}

/** What kind of process ran the folder's program; null if none did. */
function runFolder(): string | null {
  rmSync(mark, { force: true });
  start([...electronFlags(), app], { ELECTRON_RUN_AS_NODE: undefined });
  return readdirSync(folder).includes(basename(mark)) ? readFileSync(mark, "utf8") : null;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv): string {
  const { stdout } = spawnSync(electron, args, {
    encoding: "utf8",
    // Without a display nothing opens on anybody's screen.
    env: { ...process.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined, ...env },
    timeout: 30_000,
  });
  return stdout;
}
