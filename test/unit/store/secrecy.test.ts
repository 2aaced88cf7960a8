/** Whoever steals the disk finds nothing: no text, no address, no password in any file of the folder. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { Store } from "../../../app/store/store.ts";
import { Vault } from "../../../app/store/vault.ts";
import { MemoryKeychain } from "../../lab/memory-keychain.ts";
import { makeFolder, readFolder, storeScript } from "../../lab/profile-folder.ts";
import { recordedLog } from "../../lab/recorded-log.ts";
import { addAccount, contact, message, queue, receive } from "../../lab/stored-data.ts";

const secrets = {
  address: "rosalind@confidential.example",
  password: "tr0ub4dor-and-three",
  peer: "mallory@elsewhere.example",
  received: "meet me under the bridge at noon",
  sent: "burn after reading, please",
  name: "Mallory the Quiet",
  passphrase: "a passphrase of four words",
};

test.each(["keychain", "passphrase"])("no secret is readable in the files: %s", async (kind) => {
  const folder = makeFolder();
  const { log, text } = recordedLog();
  const vault = new Vault(folder, new MemoryKeychain(), log);
  const made = await vault.createInKeychain();
  const key =
    kind === "passphrase" || !made.ok
      ? await vault.createWithPassphrase(secrets.passphrase)
      : made.value;
  const opened = await Store.open({ path: vault.databasePath, key, script: storeScript, log });
  if (!opened.ok) throw new Error(opened.error);
  const store = opened.value;
  const { address, password } = secrets;
  const { id } = await addAccount(store, address, { password, status: secrets.sent });
  const { peer, name } = secrets;
  const contacts = [contact(id, peer, { name })];
  await store.ask("contacts", "replace", { account: id, version: "1", contacts });
  // Often enough to reach the main file, and a last time to be in the log only.
  for (let round = 0; round < 300; round++) {
    const batch = [
      message(id, { address: peer, body: `${secrets.received} ${"x".repeat(2_000)}` }),
    ];
    const { chats } = await receive(store, batch);
    if (chats[0]) await queue(store, chats[0].id, `id-${round}`, { body: secrets.sent });
  }
  await store.ask("messages", "search", { match: '"bridge"', chat: null, limit: 50 });

  const whileOpen = readFolder(folder);
  expect([...whileOpen.keys()].toSorted()).toEqual([
    "linnet.db",
    "linnet.db-shm",
    "linnet.db-wal",
    "vault.json",
  ]);
  expect(whileOpen.get("linnet.db")?.length).toBeGreaterThan(500_000);
  await store.close();
  const encodings = ["utf8", "utf16le", "base64", "hex"] as const;
  const traces = [...Object.values(secrets), key, address.split("@")[0] ?? "", "CREATE TABLE"];
  const needles = traces.flatMap((trace) => encodings.map((each) => Buffer.from(trace, each)));
  for (const trace of traces) needles.push(Buffer.from(Buffer.from(trace).toString("hex")));
  needles.push(Buffer.from(key, "hex"));
  for (const files of [whileOpen, readFolder(folder)]) {
    for (const [file, bytes] of files) {
      const found = needles.filter((needle) => needle.length > 5 && bytes.includes(needle));
      expect({ file, found: found.map(String) }).toEqual({ file, found: [] });
    }
  }
  for (const trace of traces) expect(text()).not.toContain(trace);
  expect(join(folder, "linnet.db")).toBe(vault.databasePath);
});
