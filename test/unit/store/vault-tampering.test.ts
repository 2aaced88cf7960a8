/** A vault file that somebody changed: never a crash, never a key, never hours of work. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Vault } from "../../../app/store/vault.ts";
import { MemoryKeychain } from "../../lab/memory-keychain.ts";
import { makeFolder } from "../../lab/profile-folder.ts";
import { recordedLog } from "../../lab/recorded-log.ts";

const passphrase = "a passphrase of four words";

interface Made {
  readonly key: string;
  readonly keychain: MemoryKeychain;
  readonly fields: Readonly<Record<string, unknown>>;
}

async function make(kind: "keychain" | "passphrase"): Promise<Made> {
  const folder = makeFolder();
  const keychain = new MemoryKeychain();
  const vault = new Vault(folder, keychain, recordedLog().log);
  const made = kind === "keychain" ? await vault.createInKeychain() : null;
  const key = made?.ok ? made.value : await vault.createWithPassphrase(passphrase);
  const text = readFileSync(join(folder, "vault.json"), "utf8");
  return { key, keychain, fields: JSON.parse(text) as Record<string, unknown> };
}

/** What opening a changed file in both ways gives. */
async function open(keychain: MemoryKeychain, content: unknown): Promise<unknown[]> {
  const folder = makeFolder();
  writeFileSync(join(folder, "vault.json"), JSON.stringify(content));
  const vault = new Vault(folder, keychain, recordedLog().log);
  return [await vault.openFromKeychain(), await vault.openWithPassphrase(passphrase)];
}

function flipBit(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  return bytes.toString("hex");
}

const nonsense: readonly unknown[] = [
  null,
  "",
  0,
  -1,
  1e9,
  2 ** 30,
  true,
  [],
  {},
  "zz",
  "00",
  "0".repeat(10_000),
];

describe.each(["keychain", "passphrase"] as const)("a vault of the kind %s", (kind) => {
  test("opens unchanged: the tests below are about the change", async () => {
    const { key, keychain, fields } = await make(kind);
    expect(await open(keychain, fields)).toContainEqual({ ok: true, value: key });
  });

  test("gives no key when any field is something else", async () => {
    const { keychain, fields } = await make(kind);
    for (const name of Object.keys(fields)) {
      for (const value of nonsense) {
        const outcomes = await open(keychain, { ...fields, [name]: value });
        expect({ name, value, outcomes }).toMatchObject({
          outcomes: [{ ok: false }, { ok: false }],
        });
      }
    }
  });

  test("gives no key when any field is missing or one is added", async () => {
    const { keychain, fields } = await make(kind);
    const changed = Object.keys(fields).map((name) =>
      Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name)),
    );
    for (const content of [...changed, { ...fields, key: "00".repeat(32) }, [fields]]) {
      expect(await open(keychain, content)).toMatchObject([{ ok: false }, { ok: false }]);
    }
  });

  test("gives no key when one bit of one field is another", async () => {
    const { keychain, fields } = await make(kind);
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value !== "string" || !/^[0-9a-f]{24,}$/.test(value)) continue;
      const outcomes = await open(keychain, { ...fields, [name]: flipBit(value) });
      expect({ name, outcomes }).toMatchObject({ outcomes: [{ ok: false }, { ok: false }] });
    }
  });
});

test("another allowed cost gives another wrapping key, so none", async () => {
  const { keychain, fields } = await make("passphrase");
  for (const cost of [2 ** 15, 2 ** 17]) {
    const [, opened] = await open(keychain, { ...fields, cost });
    expect(opened).toEqual({ ok: false, error: "wrong-passphrase" });
  }
});

test("an entry of another profile's key is a wrong key", async () => {
  const { keychain, fields } = await make("keychain");
  keychain.entries.set("other", "5a".repeat(32));
  const [opened] = await open(keychain, { ...fields, entry: "other" });
  expect(opened).toEqual({ ok: false, error: "wrong-key" });
});
