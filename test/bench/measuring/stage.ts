/** What is measured, put where every user of the machine can read it and nobody builds into it
 *  meanwhile: the bundled program with its native modules, and Electron. */

import { cpSync, mkdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { electronPath } from "../../lab/linnet-window.ts";
import { linkFolder } from "./folders.ts";

const project = resolve(import.meta.dirname, "../../..");

/** What the bundles leave outside (electron.vite.config.ts), and what that needs. */
const packages = ["@signalapp/sqlcipher", "node-gyp-build", "keytar"];

/** Of the sources, what runs under the person's login: entering a key into their keychain. */
const scripts = ["native/keychain.ts", "test/bench/measuring/enter-key.ts"];

export interface Stage {
  /** The Electron program. */
  readonly electron: string;
  /** Linnet's folder, to be given to Electron. */
  readonly linnet: string;
  /** A program that opens an empty window and does nothing else. */
  readonly emptyWindow: string;
}

export function setStage(folder: string): Stage {
  const linnet = join(folder, "linnet");
  const copy = (path: string): void => {
    cpSync(join(project, path), join(linnet, path), { recursive: true, dereference: true });
  };
  mkdirSync(linnet, { recursive: true });
  for (const each of ["main", "preload", "renderer"]) copy(join("out", each));
  for (const each of packages) copy(join("node_modules", each));
  for (const each of ["package.json", ...scripts]) copy(each);
  const emptyWindow = join(folder, "empty-window");
  cpSync(join(import.meta.dirname, "../empty-window"), emptyWindow, { recursive: true });
  linkFolder(dirname(electronPath()), join(folder, "electron"));
  return { electron: join(folder, "electron", basename(electronPath())), linnet, emptyWindow };
}
