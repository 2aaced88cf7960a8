/** The operating system's keychain: Credential Manager, Keychain, Secret Service.
 *
 *  `keytar` is the maintained line of it (@github/keytar, MIT; its binaries are inside the package).
 *  It is loaded on first use: on Linux it needs libsecret, and a computer without must still start. */

import type Keytar from "keytar";

/** The name under which the entries appear in the system's own password manager. */
const service = "Linnet";

export const systemKeychain = {
  async read(entry: string): Promise<string | null> {
    return (await load()).getPassword(service, entry);
  },
  async write(entry: string, secret: string): Promise<void> {
    await (await load()).setPassword(service, entry, secret);
  },
  async remove(entry: string): Promise<void> {
    await (await load()).deletePassword(service, entry);
  },
};

/** @throws where the library cannot be loaded */
async function load(): Promise<typeof Keytar> {
  const { default: keytar } = await import("keytar");
  return keytar;
}
