/** The person at whose computer everything is measured: a login of their own, with a home folder, a
 *  session bus and an unlocked keychain, as a desktop has them.
 *
 *  Started by root, that is `nobody`: Chromium has no sandbox for root, and what is measured must have
 *  one. Started by anybody else, it is that somebody in a home folder of the benchmark's. */

import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { HelperProgram } from "./helper-program.ts";

export interface PersonOptions {
  /** Where the home folder is made. */
  readonly folder: string;
  readonly display: string;
}

export class Person {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether Chromium can have its sandbox under this login. */
  readonly isSandboxed: boolean;
  readonly #login: Login;
  readonly #services: readonly HelperProgram[];

  private constructor(
    login: Login,
    home: string,
    env: Readonly<Record<string, string>>,
    services: readonly HelperProgram[],
  ) {
    this.#login = login;
    this.home = home;
    this.env = env;
    this.#services = services;
    this.isSandboxed = login.uid !== 0 && canMakeNamespaces(login);
  }

  static async logIn({ folder, display }: PersonOptions): Promise<Person> {
    const login = findLogin();
    const home = join(folder, "home");
    const runtime = join(folder, "runtime");
    for (const each of [home, runtime]) {
      mkdirSync(each, { recursive: true });
      chmodSync(each, 0o700);
      chownSync(each, login.uid, login.gid);
    }
    // Nothing of the environment in which the benchmark was started: a variable more or less would
    // change what is measured.
    const bare = {
      HOME: home,
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LANG: "C.UTF-8",
      DISPLAY: display,
      XDG_RUNTIME_DIR: runtime,
    };
    const bus = new HelperProgram(
      [...login.prefix, "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
      { env: bare, cwd: home },
    );
    const env = { ...bare, DBUS_SESSION_BUS_ADDRESS: await bus.line() };
    const keychain = new HelperProgram(
      [...login.prefix, "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
      { env, cwd: home },
    );
    keychain.say("a passphrase for a keychain without secrets");
    keychain.hush();
    return new Person(login, home, env, [keychain, bus]);
  }

  /** In words, for the report. */
  get description(): string {
    return `${this.#login.name}, sandbox ${this.isSandboxed ? "on" : "off"}`;
  }

  /** The flags under which every Electron is started, ours and the empty one: a virtual screen has no
   *  graphics processor. */
  get electronFlags(): readonly string[] {
    return ["--disable-gpu", ...(this.isSandboxed ? [] : ["--no-sandbox"])];
  }

  /** The command line that runs a program as this person. */
  command(command: readonly string[]): string[] {
    return [...this.#login.prefix, ...command];
  }

  /** Runs a program as this person and returns what it prints. */
  run(
    command: readonly string[],
    options: { env?: NodeJS.ProcessEnv; input?: string } = {},
  ): string {
    const [program = "", ...args] = this.command(command);
    const env = { ...this.env, ...options.env };
    return execFileSync(program, args, {
      env,
      cwd: this.home,
      input: options.input ?? "",
      encoding: "utf8",
    });
  }

  /** Makes a folder and everything in it theirs. */
  give(folder: string): void {
    if (process.getuid?.() !== this.#login.uid) {
      execFileSync("chown", ["-R", `${this.#login.uid}:${this.#login.gid}`, folder]);
    }
  }

  async logOut(): Promise<void> {
    for (const service of this.#services) await service.stop();
  }
}

interface Login {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** What stands before a command so that it runs under this login. */
  readonly prefix: readonly string[];
}

function findLogin(): Login {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return { name: userName(uid), uid, gid, prefix: [] };
  const nobody = Number(execFileSync("id", ["-u", "nobody"], { encoding: "utf8" }));
  const group = Number(execFileSync("id", ["-g", "nobody"], { encoding: "utf8" }));
  const prefix = ["setpriv", `--reuid=${nobody}`, `--regid=${group}`, "--clear-groups"];
  return { name: "nobody", uid: nobody, gid: group, prefix };
}

function userName(uid: number): string {
  return execFileSync("id", ["-un", String(uid)], { encoding: "utf8" }).trim();
}

/** Chromium's sandbox is made of user namespaces; some systems keep them from ordinary users. */
function canMakeNamespaces({ prefix }: Login): boolean {
  const [program, ...args] = [...prefix, "unshare", "--user", "--map-root-user", "true"];
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
