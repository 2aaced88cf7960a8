/** `npm run bench`: how fast the program is, as ratios to what is measured beside it. See
 *  test/bench/main.ts for the arguments. */

import { bundle, runScript } from "./bundle.mjs";
import { findElectron } from "./setup/electron.mjs";
import { installPackages } from "./setup/packages.mjs";
import { installSystemPackages } from "./setup/system.mjs";

await installPackages();
await installSystemPackages(["window", "display", "bench"]);
const electron = await findElectron();
console.log("Building …");
await bundle(electron);
process.exitCode = await runScript(electron, "test/bench/main.ts", {
  args: process.argv.slice(2),
});
