/** Bundles the program into out/. */

import { join } from "node:path";
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
 * @param {readonly string[]} [args]
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} exit code
 */
export function runScript(electron, script, args = [], env = {}) {
  return run(electron.path, [join(root, script), ...args], {
    env: { ...asNode(electron), ...env },
  });
}
