/** Bundles the program into out/. */

import { join } from "node:path";
import { hasDisplay, withDisplay } from "./setup/display.mjs";
import { asNode, electronEnv } from "./setup/electron.mjs";
import { giveUp, root, run } from "./setup/run.mjs";

/**
 * @param {import("./setup/electron.mjs").ElectronBinary} electron
 * @param {{ isQuiet?: boolean }} [options]
 */
export async function bundle(electron, { isQuiet = true } = {}) {
  const args = [join("node_modules", "electron-vite", "bin", "electron-vite.js"), "build"];
  const log = isQuiet ? ["--logLevel", "warn"] : [];
  const env = { ...electronEnv(electron), NODE_OPTIONS: "--disable-warning=ExperimentalWarning" };
  const code = await run(process.execPath, [...args, ...log], { env });
  if (code !== 0) giveUp("The program could not be built.");
}

/**
 * Runs a TypeScript program of the project in Electron's Node.
 * @param {import("./setup/electron.mjs").ElectronBinary} electron
 * @param {string} script relative to the project
 * @param {{ args?: readonly string[], hasWindows?: boolean }} [options] whether it opens windows, and
 *   so needs a display
 * @returns {Promise<number>} exit code
 */
export async function runScript(electron, script, { args = [], hasWindows = false } = {}) {
  const direct = [electron.path, join(root, script), ...args];
  const [command = electron.path, ...rest] = hasWindows ? await withDisplay(direct) : direct;
  return run(command, rest, {
    env: { ...asNode(electron), LINNET_HEADLESS: hasDisplay() ? "" : "1" },
  });
}
