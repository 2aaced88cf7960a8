/** Copying folders as programs of the system do: hard links and copy-on-write where there are any. */

import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";

/** Copies a folder with its owners and times; what was at `to` before is gone. */
export function copyFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  execFileSync("cp", ["-a", "--reflink=auto", from, to]);
}

/** Makes a second name for every file of a folder; copies where it lies on another disk. Follows links
 *  that lead to the folder itself, not those in it. */
export function linkFolder(from: string, to: string): void {
  try {
    execFileSync("cp", ["-aHl", from, to], { stdio: "ignore" });
  } catch {
    // Another disk, or a system that protects what belongs to others (fs.protected_hardlinks).
    copyFolder(from, to);
  }
}
