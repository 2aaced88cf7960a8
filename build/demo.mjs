/** `npm run demo`: two windows, a server of their own, and a conversation. */

import { bundle, runScript } from "./bundle.mjs";
import { hasDisplay } from "./setup/display.mjs";
import { findElectron } from "./setup/electron.mjs";
import { installPackages } from "./setup/packages.mjs";
import { installSystemPackages } from "./setup/system.mjs";

await installPackages();
await installSystemPackages(hasDisplay() ? ["window", "demo"] : ["window", "demo", "display"]);
const electron = await findElectron();
console.log("Building …");
await bundle(electron);
process.exitCode = await runScript(electron, "build/demo.ts", { hasWindows: true });
