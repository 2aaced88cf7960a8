/** The openssl command, as a second opinion on what we read and write. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why tests that need it are skipped; null where it is installed, as OpenSSL 3. */
export const opensslMissing: string | null = findOut();

function findOut(): string | null {
  const { error, stdout } = spawnSync("openssl", ["version"], { encoding: "utf8" });
  if (error) return "openssl is not installed";
  return stdout.startsWith("OpenSSL 3") ? null : `${stdout.trim()} is not OpenSSL 3`;
}

/** A folder for one test's files. */
export class OpensslFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "linnet-openssl-"));

  write(name: string, content: string | Uint8Array): this {
    writeFileSync(join(this.path, name), content);
    return this;
  }

  read(name: string): Buffer {
    return readFileSync(join(this.path, name));
  }

  /** Runs openssl in the folder. @returns its output  @throws where it fails, with what it said */
  run(...parameters: readonly string[]): string {
    return execFileSync("openssl", parameters, {
      cwd: this.path,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}
