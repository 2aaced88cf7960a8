/** `npm start`: the program for real use, from the sources. */

import { bundle } from "./bundle.mjs";
import { electronFlags } from "./setup/display.mjs";
import { electronEnv, findElectron } from "./setup/electron.mjs";
import { installPackages } from "./setup/packages.mjs";
import { root, run } from "./setup/run.mjs";
import { installSystemPackages } from "./setup/system.mjs";

await installPackages();
await installSystemPackages(["window"]);
const electron = await findElectron();
await bundle(electron);
const args = [...electronFlags(), root, ...process.argv.slice(2)];
process.exitCode = await run(electron.path, args, { env: electronEnv(electron) });
