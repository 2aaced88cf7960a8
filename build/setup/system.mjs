/** Packages of the operating system, on Debian and its like. Elsewhere they are the person's own
 *  business: nothing is installed, and what is missing shows itself by name. */

import { existsSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { capture, giveUp, output, run } from "./run.mjs";

/** "a|b": the name changed between releases; either will do. */
const electronLibraries = [
  "libgtk-3-0t64|libgtk-3-0",
  "libnss3",
  "libgbm1",
  "libasound2t64|libasound2",
  "libatk-bridge2.0-0t64|libatk-bridge2.0-0",
  "libatspi2.0-0t64|libatspi2.0-0",
  "libcups2t64|libcups2",
  "libdrm2",
  "libxkbcommon0",
  "libxcomposite1",
  "libxdamage1",
  "libxfixes3",
  "libxrandr2",
  "libsecret-1-0",
];

/** What each purpose needs. Without any font Chromium draws nothing and may end. */
const groups = {
  window: [...electronLibraries, "fonts-dejavu-core"],
  display: ["xvfb", "xauth", "fonts-noto-color-emoji"],
  demo: ["prosody"],
  package: ["rpm"],
  bench: ["prosody", "gnome-keyring", "dbus", "python3", "python3-xlib"],
  test: ["prosody", "ejabberd", "erlang-p1-sqlite3", "gnome-keyring", "dbus", "lua5.4"],
};

/** @typedef {keyof typeof groups} Purpose */

const servicePolicy = "/usr/sbin/policy-rc.d";
const services = ["prosody", "ejabberd"];

/** Somebody else may be installing: a system that has just started updates itself. */
const lockSeconds = 300;

/**
 * Installs what is missing for the given purposes. As an ordinary user it prints the line to run and
 * ends the script.
 * @param {readonly Purpose[]} purposes
 */
export async function installSystemPackages(purposes) {
  const wanted = [...new Set(purposes.flatMap((purpose) => groups[purpose]))];
  if (wanted.length === 0 || process.platform !== "linux") return;
  if ((await output("apt-get", ["--version"])) === null) return;
  const installed = await installedPackages();
  const missing = wanted.filter((name) => !name.split("|").some((each) => installed.has(each)));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    const names = await availableNames(missing, installed);
    const install = `apt-get install -y --no-install-recommends ${names.join(" ")}`;
    const line = (await isIndexed()) ? install : `sh -c "apt-get update && ${install}"`;
    giveUp(
      `Some packages of the system are missing. Please run this line, then try again:\n\n` +
        `  sudo ${line}\n`,
    );
  }
  console.error("Installing system packages …");
  await updateIndex();
  const names = await availableNames(missing, installed);
  const options = [
    "-y",
    "-qq",
    "--no-install-recommends",
    "-o",
    `DPkg::Lock::Timeout=${lockSeconds}`,
  ];
  const code = await withoutServices(() =>
    run("apt-get", ["install", ...options, ...names], {
      env: { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
      isSetup: true,
    }),
  );
  if (code !== 0) giveUp(`apt-get could not install: ${names.join(" ")}`);
  if (existsSync("/run/systemd/system")) {
    for (const service of services.filter((each) => names.includes(each))) {
      await run("systemctl", ["disable", "--now", service], { isQuiet: true });
    }
  }
}

/** Brings the index of packages up to date. A source that does not answer is no reason to give up:
 *  what is wanted may come from another one, or be there already. */
async function updateIndex() {
  const deadline = Date.now() + lockSeconds * 1_000;
  for (;;) {
    const { code, stderr } = await capture("apt-get", ["update", "-qq"], { env: { LC_ALL: "C" } });
    if (code === 0) return;
    // apt-get waits for the lock of the packages only, not for that of the index.
    if (!/Could not get lock/.test(stderr) || Date.now() > deadline) {
      console.error(stderr.trim());
      return;
    }
    await sleep(2_000);
  }
}

/**
 * The servers are wanted as programs: their system-wide services must not start.
 * @template T
 * @param {() => Promise<T>} install
 * @returns {Promise<T>}
 */
async function withoutServices(install) {
  if (existsSync(servicePolicy)) return install();
  writeFileSync(servicePolicy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return await install();
  } finally {
    rmSync(servicePolicy, { force: true });
  }
}

/** @returns {Promise<Set<string>>} */
async function installedPackages() {
  const list = await output("dpkg-query", ["-W", "-f=${Status}\t${Package}\n"]);
  const lines = (list ?? "").split("\n").filter((line) => line.startsWith("install ok installed"));
  return new Set(lines.map((line) => line.split("\t")[1] ?? ""));
}

/** Whether apt knows what its sources have: a fresh container does not. */
async function isIndexed() {
  return Boolean((await output("apt-cache", ["policy", "xvfb"]))?.trim());
}

/**
 * @param {readonly string[]} names with alternatives
 * @param {ReadonlySet<string>} installed
 * @returns {Promise<string[]>} those that this release has
 */
async function availableNames(names, installed) {
  // Without an index, what is installed tells: releases with 64-bit times have these names throughout.
  const hasT64 = [...installed].some((name) => name.endsWith("t64"));
  return Promise.all(
    names.map(async (name) => {
      const alternatives = name.split("|");
      for (const each of alternatives) {
        const policy = await output("apt-cache", ["policy", each]);
        if (policy?.trim() && !policy.includes("Candidate: (none)")) return each;
      }
      return alternatives.find((each) => each.endsWith("t64") === hasT64) ?? name;
    }),
  );
}
