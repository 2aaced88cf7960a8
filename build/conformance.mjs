/** `npm run -s conformance -- KIND PATH`: the certificate engine over a file of test vectors. Prints one
 *  JSON line a case and a last line with the counts, and nothing else. */

import { runScript } from "./bundle.mjs";
import { findElectron } from "./setup/electron.mjs";
import { installPackages } from "./setup/packages.mjs";
import { installSystemPackages } from "./setup/system.mjs";

await installPackages();
await installSystemPackages(["window"]);
process.exitCode = await runScript(await findElectron(), "test/conformance/main.ts", {
  args: process.argv.slice(2),
});
