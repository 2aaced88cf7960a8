/** A keychain in memory, and ones that fail in the ways in which real ones do. */

import type { Keychain } from "../../app/store/vault.ts";

export class MemoryKeychain implements Keychain {
  readonly entries = new Map<string, string>();

  read(entry: string): Promise<string | null> {
    return Promise.resolve(this.entries.get(entry) ?? null);
  }

  write(entry: string, secret: string): Promise<void> {
    this.entries.set(entry, secret);
    return Promise.resolve();
  }

  remove(entry: string): Promise<void> {
    this.entries.delete(entry);
    return Promise.resolve();
  }
}

/** No service answers, as in a session without a Secret Service. */
export class AbsentKeychain implements Keychain {
  read(): Promise<string | null> {
    return Promise.reject(new Error("The name org.freedesktop.secrets was not provided"));
  }

  write(): Promise<void> {
    return Promise.reject(new Error("The name org.freedesktop.secrets was not provided"));
  }

  remove(): Promise<void> {
    return Promise.reject(new Error("The name org.freedesktop.secrets was not provided"));
  }
}

/** Accepts everything and keeps nothing. */
export class ForgetfulKeychain extends MemoryKeychain {
  override write(): Promise<void> {
    return Promise.resolve();
  }
}
