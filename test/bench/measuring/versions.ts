/** Which programs were measured and measured with: a figure means little without. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const project = resolve(import.meta.dirname, "../../..");

/** Packages of the system that have a part in some figure. */
const packages = ["prosody", "python3", "libexpat1", "xvfb", "gnome-keyring", "dino-im", "gajim"];

export function programVersions(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(resolve(project, "package.json"), "utf8")) as {
    version: string;
  };
  const { electron, chrome, node, v8 } = process.versions;
  return { linnet: version, electron, chrome, node, v8, ...packageVersions() };
}

function packageVersions(): Record<string, string> {
  const versions: Record<string, string> = {};
  for (const name of packages) {
    try {
      const format = "-f=${Status}\t${Version}";
      const text = execFileSync("dpkg-query", ["-W", format, name], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      const [status = "", version = ""] = text.split("\t");
      if (status.startsWith("install ok installed")) versions[name] = version;
    } catch {
      // Not installed, or a system without such packages.
      continue;
    }
  }
  return versions;
}
