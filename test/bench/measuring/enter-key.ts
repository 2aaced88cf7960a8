/** Puts the key of the measured store into the keychain of whoever runs this. Reads from standard
 *  input, because everybody can see the arguments of a program. */

import { readFileSync } from "node:fs";
import { systemKeychain } from "../../../native/keychain.ts";

const { entry, key } = JSON.parse(readFileSync(0, "utf8")) as { entry: string; key: string };
await systemKeychain.write(entry, key);
if ((await systemKeychain.read(entry)) !== key) throw new Error("the keychain keeps nothing");
