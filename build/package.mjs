/** `npm run package`: the installers, in dist/. Arguments go to electron-builder, for example
 *  `npm run package -- --linux deb`. What it makes is decided in electron-builder.yml.
 *
 *  Only the official Electron is ever packaged, in the version that package.json names. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";
import { findOfficialElectron } from "./setup/electron.mjs";
import { installPackages } from "./setup/packages.mjs";
import { giveUp, root, run } from "./setup/run.mjs";
import { installSystemPackages } from "./setup/system.mjs";

await installPackages();
const electron = await findOfficialElectron();
if (!electron) {
  giveUp(
    "The official Electron is not here and cannot be downloaded. " +
      "Installers are made with no other: nothing was packaged.",
  );
}
const wanted = readJson("package.json").devDependencies.electron;
for (const [where, version] of Object.entries(installedVersions(electron.folder))) {
  if (version !== wanted) {
    giveUp(
      `package.json wants Electron ${wanted}, but ${where} is ${version}: nothing was packaged. ` +
        "Delete node_modules/electron and try again.",
    );
  }
}
await installSystemPackages(["package"]);
console.log("Building …");
await bundle(electron);
const builder = join("node_modules", "electron-builder", "cli.js");
process.exitCode = await run(process.execPath, [builder, ...process.argv.slice(2)], {
  // electron-builder fetches its own copy of this version, and checks it against the release.
  env: { ELECTRON_OVERRIDE_DIST_PATH: undefined },
});

/** @param {string} folder @returns {Record<string, string>} */
function installedVersions(folder) {
  const versionFile = join(folder, "version");
  return {
    "the npm package": readJson("node_modules", "electron", "package.json").version,
    "the program": existsSync(versionFile)
      ? readFileSync(versionFile, "utf8").trim().replace(/^v/, "")
      : "of no known version",
  };
}

/** @param {readonly string[]} path */
function readJson(...path) {
  return JSON.parse(readFileSync(join(root, ...path), "utf8"));
}
