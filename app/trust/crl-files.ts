/** The lists of revoked certificates on the disk, as indexes that need not be parsed again. A list is never
 *  replaced by an older one: that would hide what was revoked since. */

import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock } from "../base/clock.ts";
import { crlLimits, trustLimits } from "../base/limits.ts";
import { describe, type Log } from "../base/log.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { Crl } from "../pki/revocation/crl.ts";
import { readCrlIndex } from "../pki/revocation/crl-index.ts";
import { mayReplace, scopeOf } from "../pki/revocation/crl-scope.ts";
import type { Certificate } from "../pki/x509/certificate.ts";
import type { CrlFileRecord } from "../store/queries/revocation.ts";
import type { CrlJob, CrlJobReply } from "./crl-worker.ts";
import type { TrustStore } from "./trust-book.ts";

export interface CrlFilesOptions {
  readonly store: TrustStore;
  readonly folder: string;
  /** The script of the thread that makes indexes. */
  readonly script: string | URL;
  readonly clock: Clock;
  readonly log: Log;
}

export interface KeptCrl {
  readonly crl: Crl;
  /** From when on a newer one should be looked for. */
  readonly refreshAt: number;
}

export class CrlFiles {
  readonly #options: CrlFilesOptions;
  /** By checksum, the latest used last. */
  readonly #inMemory = new Map<string, Crl>();

  constructor(options: CrlFilesOptions) {
    this.#options = options;
  }

  /** The lists that were fetched from these addresses. */
  async at(urls: readonly string[]): Promise<KeptCrl[]> {
    if (urls.length === 0) return [];
    const records = await this.#options.store.ask("revocation", "crlFiles", { urls });
    const kept: KeptCrl[] = [];
    for (const record of records) {
      const crl = await this.#read(record);
      if (crl) kept.push({ crl, refreshAt: record.refreshAt });
    }
    return kept;
  }

  /** Keeps a list, unless there is a newer one. @returns the one that is valid from here on */
  async keep(
    url: string,
    bytes: Uint8Array,
    signers: readonly Certificate[],
  ): Promise<Result<Crl, string>> {
    const { store, folder, clock, log } = this.#options;
    const made = await this.#makeIndex({
      bytes,
      signers: signers.map(({ encoded }) => encoded),
    });
    if (!made.ok) return made;
    const file = Buffer.from(made.value);
    const read = readCrlIndex(file);
    if (!read.ok) return read;
    const crl = read.value;
    const scope = createHash("sha256")
      .update(scopeOf(crl))
      .update(crl.baseNumber === null ? "" : "delta")
      .digest("hex");
    const records = await store.ask("revocation", "crlFiles", { urls: [url] });
    const before = records.find((record) => record.scope === scope);
    const kept = before ? await this.#read(before) : null;
    if (kept && !mayReplace(crl, kept)) {
      log.warn(`an older list of revoked certificates than before came from ${url}`);
      return success(kept);
    }
    const checksum = createHash("sha256").update(file).digest("hex");
    const name = `${randomUUID()}.crl`;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, `${name}.part`), file, { mode: 0o600 });
      await rename(join(folder, `${name}.part`), join(folder, name));
      const unused = await store.ask("revocation", "keepCrlFile", {
        url,
        scope,
        name,
        checksum,
        refreshAt: refreshTimeOf(crl, clock.now()),
        fetchedAt: clock.now(),
      });
      for (const each of unused) await rm(join(folder, each), { force: true });
    } catch (thrown) {
      // A list that cannot be kept can still be used.
      log.warn(`a list of revoked certificates was not kept: ${describe(thrown)}`);
    }
    this.#remember(checksum, crl);
    return success(crl);
  }

  async #read({ name, checksum, url }: CrlFileRecord): Promise<Crl | null> {
    const known = this.#inMemory.get(checksum);
    if (known) {
      this.#remember(checksum, known);
      return known;
    }
    try {
      const file = await readFile(join(this.#options.folder, name));
      // The database is sealed, the folder is not: somebody may have exchanged the file.
      if (createHash("sha256").update(file).digest("hex") !== checksum) return null;
      const read = readCrlIndex(file);
      if (!read.ok) return null;
      this.#remember(checksum, read.value);
      return read.value;
    } catch (thrown) {
      this.#options.log.warn(`the list from ${url} cannot be read: ${describe(thrown)}`);
      return null;
    }
  }

  #remember(checksum: string, crl: Crl): void {
    this.#inMemory.delete(checksum);
    this.#inMemory.set(checksum, crl);
    const [oldest] = this.#inMemory.keys();
    if (this.#inMemory.size > trustLimits.crlsInMemoryMax && oldest !== undefined) {
      this.#inMemory.delete(oldest);
    }
  }

  #makeIndex(job: CrlJob): Promise<Result<Uint8Array, string>> {
    return new Promise((resolve) => {
      const worker = new Worker(this.#options.script, { workerData: job });
      worker.once("message", (reply: CrlJobReply) => {
        resolve(reply.ok ? success(reply.index) : failure(reply.why));
      });
      worker.once("error", (error) => {
        resolve(failure(describe(error)));
      });
      worker.once("exit", () => {
        resolve(failure("the thread ended"));
      });
    });
  }
}

/** A little before it runs out: the next one is published by then. */
function refreshTimeOf({ thisUpdate, nextUpdate }: Crl, now: number): number {
  const until = nextUpdate ?? thisUpdate + crlLimits.ageMsMax;
  return Math.max(now, until - (until - thisUpdate) / 10);
}
