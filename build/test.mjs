/** `npm test`: installs what is missing, builds, and runs everything that shows whether the program
 *  works. `npm test -- unit server` runs only these parts.
 *
 *  The last line is for machines: `N passed, N failed`, and `, N skipped` where some were. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";
import { hasDisplay, withDisplay } from "./setup/display.mjs";
import { asNode, findElectron } from "./setup/electron.mjs";
import { installPackages } from "./setup/packages.mjs";
import { giveUp, root, run } from "./setup/run.mjs";
import { installSystemPackages } from "./setup/system.mjs";
import { reportVariable } from "./test-report.mjs";

/** @typedef {import("./setup/system.mjs").Purpose} Purpose */
/** @typedef {import("./setup/electron.mjs").ElectronBinary} ElectronBinary */
/** @typedef {{ purposes: readonly Purpose[], isBuilt: boolean, minutesMax: number }} Part */

/** In the order in which they run. Together they must stay below an hour and a half.
 * @satisfies {Record<string, Part>} */
const parts = {
  check: { purposes: [], isBuilt: false, minutesMax: 10 },
  unit: { purposes: ["window", "test"], isBuilt: false, minutesMax: 15 },
  server: { purposes: ["window", "test"], isBuilt: false, minutesMax: 20 },
  window: { purposes: ["window", "test", "display"], isBuilt: true, minutesMax: 30 },
  package: { purposes: ["window"], isBuilt: false, minutesMax: 5 },
};

/** @type {import("./test-report.mjs").Report} */
const total = { passed: 0, failed: [], skipped: [] };

let isFinished = false;

// Whatever ends this script, a package that cannot be installed as well: the last line is written.
process.on("exit", (code) => {
  if (!isFinished) total.failed.push({ name: "npm test", why: `ended early with code ${code}` });
  writeSummary();
  process.exitCode = total.failed.length > 0 || total.passed === 0 ? 1 : 0;
});

await main();
isFinished = true;

async function main() {
  const wanted = chooseParts();
  const chosen = wanted.map((name) => parts[name]);
  await installSystemPackages(chosen.flatMap(({ purposes }) => purposes));
  await installPackages();
  const isElectronNeeded = wanted.some((name) => name !== "check");
  const electron = isElectronNeeded ? await findElectron() : null;
  if (electron && chosen.some(({ isBuilt }) => isBuilt)) {
    console.log("Building …");
    await bundle(electron);
  }
  for (const name of wanted) {
    const startedAt = performance.now();
    console.log(`\n── ${name} ──\n`);
    if (electron && name !== "check") await runTests(name, electron);
    else await runChecks();
    console.log(`\n── ${name}: ${Math.round((performance.now() - startedAt) / 1000)} s ──`);
  }
}

/** @returns {(keyof typeof parts)[]} */
function chooseParts() {
  const named = process.argv.slice(2);
  const all = /** @type {(keyof typeof parts)[]} */ (Object.keys(parts));
  const unknown = named.find((name) => !all.some((each) => each === name));
  if (unknown !== undefined) giveUp(`There is no part "${unknown}", only ${all.join(", ")}.`);
  return named.length === 0 ? all : all.filter((name) => named.includes(name));
}

/** Types, lint and format: each counts as one test. */
async function runChecks() {
  const checks = /** @type {const} */ ([
    ["type check", "typescript/bin/tsc", "-b"],
    ["lint", "oxlint/bin/oxlint", "--type-aware"],
    ["format", "prettier/bin/prettier.cjs", "--check", "."],
  ]);
  for (const [name, program, ...args] of checks) {
    console.log(`${name} …`);
    const timeoutMs = parts.check.minutesMax * 60_000;
    const command = [join("node_modules", program), ...args];
    const code = await run(process.execPath, command, { timeoutMs });
    if (code === 0) total.passed++;
    else total.failed.push({ name, why: `ended with code ${code}, see above` });
  }
}

/** One project of vitest.config.ts, in Electron's Node.
 * @param {Exclude<keyof typeof parts, "check">} name @param {ElectronBinary} electron */
async function runTests(name, electron) {
  const folder = mkdtempSync(join(tmpdir(), "linnet-report-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["default", join(root, "build", "test-report.mjs")];
    const direct = [electron.path, join("node_modules", "vitest", "vitest.mjs"), "run"].concat(
      ["--project", name],
      reporters.map((reporter) => `--reporter=${reporter}`),
    );
    const [command = electron.path, ...args] =
      name === "window" ? await withDisplay(direct) : direct;
    if (name === "window" && command === electron.path && isWithoutDisplay()) {
      total.skipped.push({
        name: "window",
        why: "there is no display, and no xvfb-run to make one",
      });
      return;
    }
    const code = await run(command, args, {
      env: {
        ...asNode(electron),
        NODE_OPTIONS: undefined,
        LINNET_HEADLESS: hasDisplay() ? "" : "1",
        [reportVariable]: report,
      },
      timeoutMs: parts[name].minutesMax * 60_000,
    });
    addReport(name, report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isWithoutDisplay() {
  return process.platform === "linux" && !hasDisplay();
}

/** A part that broke off, or that found nothing to run, has failed.
 * @param {string} name @param {string} path @param {number} code */
function addReport(name, path, code) {
  if (!existsSync(path)) {
    const why = code === 124 ? "took too long" : `ended with code ${code} before any result`;
    total.failed.push({ name, why });
    return;
  }
  /** @type {import("./test-report.mjs").Report} */
  const { passed, failed, skipped } = JSON.parse(readFileSync(path, "utf8"));
  total.passed += passed;
  total.failed.push(...failed);
  total.skipped.push(...skipped);
  if (passed + failed.length + skipped.length === 0) {
    total.failed.push({ name, why: "there was no test in it" });
  } else if (code !== 0 && failed.length === 0) {
    total.failed.push({ name, why: `ended with code ${code} although no test failed` });
  }
}

function writeSummary() {
  const { passed, failed, skipped } = total;
  console.log();
  for (const { name, why } of skipped) console.log(`Skipped: ${name}: ${firstLine(why)}`);
  for (const { name, why } of failed) console.log(`Failed: ${name}: ${firstLine(why)}`);
  const counts = [`${passed} passed`, `${failed.length} failed`];
  if (skipped.length > 0) counts.push(`${skipped.length} skipped`);
  console.log(counts.join(", "));
}

/** @param {string} text */
function firstLine(text) {
  return (text.split("\n")[0] ?? "").slice(0, 300);
}
