/** A server program that a test or the demo starts and ends again. */

import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface ServerProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Standard output and error go here. */
  readonly logFile: string;
  /** The server counts as started when all of these ports on loopback accept a connection. */
  readonly ports: readonly number[];
  readonly startMs?: number;
}

export class ServerProcess {
  readonly #options: ServerProcessOptions;
  #child: ChildProcess | null = null;

  constructor(options: ServerProcessOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { command, args, env, cwd, logFile, ports, startMs = 30_000 } = this.#options;
    const log = createWriteStream(logFile, { flags: "a" });
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const failures: string[] = [];
    child.once("error", (error) => failures.push(error.message));
    child.once("exit", (code, signal) => failures.push(`exited with ${code ?? signal}`));
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    const deadline = Date.now() + startMs;
    for (const port of ports) {
      while (!(await accepts(port))) {
        if (failures[0]) throw new Error(`${command}: ${failures[0]}, see ${logFile}`);
        if (Date.now() > deadline) throw new Error(`${command} did not start, see ${logFile}`);
        await sleep(50);
      }
    }
  }

  /** Ends the process as an administrator would, or as a power cut would. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const killTimer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await exited;
    clearTimeout(killTimer);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
