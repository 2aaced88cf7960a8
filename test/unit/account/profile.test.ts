/** The profile: from the vault to the open store, and every way in which that stops. */

import {
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  closeSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Profile } from "../../../app/account/profile.ts";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import { systemRandom } from "../../../app/base/random.ts";
import { noPolicy, type Policy } from "../../../app/policy/policy.ts";
import { openDatabase } from "../../../app/store/database.ts";
import { Vault, type Keychain } from "../../../app/store/vault.ts";
import { AbsentKeychain, MemoryKeychain } from "../../lab/memory-keychain.ts";
import { identityScript, makeFolder, readFolder, storeScript } from "../../lab/profile-folder.ts";
import { RecordedChanges } from "../../lab/recorded-changes.ts";
import { recordedLog, type RecordedLog } from "../../lab/recorded-log.ts";
import { addAccount } from "../../lab/stored-data.ts";

const passphrase = "a passphrase of four words";

interface ProfileStage {
  readonly folder: string;
  readonly keychain: Keychain;
  readonly profile: Profile;
  readonly changes: RecordedChanges;
  readonly log: RecordedLog;
}

interface Wishes {
  readonly folder?: string;
  readonly keychain?: Keychain;
  readonly policy?: Policy;
}

function makeProfile({
  folder = makeFolder(),
  keychain = new MemoryKeychain(),
  policy = noPolicy,
}: Wishes = {}): ProfileStage {
  const changes = new RecordedChanges();
  const log = recordedLog();
  const profile = new Profile({
    vault: new Vault(folder, keychain, log.log),
    policy,
    publisher: changes,
    storeScript,
    identityScript,
    // Nothing connects in these tests.
    mayConnect: new Promise(() => undefined),
    clock: new FakeClock(),
    random: systemRandom,
    log: log.log,
  });
  return { folder, keychain, profile, changes, log };
}

/** A profile with a key in the keychain and an account, closed again. */
async function madeBefore(): Promise<Required<Omit<Wishes, "policy">> & { key: string }> {
  const { folder, profile, keychain } = makeProfile();
  await profile.open();
  if (profile.opened) await addAccount(profile.opened.store);
  await profile.close();
  const [key = ""] = (keychain as MemoryKeychain).entries.values();
  return { folder, keychain, key };
}

describe("a new profile", () => {
  test("is open at once where there is a keychain", async () => {
    const { profile, changes, log } = makeProfile();
    expect(profile.vault).toEqual({ kind: "opening" });
    expect(profile.opened).toBeNull();
    await profile.open();
    expect(profile.vault).toEqual({ kind: "open" });
    expect(profile.opened?.accounts.views).toEqual([]);
    expect(changes.of("vault")).toEqual([{ kind: "open" }]);
    expect(log.entries.filter(({ level }) => level === "error")).toEqual([]);
    await profile.close();
    expect(profile.opened).toBeNull();
  });

  test("needs a passphrase where there is none, or where the policy wants one", async () => {
    const absent = makeProfile({ keychain: new AbsentKeychain() });
    await absent.profile.open();
    expect(absent.profile.vault).toEqual({ kind: "needs-passphrase", reason: "no-keychain" });
    const keychain = new MemoryKeychain();
    const policy = { ...noPolicy, keyProtection: "passphrase" as const };
    const forced = makeProfile({ keychain, policy });
    await forced.profile.open();
    expect(forced.profile.vault).toEqual({ kind: "needs-passphrase", reason: "policy" });
    expect(keychain.entries.size).toBe(0);
    expect(readFolder(forced.folder).size).toBe(0);
  });

  test("is made with one key, however often the button is pressed", async () => {
    const { folder, profile } = makeProfile({ keychain: new AbsentKeychain() });
    await profile.open();
    const outcomes = await Promise.all(
      ["first passphrase", "second passphrase", "third passphrase"].map((each) =>
        profile.createPassphrase(each),
      ),
    );
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false]);
    if (profile.opened) await addAccount(profile.opened.store);
    await profile.close();

    const next = makeProfile({ folder, keychain: new AbsentKeychain() });
    await next.profile.open();
    expect(next.profile.vault).toEqual({ kind: "locked" });
    expect((await next.profile.unlock("second passphrase")).ok).toBe(false);
    expect((await next.profile.unlock("first passphrase")).ok).toBe(true);
    expect(next.profile.opened?.accounts.views).toHaveLength(1);
    await next.profile.close();
  });
});

describe("a profile that was made before", () => {
  test("opens with the key in the keychain", async () => {
    const { profile } = makeProfile(await madeBefore());
    await profile.open();
    expect(profile.vault).toEqual({ kind: "open" });
    expect(profile.opened?.accounts.views).toMatchObject([{ address: "ana@home.example" }]);
    await profile.close();
  });

  test("is unavailable while the keychain does not answer: nothing is put aside", async () => {
    const { folder } = await madeBefore();
    const before = readFolder(folder);
    const { profile } = makeProfile({ folder, keychain: new AbsentKeychain() });
    await profile.open();
    expect(profile.vault).toEqual({ kind: "problem", problem: "unavailable" });
    expect((await profile.startAfresh()).ok).toBe(false);
    expect(readFolder(folder)).toEqual(before);
  });

  test("under a passphrase is locked until it is given, and opened once", async () => {
    const first = makeProfile({ keychain: new AbsentKeychain() });
    await first.profile.open();
    await first.profile.createPassphrase(passphrase);
    await first.profile.close();
    const { folder } = first;
    const { profile, changes, log } = makeProfile({ folder, keychain: new AbsentKeychain() });
    await profile.open();
    expect(await profile.unlock("not the passphrase")).toEqual({
      ok: false,
      error: { kind: "wrong-passphrase" },
    });
    expect(profile.vault).toEqual({ kind: "locked" });
    const outcomes = await Promise.all([profile.unlock(passphrase), profile.unlock(passphrase)]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false]);
    expect(changes.of("vault")).toEqual([{ kind: "locked" }, { kind: "open" }]);
    expect(log.text()).not.toContain("passphrase of");
    await profile.close();
  });

  test("cannot be made again, or unlocked while it is open", async () => {
    const { profile } = makeProfile(await madeBefore());
    await profile.open();
    expect((await profile.createPassphrase(passphrase)).ok).toBe(false);
    expect((await profile.unlock(passphrase)).ok).toBe(false);
    expect((await profile.startAfresh()).ok).toBe(false);
    expect(profile.vault).toEqual({ kind: "open" });
    await profile.close();
  });
});

describe("a profile that cannot be opened", () => {
  test.each([
    ["the vault is gone", (folder: string) => rmSync(join(folder, "vault.json"))],
    ["the vault is broken", (folder: string) => writeFileSync(join(folder, "vault.json"), "{")],
  ])("has lost its key: %s", async (_what, breakIt) => {
    const made = await madeBefore();
    breakIt(made.folder);
    const { profile } = makeProfile(made);
    await profile.open();
    expect(profile.vault).toEqual({ kind: "problem", problem: "wrong-key" });
  });

  test("has lost its key: the keychain forgot it", async () => {
    const made = await madeBefore();
    const { profile } = makeProfile({ folder: made.folder });
    await profile.open();
    expect(profile.vault).toEqual({ kind: "problem", problem: "wrong-key" });
  });

  test("is damaged, also where only the accounts cannot be read", async () => {
    const made = await madeBefore();
    const path = join(made.folder, "linnet.db");
    const db = openDatabase(path, made.key);
    const page = db
      .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'account'", { pluck: true })
      .get();
    db.close();
    flipByte(path, (Number(page) - 1) * 4_096 + 700);
    const { profile } = makeProfile(made);
    await profile.open();
    expect(profile.vault).toEqual({ kind: "problem", problem: "damaged" });
    expect(profile.opened).toBeNull();
  });

  test("is of a newer version, and is not put aside", async () => {
    const made = await madeBefore();
    const db = openDatabase(join(made.folder, "linnet.db"), made.key);
    db.pragma("user_version = 1000");
    db.close();
    const { profile } = makeProfile(made);
    await profile.open();
    expect(profile.vault).toEqual({ kind: "problem", problem: "newer" });
    expect((await profile.startAfresh()).ok).toBe(false);
  });

  test("has no folder to be written to", async () => {
    const folder = join(makeFolder(), "missing");
    const first = makeProfile({ folder });
    await first.profile.open();
    expect(first.profile.vault).toEqual({ kind: "problem", problem: "unavailable" });
    const second = makeProfile({ folder, keychain: new AbsentKeychain() });
    await second.profile.open();
    await second.profile.createPassphrase(passphrase);
    expect(second.profile.vault).toEqual({ kind: "problem", problem: "unavailable" });
  });

  test("has a folder where the database should be", async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, "linnet.db"));
    writeFileSync(join(folder, "linnet.db", "file"), "");
    const { profile } = makeProfile({ folder });
    await profile.open();
    expect(profile.vault).toEqual({ kind: "problem", problem: "wrong-key" });
  });
});

describe("starting afresh", () => {
  test("keeps what was there and begins with an empty profile", async () => {
    const made = await madeBefore();
    const before = readFolder(made.folder);
    const vault = readFileSync(join(made.folder, "vault.json"));
    (made.keychain as MemoryKeychain).entries.clear();
    const { profile } = makeProfile(made);
    await profile.open();
    expect(await profile.startAfresh()).toEqual({ ok: true, value: null });
    expect(profile.vault).toEqual({ kind: "open" });
    expect(profile.opened?.accounts.views).toEqual([]);
    await profile.close();
    const kept = [...readFolder(made.folder)].filter(([name]) => /\.2026-01-01T/.test(name));
    const names = kept.map(([name]) => name.replace(/\.2026.*/, ""));
    expect(new Set(names)).toEqual(new Set(before.keys()));
    expect(kept.find(([name]) => name.startsWith("vault"))?.[1]).toEqual(vault);
    // No colon: Windows has none in file names.
    expect(kept.every(([name]) => !name.includes(":"))).toBe(true);
  });

  test("is done once, however often the button is pressed", async () => {
    const made = await madeBefore();
    writeFileSync(join(made.folder, "linnet.db"), "garbage ".repeat(1_000));
    const { profile } = makeProfile(made);
    await profile.open();
    expect(profile.vault).toEqual({ kind: "problem", problem: "damaged" });
    const outcomes = await Promise.all([profile.startAfresh(), profile.startAfresh()]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false]);
    expect(profile.vault).toEqual({ kind: "open" });
    await profile.close();
  });
});

function flipByte(path: string, offset: number): void {
  const file = openSync(path, "r+");
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, offset);
  byte.writeUInt8(byte.readUInt8() ^ 0xff);
  writeSync(file, byte, 0, 1, offset);
  closeSync(file);
}
