/** Tests run in Electron's Node: its BoringSSL is what the program will meet. */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const inModules = (path: string): string =>
  fileURLToPath(new URL(`./node_modules/${path}`, import.meta.url));

export default defineConfig({
  test: {
    pool: "forks",
    // Two cores, and several suites start servers: more at a time only makes timeouts.
    maxWorkers: 2,
    // One process in fifty that starts threads ended here: V8's middle compiler, as it is in Electron 42,
    // finishes code for which it has no generator (a null pointer in its StackGuard).
    execArgv: ["--no-maglev"],
    projects: [
      {
        // The page's state is tested with the Solid that runs in the page, not the one for servers.
        resolve: {
          alias: [
            { find: /^solid-js$/, replacement: inModules("solid-js/dist/solid.js") },
            { find: /^solid-js\/store$/, replacement: inModules("solid-js/store/dist/store.js") },
          ],
        },
        test: {
          name: "unit",
          server: { deps: { inline: ["solid-js"] } },
          include: ["test/unit/**/*.test.ts", "test/cases/**/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "server",
          include: ["test/server/**/*.test.ts"],
          globalSetup: ["test/server/setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "window",
          include: ["test/window/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Windows compete for focus: one at a time.
          fileParallelism: false,
        },
      },
    ],
  },
});
