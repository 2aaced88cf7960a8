/** A screen of our own: always the same size, no window manager, nobody's windows in front. */

import { HelperProgram } from "./helper-program.ts";

export class Screen {
  /** What DISPLAY has to be. */
  readonly display: string;
  readonly #server: HelperProgram;

  private constructor(server: HelperProgram, display: string) {
    this.#server = server;
    this.display = display;
  }

  static async start(): Promise<Screen> {
    // -ac: whoever the programs run as; -nolisten tcp: on this machine only.
    const size = ["-screen", "0", "1600x1000x24"];
    const command = ["Xvfb", "-displayfd", "3", ...size, "-ac", "-nolisten", "tcp", "-noreset"];
    const server = new HelperProgram(command, { speaksOn: 3 });
    return new Screen(server, `:${await server.line()}`);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
