/** `npm run describe`: see describe.ts. */

import { runScript } from "./bundle.mjs";
import { findElectron } from "./setup/electron.mjs";
import { installPackages } from "./setup/packages.mjs";
import { run } from "./setup/run.mjs";

await installPackages();
const code = await runScript(await findElectron(), "build/describe.ts");
process.exitCode =
  code || (await run("npx", ["prettier", "--write", "--log-level=warn", "README.md"]));
