/** Newer servers than the installed ones: Prosody 13 and ejabberd 24 from bookworm-backports.
 *
 *  They are unpacked into the cache folder and never installed; apt keeps its state there, too. They use
 *  the libraries of the installed servers, so they exist on Debian bookworm only. */

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe } from "../../app/base/log.ts";

export type Backports =
  | { readonly kind: "unpacked"; readonly root: string }
  /** @property reason a sentence for whoever reads which tests were skipped */
  | { readonly kind: "missing"; readonly reason: string };

/** ejabberd's own dependencies come along where they are newer in the backports. */
const wanted = ["prosody", "ejabberd", "erlang-p1-sqlite3"];

/** All of apt together: a mirror that does not answer must not hold up the tests for long. */
const aptMs = 120_000;

const run = promisify(execFile);

/** Returns where the servers are, fetching them the first time. */
export async function unpackBackports(): Promise<Backports> {
  const release = releaseName();
  if (release !== "bookworm") {
    return { kind: "missing", reason: `bookworm-backports do not fit this system (${release})` };
  }
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "linnet");
  const destination = join(cache, "bookworm-backports");
  if (existsSync(destination)) return { kind: "unpacked", root: destination };
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, "fetching-backports-"));
  try {
    await fetchInto(temporary);
    // Somebody else may have been faster; theirs is as good.
    if (!existsSync(destination)) renameSync(join(temporary, "root"), destination);
    return { kind: "unpacked", root: destination };
  } catch (thrown) {
    const [firstLine] = describe(thrown).split("\n");
    return { kind: "missing", reason: `bookworm-backports cannot be fetched: ${firstLine}` };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function fetchInto(folder: string): Promise<void> {
  for (const each of ["lists/partial", "cache/archives/partial", "debs", "root"]) {
    mkdirSync(join(folder, each), { recursive: true });
  }
  const sources = join(folder, "sources.list");
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  await writeFile(
    sources,
    `deb [signed-by=${keyring}] ${await mirror()} bookworm-backports main\n`,
  );
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    "Dir::Etc::SourceParts=/dev/null",
    `Dir::State::Lists=${join(folder, "lists")}`,
    `Dir::Cache=${join(folder, "cache")}`,
    // Downloading needs no other user, and apt's own cannot write into a private folder.
    "APT::Sandbox::User=",
    "Acquire::Retries=2",
  ].flatMap((option) => ["-o", option]);
  const apt = (program: string, ...args: readonly string[]) =>
    run(program, [...options, ...args], {
      cwd: join(folder, "debs"),
      timeout: aptMs,
      env: cLocale,
    });
  await apt("apt-get", "update", "-qq", "-o", "APT::Update::Error-Mode=any");
  const names = new Set([
    ...wanted,
    ...dependencies((await apt("apt-cache", "depends", "ejabberd")).stdout),
  ]);
  const policy = (await apt("apt-cache", "policy", ...names)).stdout;
  await apt("apt-get", "download", "-qq", ...backported(policy, names));
  for (const each of readdirSync(join(folder, "debs"))) {
    await run("dpkg", ["-x", join(folder, "debs", each), join(folder, "root")]);
  }
}

const cLocale = { ...process.env, LC_ALL: "C" };

function releaseName(): string {
  if (process.platform !== "linux" || !existsSync("/etc/os-release")) return process.platform;
  const release = readFileSync("/etc/os-release", "utf8");
  return /^VERSION_CODENAME=(.*)$/m.exec(release)?.[1] ?? "unknown";
}

/** The mirror that this machine uses for the release itself. */
async function mirror(): Promise<string> {
  const { stdout } = await run("apt-get", ["indextargets", "--format", "$(SITE) $(RELEASE)"]);
  const line = stdout.split("\n").find((each) => each.endsWith(" bookworm"));
  return line?.split(" ")[0] ?? "http://deb.debian.org/debian";
}

function dependencies(depends: string): string[] {
  return [...depends.matchAll(/Depends: (erlang-[a-z0-9-]+)$/gm)].flatMap(([, name]) => name ?? []);
}

/** The packages among `names` that the backports have. @throws where one that is wanted is not there */
function backported(policy: string, names: ReadonlySet<string>): string[] {
  const found = [...policy.matchAll(/^(\S+):\n(?: .*\n)*? {2}Candidate: \S*~bpo/gm)].flatMap(
    ([, name]) => name ?? [],
  );
  const missing = wanted.find((name) => !found.includes(name));
  if (missing !== undefined) throw new Error(`there is no ${missing} in them`);
  return found.filter((name) => names.has(name));
}
