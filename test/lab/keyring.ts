/** A Secret Service of its own: a private D-Bus and an unlocked gnome-keyring in a folder. */

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** The programs it needs that are not here. */
export function missingKeyringPrograms(): string[] {
  const programs = ["dbus-daemon", "gnome-keyring-daemon"];
  return programs.filter((name) => spawnSync(name, ["--version"]).status !== 0);
}

export class Keyring implements AsyncDisposable {
  /** What a program needs in its environment to find it. */
  readonly env: Readonly<Record<string, string>>;
  readonly #bus: ChildProcess;

  private constructor(env: Record<string, string>, bus: ChildProcess) {
    this.env = env;
    this.#bus = bus;
  }

  /** @param folder where the keyring keeps its files */
  static async start(folder: string): Promise<Keyring> {
    const home = join(folder, "keyring");
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const bus = spawn("dbus-daemon", ["--session", "--nofork", "--print-address"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [address] = (await once(bus.stdout, "data")) as [Buffer];
    const env = {
      DBUS_SESSION_BUS_ADDRESS: address.toString().trim(),
      XDG_DATA_HOME: home,
      XDG_CACHE_HOME: home,
      XDG_RUNTIME_DIR: home,
    };
    // It goes into the background once it listens, and ends with the bus.
    const unlocked = spawnSync("gnome-keyring-daemon", ["--unlock", "--components=secrets"], {
      env: { ...process.env, ...env, HOME: home },
      input: "the keyring's password",
      stdio: ["pipe", "ignore", "ignore"],
    });
    if (unlocked.status !== 0) throw new Error("gnome-keyring-daemon did not start");
    return new Keyring(env, bus);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#bus, "exit");
    this.#bus.kill();
    await exited;
  }
}
