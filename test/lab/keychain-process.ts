/** A program of its own that uses the operating system's keychain as the vault does, and prints what
 *  came of it as one line of JSON. Run it where the keychain is that is meant. */

import { systemKeychain } from "../../native/keychain.ts";
import { Log } from "../../app/base/log.ts";
import { Vault } from "../../app/store/vault.ts";

const [folder = ""] = process.argv.slice(2);
const log = new Log("", () => undefined);
const made = await new Vault(folder, systemKeychain, log).createInKeychain();
const opened = await new Vault(folder, systemKeychain, log).openFromKeychain();
const isSame = made.ok && opened.ok && made.value === opened.value;

/** The keychain itself, beyond what the vault needs of it. */
async function useEntry(): Promise<unknown> {
  const entry = "linnet-test-entry";
  const secret = "päßword \u{1f511}";
  const before = await systemKeychain.read(entry);
  await systemKeychain.write(entry, "first");
  await systemKeychain.write(entry, secret);
  const written = (await systemKeychain.read(entry)) === secret;
  await systemKeychain.remove(entry);
  await systemKeychain.remove(entry);
  return { before, written, after: await systemKeychain.read(entry) };
}

console.log(
  JSON.stringify({
    made: made.ok || made.error,
    isSame,
    entry: made.ok ? await useEntry() : null,
  }),
);
