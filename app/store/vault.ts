/** The key of the database: in the operating system's keychain, or sealed under a passphrase.
 *
 *  Beside the database lies `vault.json`. It says where the key is and how to recognise it; the key
 *  itself is never in it in the clear, and there is no third way. */

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, type Log } from "../base/log.ts";
import { failure, success, type Result } from "../base/result.ts";

/** Where secrets live that the operating system guards. Null answers mean: no such entry. */
export interface Keychain {
  read(entry: string): Promise<string | null>;
  write(entry: string, secret: string): Promise<void>;
  remove(entry: string): Promise<void>;
}

const hex = (bytes: number): v.GenericSchema<string, string> =>
  v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`)));

const Key = hex(32);

const VaultFile = v.variant("kind", [
  v.strictObject({
    kind: v.literal("keychain"),
    entry: v.pipe(v.string(), v.maxLength(64)),
    check: hex(32),
  }),
  v.strictObject({
    kind: v.literal("passphrase"),
    // Bounded, so that a changed file cannot make opening it take gigabytes or hours.
    cost: v.picklist([2 ** 15, 2 ** 16, 2 ** 17]),
    salt: hex(16),
    iv: hex(12),
    sealed: hex(32),
    tag: hex(16),
  }),
]);
type VaultFile = v.InferOutput<typeof VaultFile>;

/** Fifty to a hundred milliseconds on a slow desktop; RFC 7914's r and p. */
const scryptCost = 2 ** 16;
const scryptMemoryBytesMax = 256 * 1024 * 1024;

export type VaultState =
  /** Nothing here yet: {@link Vault.createInKeychain} or {@link Vault.createWithPassphrase}. */
  | "new"
  | "in-keychain"
  | "under-passphrase"
  /** There is a database and no usable vault file. */
  | "lost";

export type VaultFault = "no-keychain" | "wrong-passphrase" | "wrong-key";

export class Vault {
  readonly #folder: string;
  readonly #keychain: Keychain;
  readonly #log: Log;

  constructor(folder: string, keychain: Keychain, log: Log) {
    this.#folder = folder;
    this.#keychain = keychain;
    this.#log = log;
  }

  /** Where the database lies whose key this is. */
  get databasePath(): string {
    return join(this.#folder, "linnet.db");
  }

  get state(): VaultState {
    const file = this.#read();
    if (file) return file.kind === "keychain" ? "in-keychain" : "under-passphrase";
    return existsSync(this.databasePath) || existsSync(this.#path) ? "lost" : "new";
  }

  /** Makes a key and puts it into the keychain; "no-keychain" where that does not work. */
  async createInKeychain(): Promise<Result<string, VaultFault>> {
    const key = randomBytes(32).toString("hex");
    const entry = `database-${randomBytes(8).toString("hex")}`;
    try {
      await this.#keychain.write(entry, key);
      // Some keychains accept without keeping: only what can be read again counts.
      if ((await this.#keychain.read(entry)) !== key) return failure("no-keychain");
    } catch (thrown) {
      this.#log.info(`no keychain: ${describe(thrown)}`);
      return failure("no-keychain");
    }
    this.#write({ kind: "keychain", entry, check: checkOf(key) });
    return success(key);
  }

  async createWithPassphrase(passphrase: string): Promise<string> {
    const key = randomBytes(32);
    const salt = randomBytes(16);
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", await stretch(passphrase, salt, scryptCost), iv);
    const sealed = Buffer.concat([cipher.update(key), cipher.final()]);
    this.#write({
      kind: "passphrase",
      cost: scryptCost,
      salt: salt.toString("hex"),
      iv: iv.toString("hex"),
      sealed: sealed.toString("hex"),
      tag: cipher.getAuthTag().toString("hex"),
    });
    return key.toString("hex");
  }

  async openFromKeychain(): Promise<Result<string, VaultFault>> {
    const file = this.#read();
    if (file?.kind !== "keychain") return failure("wrong-key");
    let key: string | null;
    try {
      key = await this.#keychain.read(file.entry);
    } catch (thrown) {
      this.#log.warn(`the keychain did not answer: ${describe(thrown)}`);
      return failure("no-keychain");
    }
    // The form first: of a key with something behind it the check would see only the beginning.
    if (!v.is(Key, key) || !isSame(checkOf(key), file.check)) return failure("wrong-key");
    return success(key);
  }

  async openWithPassphrase(passphrase: string): Promise<Result<string, VaultFault>> {
    const file = this.#read();
    if (file?.kind !== "passphrase") return failure("wrong-key");
    const wrappingKey = await stretch(passphrase, Buffer.from(file.salt, "hex"), file.cost);
    const decipher = createDecipheriv("aes-256-gcm", wrappingKey, Buffer.from(file.iv, "hex"));
    decipher.setAuthTag(Buffer.from(file.tag, "hex"));
    try {
      const opened = [decipher.update(Buffer.from(file.sealed, "hex")), decipher.final()];
      return success(Buffer.concat(opened).toString("hex"));
    } catch {
      // GCM's only failure: the tag does not fit, so the passphrase was another one.
      return failure("wrong-passphrase");
    }
  }

  /** Puts vault and database aside, so that a new pair can be made. Nothing is deleted.
   *  @returns where they are now */
  setAside(suffix: string): string[] {
    const paths = ["linnet.db", "linnet.db-wal", "linnet.db-shm", "vault.json"]
      .map((name) => join(this.#folder, name))
      .filter((path) => existsSync(path));
    let ending = suffix;
    // Renaming would replace what was put aside before.
    for (let number = 2; paths.some((path) => existsSync(`${path}.${ending}`)); number++) {
      ending = `${suffix}-${number}`;
    }
    return paths.map((path) => {
      const kept = `${path}.${ending}`;
      renameSync(path, kept);
      return kept;
    });
  }

  get #path(): string {
    return join(this.#folder, "vault.json");
  }

  #read(): VaultFile | null {
    if (!existsSync(this.#path)) return null;
    try {
      return v.parse(VaultFile, JSON.parse(readFileSync(this.#path, "utf8")));
    } catch (thrown) {
      this.#log.error(`vault.json cannot be read: ${describe(thrown)}`);
      return null;
    }
  }

  /** Written whole or not at all: a half-written vault would lock the messages away for ever. */
  #write(file: VaultFile): void {
    const temporary = `${this.#path}.new`;
    writeFileSync(temporary, JSON.stringify(file), { mode: 0o600, flush: true });
    renameSync(temporary, this.#path);
  }
}

/** Recognises a key without revealing it. */
function checkOf(key: string): string {
  return createHmac("sha256", Buffer.from(key, "hex")).update("linnet vault check").digest("hex");
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** scrypt (RFC 7914). The passphrase is normalised, so that another keyboard can type it, too. */
function stretch(passphrase: string, salt: Buffer, cost: number): Promise<Buffer> {
  const options = { N: cost, r: 8, p: 1, maxmem: scryptMemoryBytesMax };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFKC"), salt, 32, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
