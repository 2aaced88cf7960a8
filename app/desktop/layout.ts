/** What the window needs before the store is open: where it stood, and whether it is dark. Nothing in
 *  this file is secret, and nothing breaks when it is missing or wrong. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, type Log } from "../base/log.ts";

const LayoutFile = v.strictObject({
  bounds: v.nullable(
    v.strictObject({
      x: v.pipe(v.number(), v.integer()),
      y: v.pipe(v.number(), v.integer()),
      width: v.pipe(v.number(), v.integer(), v.minValue(360), v.maxValue(16_384)),
      height: v.pipe(v.number(), v.integer(), v.minValue(320), v.maxValue(16_384)),
    }),
  ),
  theme: v.picklist(["system", "light", "dark"]),
});
export type Layout = v.InferOutput<typeof LayoutFile>;

const nothingKnown: Layout = { bounds: null, theme: "system" };

export class LayoutMemory {
  readonly #path: string;
  readonly #log: Log;
  #layout: Layout;

  constructor(folder: string, log: Log) {
    this.#path = join(folder, "layout.json");
    this.#log = log;
    this.#layout = this.#read();
  }

  get layout(): Layout {
    return this.#layout;
  }

  remember(change: Partial<Layout>): void {
    this.#layout = { ...this.#layout, ...change };
    try {
      writeFileSync(this.#path, JSON.stringify(this.#layout));
    } catch (thrown) {
      // A full disk costs the window's place, not the messages.
      this.#log.warn(`the window's place was not remembered: ${describe(thrown)}`);
    }
  }

  #read(): Layout {
    try {
      return v.parse(LayoutFile, JSON.parse(readFileSync(this.#path, "utf8")));
    } catch {
      // Missing at the first start; broken ones are replaced with the next change.
      return nothingKnown;
    }
  }
}
