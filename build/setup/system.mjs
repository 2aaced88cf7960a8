/** Packages of the operating system, on Debian and its like. Elsewhere they are the person's own
 *  business: nothing is installed, and what is missing shows itself by name. */

import { existsSync, rmSync, writeFileSync } from "node:fs";
import { giveUp, output, run } from "./run.mjs";

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

/** What each purpose needs. */
const groups = {
  window: electronLibraries,
  display: ["xvfb", "xauth", "fonts-noto-color-emoji"],
  demo: ["prosody"],
  test: [
    "prosody",
    "prosody-modules",
    "ejabberd",
    "erlang-p1-sqlite3",
    "gnome-keyring",
    "dbus",
    "lua5.4",
  ],
};

/** @typedef {keyof typeof groups} Purpose */

const servicePolicy = "/usr/sbin/policy-rc.d";
const services = ["prosody", "ejabberd"];

/**
 * Installs what is missing for the given purposes. As an ordinary user it prints the line to run and
 * ends the script.
 * @param {readonly Purpose[]} purposes
 */
export async function installSystemPackages(purposes) {
  if (process.platform !== "linux" || (await output("apt-get", ["--version"])) === null) return;
  const wanted = [...new Set(purposes.flatMap((purpose) => groups[purpose]))];
  const installed = await installedPackages();
  const missing = wanted.filter((name) => !name.split("|").some((each) => installed.has(each)));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    const names = await availableNames(missing);
    giveUp(
      `Some packages of the system are missing. Please run this line, then try again:\n\n` +
        `  sudo apt-get install -y --no-install-recommends ${names.join(" ")}\n`,
    );
  }
  console.log("Installing system packages …");
  await run("apt-get", ["update", "-qq"]);
  const names = await availableNames(missing);
  const hasPolicy = existsSync(servicePolicy);
  const newServices = services.filter((service) => names.includes(service));
  try {
    // The servers are wanted as programs: their system-wide services must not start.
    if (!hasPolicy) writeFileSync(servicePolicy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    const args = ["install", "-y", "-qq", "--no-install-recommends", ...names];
    const code = await run("apt-get", args, {
      env: { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
    });
    if (code !== 0) giveUp(`apt-get could not install: ${names.join(" ")}`);
  } finally {
    if (!hasPolicy) rmSync(servicePolicy, { force: true });
  }
  if (existsSync("/run/systemd/system")) {
    for (const service of newServices) {
      await run("systemctl", ["disable", "--now", service], { isQuiet: true });
    }
  }
}

/** @returns {Promise<Set<string>>} */
async function installedPackages() {
  const list = await output("dpkg-query", ["-W", "-f=${Status}\t${Package}\n"]);
  const lines = (list ?? "").split("\n").filter((line) => line.startsWith("install ok installed"));
  return new Set(lines.map((line) => line.split("\t")[1] ?? ""));
}

/**
 * @param {readonly string[]} names with alternatives
 * @returns {Promise<string[]>} those that this release has
 */
async function availableNames(names) {
  return Promise.all(
    names.map(async (name) => {
      const alternatives = name.split("|");
      for (const each of alternatives) {
        const policy = await output("apt-cache", ["policy", each]);
        if (policy && !/Candidate: \(none\)/.test(policy) && policy.trim() !== "") return each;
      }
      return alternatives[0] ?? name;
    }),
  );
}
