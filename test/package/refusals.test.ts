/** What `npm run package` refuses. It runs in a copy of the project that has nothing installed but what
 *  a test puts there, so that it cannot reach the point of packaging. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly devDependencies: { readonly electron: string };
};

let project = "";

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "linnet-package-"));
  for (const name of ["build", "package.json", "package-lock.json"]) {
    cpSync(join(root, name), join(project, name), { recursive: true });
  }
  mkdirSync(join(project, "node_modules", "electron"), { recursive: true });
  // The stamp of installed packages: npm is not called.
  const lock = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  writeFileSync(join(project, "node_modules", ".linnet-lock"), lock.digest("hex"));
});

afterEach(() => {
  rmSync(project, { recursive: true, force: true });
});

test("refuses to package anything but the official Electron", () => {
  installElectronPackage(devDependencies.electron);
  const { status, stderr } = runPackage();
  expect(stderr.trim().split("\n").at(-1)).toBe(
    "The official Electron is not here and cannot be downloaded. " +
      "Installers are made with no other: nothing was packaged.",
  );
  expect(status).toBe(1);
});

test("refuses an Electron of another version than package.json names", () => {
  installElectronPackage(devDependencies.electron);
  installElectronProgram("1.2.3");
  const { status, stderr } = runPackage();
  expect(stderr).toContain(
    `package.json wants Electron ${devDependencies.electron}, but the program is 1.2.3: ` +
      "nothing was packaged.",
  );
  expect(status).toBe(1);
});

test("refuses an npm package of another version than package.json names", () => {
  installElectronPackage("1.2.3");
  installElectronProgram(devDependencies.electron);
  const { status, stderr } = runPackage();
  expect(stderr).toContain("but the npm package is 1.2.3: nothing was packaged.");
  expect(status).toBe(1);
});

/** The npm package without the program, and without what its installer would need to fetch it. */
function installElectronPackage(version: string): void {
  const manifest = JSON.stringify({ name: "electron", version });
  writeFileSync(join(project, "node_modules", "electron", "package.json"), manifest);
}

function installElectronProgram(version: string): void {
  const folder = join(project, "node_modules", "electron");
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "path.txt"), "electron");
  writeFileSync(join(folder, "dist", "electron"), "");
  writeFileSync(join(folder, "dist", "version"), version);
}

function runPackage(): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [join(project, "build", "package.mjs")], {
    encoding: "utf8",
    // Nothing is asked of the network: the mirror is a closed port.
    env: { ...process.env, ELECTRON_MIRROR: "http://127.0.0.1:9/" },
    timeout: 60_000,
  });
}
