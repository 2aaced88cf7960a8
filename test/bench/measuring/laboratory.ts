/** Everything the benchmarks measure with, set up when one first asks for it and taken down at the end:
 *  screen, person, program, server, history, profile. */

import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provideHistory, type History } from "./history.ts";
import { Person } from "./person.ts";
import { Profile } from "./profile.ts";
import { Screen } from "./screen.ts";
import { Server } from "./server.ts";
import { setStage, type Stage } from "./stage.ts";
import { RunningLinnet } from "./running-linnet.ts";

export interface LaboratoryOptions {
  /** How often everything is measured; one more that does not count comes before. */
  readonly runs: number;
}

/** What a window or a start needs. */
export interface Equipment {
  readonly person: Person;
  readonly stage: Stage;
  readonly server: Server;
  readonly profile: Profile;
}

export class Laboratory {
  readonly runs: number;
  readonly folder: string;
  readonly #takeDown: (() => Promise<void> | void)[] = [];
  #equipment: Promise<Equipment> | null = null;
  #history: Promise<History> | null = null;

  constructor({ runs }: LaboratoryOptions) {
    this.runs = runs;
    this.folder = mkdtempSync(join(tmpdir(), "linnet-bench-"));
    // Others than we live in it.
    chmodSync(this.folder, 0o755);
    const remove = (): void => {
      rmSync(this.folder, { recursive: true, force: true });
    };
    process.once("exit", remove);
    this.#takeDown.push(() => {
      remove();
      process.off("exit", remove);
    });
  }

  get history(): Promise<History> {
    this.#history ??= provideHistory();
    return this.#history;
  }

  get equipment(): Promise<Equipment> {
    this.#equipment ??= this.#setUp();
    return this.#equipment;
  }

  /** A Linnet with a fresh copy of the profile, connected, gone afterwards. */
  async withLinnet<T>(
    use: (running: RunningLinnet, equipment: Equipment) => Promise<T>,
  ): Promise<T> {
    const equipment = await this.equipment;
    const { person, stage, server, profile } = equipment;
    profile.restore();
    const { policy } = server;
    const running = await RunningLinnet.open({ person, stage, profile: profile.folder, policy });
    try {
      await running.isOnline();
      return await use(running, equipment);
    } finally {
      await running.close();
    }
  }

  /** Who everything was measured as, in words; ourselves where no login was needed. */
  async user(): Promise<string> {
    if (!this.#equipment) return "whoever started this";
    return (await this.#equipment).person.description;
  }

  async takeDown(): Promise<void> {
    for (const step of this.#takeDown.splice(0).toReversed()) await step();
  }

  async #setUp(): Promise<Equipment> {
    const history = await this.history;
    const { folder } = this;
    const screen = await Screen.start();
    this.#takeDown.push(() => screen.stop());
    const person = await Person.logIn({ folder, display: screen.display });
    this.#takeDown.push(() => person.logOut());
    const stage = setStage(folder);
    const server = await Server.start(folder);
    this.#takeDown.push(() => server.stop());
    const { policy, port } = server;
    const profile = await Profile.prepare({ person, stage, history, policy, port });
    return { person, stage, server, profile };
  }
}

/** Empties the caches of the disk, so that the next start reads everything from it. For root only. */
export function dropCaches(): void {
  execFileSync("sync");
  execFileSync("sh", ["-c", "echo 3 > /proc/sys/vm/drop_caches"]);
}
