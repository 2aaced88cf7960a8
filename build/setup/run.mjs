/** Starting other programs from the build scripts. Plain Node: runs before anything is installed. */

import { spawn } from "node:child_process";
import { constants } from "node:os";
import { resolve } from "node:path";

/** The project's folder. */
export const root = resolve(import.meta.dirname, "../..");

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] beside ours
 * @property {string} [cwd]
 * @property {number} [timeoutMs]
 * @property {boolean} [isQuiet] nobody hears it
 * @property {boolean} [isSetup] what it says is not what was asked for: it goes to the standard error
 */

/**
 * Runs a program with its output on ours. With a time limit it gets a process group of its own, which
 * ends as a whole: what it started must not outlive it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>} its exit code; 124 after a timeout, 127 if it could not be started
 */
export function run(command, args, options = {}) {
  const { env, cwd = root, timeoutMs, isQuiet = false, isSetup = false } = options;
  return new Promise((resolveCode) => {
    const isGroup = timeoutMs !== undefined && process.platform !== "win32";
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: isQuiet ? "ignore" : ["ignore", isSetup ? 2 : "inherit", "inherit"],
      detached: isGroup,
    });
    const undo = [isGroup ? passSignalsTo(child) : () => undefined];
    let isTimedOut = false;
    if (timeoutMs !== undefined) {
      const timer = setTimeout(() => {
        isTimedOut = true;
        end(child, isGroup, "SIGKILL");
      }, timeoutMs);
      undo.push(() => clearTimeout(timer));
    }
    /** @param {number} code */
    const finish = (code) => {
      for (const each of undo) each();
      resolveCode(code);
    };
    child.once("error", () => finish(127));
    child.once("exit", (code) => {
      // Whatever is left of the group has lost what it was there for.
      if (isGroup) end(child, isGroup, "SIGKILL");
      finish(isTimedOut ? 124 : (code ?? 1));
    });
  });
}

/**
 * Runs a program and returns what it prints; null if it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<string | null>}
 */
export async function output(command, args) {
  const { code, stdout } = await capture(command, args);
  return code === 0 ? stdout : null;
}

/**
 * Runs a program and returns everything it says.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function capture(command, args, { env } = {}) {
  return new Promise((resolveAll) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += String(chunk)));
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    child.once("error", (error) => resolveAll({ code: 127, stdout, stderr: error.message }));
    child.once("close", (code) => resolveAll({ code: code ?? 1, stdout, stderr }));
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

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {boolean} isGroup
 * @param {NodeJS.Signals} signal
 */
function end(child, isGroup, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(isGroup ? -child.pid : child.pid, signal);
  } catch (thrown) {
    // ESRCH: nobody is left.
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ESRCH")) throw thrown;
  }
}

/**
 * A group of its own does not hear Ctrl-C: it is passed on, and ends us, too.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {() => void} undoes it
 */
function passSignalsTo(child) {
  const undo = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]).map((signal) => {
    const onSignal = () => {
      end(child, true, "SIGTERM");
      process.exit(128 + constants.signals[signal]);
    };
    process.once(signal, onSignal);
    return () => process.off(signal, onSignal);
  });
  return () => {
    for (const each of undo) each();
  };
}
