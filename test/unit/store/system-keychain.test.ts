/** The operating system's own keychain, as far as it can be had without a person: Secret Service on a
 *  D-Bus of its own. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { makeFolder } from "../../lab/profile-folder.ts";

const script = fileURLToPath(new URL("../../lab/keychain-process.ts", import.meta.url));
const program = [process.execPath, "--disable-warning=ExperimentalWarning", script];

const missing = ["dbus-run-session", "gnome-keyring-daemon"].filter(
  (name) => spawnSync(name, ["--version"]).status !== 0,
);

/** Runs a command with keychain, settings and data in a folder of its own. */
function run(command: readonly string[], env: NodeJS.ProcessEnv = {}): unknown {
  const home = makeFolder();
  const [name, ...args] = [...command, makeFolder()];
  const { stdout, stderr } = spawnSync(name, args, {
    encoding: "utf8",
    timeout: 15_000,
    env: {
      ...process.env,
      HOME: home,
      XDG_DATA_HOME: home,
      XDG_CACHE_HOME: home,
      XDG_RUNTIME_DIR: home,
      ...env,
    },
  });
  const line = stdout.split("\n").find((each) => each.startsWith("{"));
  return line === undefined ? { stdout, stderr } : JSON.parse(line);
}

test.skipIf(missing.length > 0)(
  `the Secret Service keeps the key of the database ${missing.length > 0 ? `(skipped: ${missing.join(" and ")} missing)` : ""}`.trim(),
  () => {
    const unlocked =
      'printf "a password" | gnome-keyring-daemon --unlock --components=secrets >&2 && exec "$@"';
    const command = ["dbus-run-session", "--", "sh", "-c", unlocked, "sh", ...program];
    expect(run(command)).toEqual({
      made: true,
      isSame: true,
      entry: { before: null, written: true, after: null },
    });
  },
);

test.runIf(process.platform === "linux")(
  "without a D-Bus there is no keychain, and no crash",
  () => {
    const command = ["env", ...program];
    expect(run(command, { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere/bus" })).toEqual({
      made: "no-keychain",
      isSame: false,
      entry: null,
    });
  },
);
