/** A server program that a test or the demo starts and ends again. */

import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
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

/** A server that was asked to end may take this long before it is killed. */
const stopMs = 10_000;

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
    // Whoever started a server and ends without stopping it must not leave it behind.
    const killWithUs = (): void => void child.kill("SIGKILL");
    process.once("exit", killWithUs);
    const failures: string[] = [];
    child.once("error", (error) => failures.push(error.message));
    child.once("exit", (code, signal) => {
      process.off("exit", killWithUs);
      failures.push(`exited with ${code ?? signal}`);
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once("close", () => log.end());
    const deadline = Date.now() + startMs;
    for (const port of ports) {
      while (!(await accepts(port))) {
        if (failures[0]) throw new Error(`${command} ${failures[0]}: ${lastLines(logFile)}`);
        if (Date.now() > deadline) {
          await this.stop("SIGKILL");
          throw new Error(`${command} does not listen: ${lastLines(logFile)}`);
        }
        // Being ready is no event of a program that is not ours: its ports are all there is to see.
        await sleep(25);
      }
    }
  }

  /** Ends the process as an administrator would, or as a power cut would. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.pid === undefined) return;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const killTimer = setTimeout(() => child.kill("SIGKILL"), stopMs);
    await exited;
    clearTimeout(killTimer);
  }
}

/** What a program said before it failed: its folder may be gone when somebody looks. */
function lastLines(logFile: string): string {
  return existsSync(logFile) ? readFileSync(logFile, "utf8").slice(-2_000) : "it said nothing";
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
