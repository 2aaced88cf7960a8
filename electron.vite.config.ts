/** How the three environments are bundled: main process and store worker, preload script, page. */

import { resolve } from "node:path";
import { defineConfig } from "electron-vite";
import solid from "vite-plugin-solid";

const from = (path: string): string => resolve(import.meta.dirname, path);

/** Native modules stay outside: their binaries lie beside their JavaScript. */
const nativeModules = ["@signalapp/sqlcipher", "keytar"];

export default defineConfig({
  main: {
    build: {
      outDir: "out/main",
      target: "node24",
      // One file each: reading many small ones is what makes starting slow.
      externalizeDeps: false,
      minify: true,
      rollupOptions: {
        external: ["electron", ...nativeModules],
        input: {
          main: from("app/main.ts"),
          "store-worker": from("app/store/worker.ts"),
          "crl-worker": from("app/trust/crl-worker.ts"),
          "identity-worker": from("app/trust/identity-worker.ts"),
        },
        // Electron starts a script of the old kind sooner than a module.
        output: {
          format: "cjs",
          entryFileNames: "[name].cjs",
          chunkFileNames: "[name]-[hash].cjs",
        },
      },
    },
  },
  preload: {
    build: {
      outDir: "out/preload",
      rollupOptions: {
        external: ["electron"],
        input: { preload: from("app/preload.ts") },
        // A sandboxed preload script cannot be a module.
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: "renderer",
    base: "./",
    plugins: [solid()],
    build: {
      outDir: "out/renderer",
      target: "chrome148",
      modulePreload: { polyfill: false },
      // One script and one style sheet: each request goes through the main process, which at the start
      // has other things to do. For the same reason dialogs are not loaded on demand.
      cssCodeSplit: false,
      minify: true,
      rollupOptions: { input: { index: from("renderer/index.html") } },
    },
  },
});
