/** `npm run fuzz`: the parsers of certificates and key files under mutated input. See test/fuzz/main.ts
 *  for the arguments. */

import { runScript } from "./bundle.mjs";
import { findElectron } from "./setup/electron.mjs";
import { installPackages } from "./setup/packages.mjs";
import { installSystemPackages } from "./setup/system.mjs";

await installPackages();
await installSystemPackages(["window"]);
process.exitCode = await runScript(await findElectron(), "test/fuzz/main.ts", {
  args: process.argv.slice(2),
});
