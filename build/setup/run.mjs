/** Starting other programs from the build scripts. Plain Node: runs before anything is installed. */

import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** The project's folder. */
export const root = resolve(import.meta.dirname, "../..");

/**
 * Runs a program with its output on ours.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, timeoutMs?: number, isQuiet?: boolean }} [options]
 * @returns {Promise<number>} its exit code; 124 after a timeout, 127 if it could not be started
 */
export function run(command, args, { env, cwd = root, timeoutMs, isQuiet = false } = {}) {
  return new Promise((resolveCode) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", isQuiet ? "ignore" : "inherit", isQuiet ? "ignore" : "inherit"],
    });
    let isTimedOut = false;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            isTimedOut = true;
            child.kill("SIGKILL");
          }, timeoutMs);
    child.once("error", () => {
      clearTimeout(timer);
      resolveCode(127);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      resolveCode(isTimedOut ? 124 : (code ?? 1));
    });
  });
}

/**
 * Runs a program and returns what it prints; null if it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<string | null>}
 */
export function output(command, args) {
  return new Promise((resolveText) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.on("data", (chunk) => (text += String(chunk)));
    child.once("error", () => resolveText(null));
    child.once("close", (code) => resolveText(code === 0 ? text : null));
  });
}

/**
 * Ends the script with a sentence for whoever started it.
 * @param {string} message
 * @returns {never}
 */
export function giveUp(message) {
  console.error(message);
  process.exit(1);
}
