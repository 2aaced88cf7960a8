/** The vault: keys that come back, and every way in which they must not. */

import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Vault, type Keychain } from "../../../app/store/vault.ts";
import { AbsentKeychain, ForgetfulKeychain, MemoryKeychain } from "../../lab/memory-keychain.ts";
import { makeFolder, readFolder } from "../../lab/profile-folder.ts";
import { recordedLog } from "../../lab/recorded-log.ts";

const passphrase = "a passphrase of four words";
const aKey = /^[0-9a-f]{64}$/;

interface Place {
  readonly folder: string;
  readonly keychain: MemoryKeychain;
  readonly vault: Vault;
}

function newPlace(keychain: Keychain = new MemoryKeychain()): Place {
  const folder = makeFolder();
  return {
    folder,
    keychain: keychain as MemoryKeychain,
    vault: new Vault(folder, keychain, recordedLog().log),
  };
}

/** The vault as the next start of the program sees it. */
function reopened({ folder, keychain }: Place): Vault {
  return new Vault(folder, keychain, recordedLog().log);
}

async function inKeychain(): Promise<Place & { key: string }> {
  const place = newPlace();
  const made = await place.vault.createInKeychain();
  if (!made.ok) throw new Error(made.error);
  return { ...place, key: made.value };
}

async function underPassphrase(text = passphrase): Promise<Place & { key: string }> {
  const place = newPlace();
  return { ...place, key: await place.vault.createWithPassphrase(text) };
}

describe("a key in the keychain", () => {
  test("comes back", async () => {
    const place = await inKeychain();
    expect(place.key).toMatch(aKey);
    expect(reopened(place).state).toBe("in-keychain");
    expect(await reopened(place).openFromKeychain()).toEqual({ ok: true, value: place.key });
  });

  test("is another one for every profile, under another name", async () => {
    const keychain = new MemoryKeychain();
    const keys = await Promise.all(
      [1, 2, 3].map(() => newPlace(keychain).vault.createInKeychain()),
    );
    expect(new Set(keys.map((key) => key.ok && key.value)).size).toBe(3);
    expect(keychain.entries.size).toBe(3);
  });

  test("is not made where there is no keychain, or one that does not keep", async () => {
    for (const keychain of [new AbsentKeychain(), new ForgetfulKeychain()]) {
      const place = newPlace(keychain);
      expect(await place.vault.createInKeychain()).toEqual({ ok: false, error: "no-keychain" });
      expect(place.vault.state).toBe("new");
      expect(readFolder(place.folder).size).toBe(0);
    }
  });

  test("that was forgotten is a wrong key; a keychain that does not answer is none", async () => {
    const place = await inKeychain();
    const absent = new Vault(place.folder, new AbsentKeychain(), recordedLog().log);
    expect(await absent.openFromKeychain()).toEqual({ ok: false, error: "no-keychain" });
    place.keychain.entries.clear();
    expect(await place.vault.openFromKeychain()).toEqual({ ok: false, error: "wrong-key" });
  });

  test.each([
    ["another key", () => "5a".repeat(32)],
    ["nothing", () => ""],
    ["half of it", (key: string) => key.slice(0, 32)],
    ["more than it", (key: string) => `${key}00`],
    ["SQL behind it", (key: string) => `${key}'"; ATTACH DATABASE 'x' AS y; --`],
    ["other letters", (key: string) => key.toUpperCase()],
    ["something else", () => "this is not a key"],
  ])("that was changed is a wrong key: %s", async (_what, change) => {
    const place = await inKeychain();
    for (const [entry, key] of place.keychain.entries)
      place.keychain.entries.set(entry, change(key));
    const opened = await reopened(place).openFromKeychain();
    if (opened.ok) expect(opened.value).toBe(place.key);
    else expect(opened.error).toBe("wrong-key");
  });
});

describe("a key under a passphrase", () => {
  test("comes back with it, and with no other", async () => {
    const place = await underPassphrase();
    expect(place.key).toMatch(aKey);
    const vault = reopened(place);
    expect(vault.state).toBe("under-passphrase");
    expect(await vault.openWithPassphrase(passphrase)).toEqual({ ok: true, value: place.key });
    for (const wrong of ["", `${passphrase} `, passphrase.toUpperCase()]) {
      expect(await vault.openWithPassphrase(wrong)).toEqual({
        ok: false,
        error: "wrong-passphrase",
      });
    }
    expect(place.keychain.entries.size).toBe(0);
  });

  test("comes back however the passphrase's letters are composed", async () => {
    const composed = "Brücke über den Fluß, ﬁn".normalize("NFC");
    const place = await underPassphrase(composed);
    for (const form of ["NFD", "NFKC"]) {
      const opened = await place.vault.openWithPassphrase(composed.normalize(form));
      expect(opened).toEqual({ ok: true, value: place.key });
    }
  });

  test("is sealed differently each time, for the same passphrase", async () => {
    const [one, two] = [await underPassphrase(), await underPassphrase()];
    expect(one.key).not.toBe(two.key);
    const fields = (place: Place): Record<string, unknown> =>
      JSON.parse(readFileSync(join(place.folder, "vault.json"), "utf8")) as Record<string, unknown>;
    for (const field of ["salt", "iv", "sealed", "tag"]) {
      expect(fields(one)[field]).not.toBe(fields(two)[field]);
    }
  });
});

describe("a vault file of one kind", () => {
  test("is not opened in the other way", async () => {
    const keychainPlace = await inKeychain();
    expect(await keychainPlace.vault.openWithPassphrase(passphrase)).toEqual({
      ok: false,
      error: "wrong-key",
    });
    const passphrasePlace = await underPassphrase();
    expect(await passphrasePlace.vault.openFromKeychain()).toEqual({
      ok: false,
      error: "wrong-key",
    });
  });
});

describe("without a usable vault file", () => {
  test("a new folder is new, one with a database is lost", () => {
    const { folder, vault } = newPlace();
    expect(vault.state).toBe("new");
    writeFileSync(vault.databasePath, "");
    expect(vault.state).toBe("lost");
    expect(readFolder(folder).size).toBe(1);
  });

  test.each([
    ["empty", ""],
    ["not JSON", "{"],
    ["another JSON", "[]"],
    ["null", "null"],
    ["half written", '{"kind":"keychain","entry":"database-'],
    ["of an unknown kind", '{"kind":"clear","key":"00"}'],
  ])("that is %s, nothing opens", async (_what, content) => {
    const place = newPlace();
    writeFileSync(join(place.folder, "vault.json"), content);
    expect(place.vault.state).toBe("lost");
    expect((await place.vault.openFromKeychain()).ok).toBe(false);
    expect((await place.vault.openWithPassphrase(passphrase)).ok).toBe(false);
  });

  test("that is a folder, nothing opens", () => {
    const place = newPlace();
    mkdirSync(join(place.folder, "vault.json"));
    expect(place.vault.state).toBe("lost");
  });
});

describe("the file", () => {
  test("is for its owner only, and replaced as a whole", async () => {
    const place = await underPassphrase();
    const path = join(place.folder, "vault.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const before = statSync(path).ino;
    await place.vault.createInKeychain();
    // Another file took its place: at no moment was there half of one.
    expect(statSync(path).ino).not.toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([...readFolder(place.folder).keys()]).toEqual(["vault.json"]);
  });

  test("is not touched by what a stopped write left behind", async () => {
    const place = await inKeychain();
    writeFileSync(join(place.folder, "vault.json.new"), '{"kind":"key');
    expect(await reopened(place).openFromKeychain()).toEqual({ ok: true, value: place.key });
  });
});

describe("setting aside", () => {
  test("keeps every byte, under names that say when", async () => {
    const place = await underPassphrase();
    for (const name of ["linnet.db", "linnet.db-wal", "linnet.db-shm"]) {
      writeFileSync(join(place.folder, name), `content of ${name}`);
    }
    writeFileSync(join(place.folder, "layout.json"), "{}");
    const before = readFolder(place.folder);
    const kept = place.vault.setAside("2026-01-01");
    expect(kept).toEqual(
      ["linnet.db", "linnet.db-wal", "linnet.db-shm", "vault.json"].map((name) =>
        join(place.folder, `${name}.2026-01-01`),
      ),
    );
    const after = readFolder(place.folder);
    for (const [name, bytes] of before) {
      expect(after.get(name === "layout.json" ? name : `${name}.2026-01-01`)).toEqual(bytes);
    }
    expect(after.size).toBe(before.size);
    expect(place.vault.state).toBe("new");
  });

  test("twice within one name loses nothing either", async () => {
    const place = await underPassphrase();
    const [first] = place.vault.setAside("same");
    await place.vault.createWithPassphrase("another passphrase");
    const second = readFolder(place.folder).get("vault.json");
    const [kept] = place.vault.setAside("same");
    expect(readFolder(place.folder).size).toBe(2);
    expect(readFileSync(kept ?? "")).toEqual(second);
    expect(kept).not.toBe(first);
  });

  test("of nothing is nothing", () => {
    expect(newPlace().vault.setAside("now")).toEqual([]);
  });
});
