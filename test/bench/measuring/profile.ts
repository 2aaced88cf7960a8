/** The profile with which every measured Linnet starts: the history, a few starts behind it, and a
 *  chat open. The same bytes each time. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../../app/store/database.ts";
import { copyFolder } from "./folders.ts";
import { knownChats, type History } from "./history.ts";
import { RunningLinnet, type RunningLinnetOptions } from "./running-linnet.ts";

/** Chromium keeps the compiled form of a script that it met several times. */
const startsBefore = 3;

export interface ProfileOptions extends Omit<RunningLinnetOptions, "profile"> {
  readonly history: History;
  /** The server's port on this machine. */
  readonly port: number;
}

export class Profile {
  /** What is given to Linnet. */
  readonly folder: string;
  readonly key: string;
  readonly #master: string;

  private constructor(folder: string, key: string) {
    this.folder = folder;
    this.key = key;
    this.#master = `${folder}-master`;
  }

  static async prepare(options: ProfileOptions): Promise<Profile> {
    const { person, stage, history, port } = options;
    const profile = new Profile(join(person.home, "linnet"), history.keychain.key);
    copyFolder(history.folder, profile.folder);
    setPort(profile.databasePath, profile.key, port);
    person.give(profile.folder);
    person.run([stage.electron, join(stage.linnet, "test/bench/measuring/enter-key.ts")], {
      env: { ELECTRON_RUN_AS_NODE: "1" },
      input: JSON.stringify(history.keychain),
    });
    for (let start = 0; start < startsBefore; start++) {
      const running = await RunningLinnet.open({ ...options, profile: profile.folder });
      await running.isOnline();
      await running.openChat(knownChats.last.name);
      await running.close();
    }
    copyFolder(profile.folder, profile.#master);
    return profile;
  }

  get databasePath(): string {
    return join(this.folder, "linnet.db");
  }

  /** Puts everything back to what it was. */
  restore(): void {
    copyFolder(this.#master, this.folder);
  }

  remove(): void {
    for (const each of [this.folder, this.#master]) rmSync(each, { recursive: true, force: true });
  }
}

/** The server listens on another port in every run, and no query of the program changes that. */
function setPort(path: string, key: string, port: number): void {
  const db = openDatabase(path, key);
  try {
    db.prepare("UPDATE account SET server_port = ?").run([port]);
    db.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
}
