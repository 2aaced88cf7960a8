/** `npm run -s conformance -- KIND PATH`: the engine over a vector file, one JSON line a case. */

import { parseArgs } from "node:util";
import type { ReadCases } from "./conformance-case.ts";

const kinds: Readonly<Record<string, () => Promise<ReadCases>>> = {
  limbo: async () => (await import("./limbo.ts")).readLimbo,
  pkits: async () => (await import("./pkits.ts")).readPkits,
  ocsp: async () => (await import("./ocsp.ts")).readOcsp,
  pkcs12: async () => (await import("./pkcs12.ts")).readPkcs12,
};

async function main(): Promise<void> {
  const [kind = "", path] = parseArgs({ allowPositionals: true }).positionals;
  const reader = kinds[kind];
  if (!reader || path === undefined) {
    console.error(`npm run -s conformance -- ${Object.keys(kinds).join("|")} PATH`);
    process.exitCode = 2;
    return;
  }
  let passed = 0;
  let failed = 0;
  for (const each of (await reader())(path)) {
    const { actual, reason, isAccepted = actual === each.expected } = await each.run();
    if (isAccepted) passed++;
    else failed++;
    const { id, expected } = each;
    console.log(JSON.stringify({ id, expected, actual, ok: isAccepted, reason }));
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

await main();
