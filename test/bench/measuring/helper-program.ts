/** A program that runs beside a benchmark and is talked to in lines: the screen, the session bus, the
 *  keychain, the probe. It ends with us. */

import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { createInterface, type Interface } from "node:readline";

export interface HelperOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The file descriptor on which it speaks: standard output unless said otherwise. */
  readonly speaksOn?: number;
}

export class HelperProgram {
  readonly #command: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #interface: Interface;
  readonly #gone: Promise<void>;
  readonly #killWithUs = (): void => void this.#child.kill("SIGKILL");

  constructor(command: readonly string[], { env, cwd, speaksOn = 1 }: HelperOptions = {}) {
    const [program = "", ...args] = command;
    this.#command = program;
    const stdio: SpawnOptions["stdio"] = ["pipe", "pipe", "ignore", "pipe"];
    this.#child = spawn(program, args, { env, cwd, stdio });
    process.once("exit", this.#killWithUs);
    this.#gone = new Promise((resolve) => {
      this.#child.once("error", () => {
        resolve();
      });
      this.#child.once("exit", () => {
        process.off("exit", this.#killWithUs);
        resolve();
      });
    });
    const speech = this.#child.stdio[speaksOn];
    if (!speech || !("read" in speech)) throw new Error(`no descriptor ${speaksOn}`);
    this.#interface = createInterface({ input: speech });
    this.#lines = this.#interface[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next line it says. @throws when it ended instead */
  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#command} ended without an answer`);
    return value;
  }

  say(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Nothing more will be said to it. */
  hush(): void {
    this.#child.stdin?.end();
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#gone;
    this.#interface.close();
  }

  /** Waits until it ends by itself. */
  async finished(): Promise<void> {
    await this.#gone;
    this.#interface.close();
  }
}
