/** The npm packages, exactly as the lock file has them. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { giveUp, root, run } from "./run.mjs";

/** Installs what is missing; does nothing when the lock file has not changed since. */
export async function installPackages() {
  const lock = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  const wanted = lock.digest("hex");
  const stamp = join(root, "node_modules", ".linnet-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.error("Installing npm packages …");
  // Several packages ask for a newer Node than the one that installs them; they run in Electron's.
  const code = await run("npm", ["ci", "--loglevel=error", "--no-audit", "--no-fund"], {
    isSetup: true,
  });
  if (code !== 0) giveUp("npm could not install the packages.");
  writeFileSync(stamp, wanted);
}
