/** The window's place and theme: remembered where possible, and never a reason to fail. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LayoutMemory } from "../../../app/desktop/layout.ts";
import { makeFolder } from "../../lab/profile-folder.ts";
import { recordedLog } from "../../lab/recorded-log.ts";

const bounds = { x: -1_200, y: 40, width: 1_100, height: 760 };
const nothingKnown = { bounds: null, theme: "system" };

function memoryIn(folder: string): LayoutMemory {
  return new LayoutMemory(folder, recordedLog().log);
}

function memoryOf(content: unknown): LayoutMemory {
  const folder = makeFolder();
  const text = typeof content === "string" ? content : JSON.stringify(content);
  writeFileSync(join(folder, "layout.json"), text);
  return memoryIn(folder);
}

describe("a layout", () => {
  test("is remembered for the next start, each part for itself", () => {
    const folder = makeFolder();
    const memory = memoryIn(folder);
    expect(memory.layout).toEqual(nothingKnown);
    memory.remember({ theme: "dark" });
    memory.remember({ bounds });
    expect(memory.layout).toEqual({ bounds, theme: "dark" });
    expect(memoryIn(folder).layout).toEqual({ bounds, theme: "dark" });
  });

  test.each([
    ["empty", ""],
    ["no JSON", "{bounds"],
    ["null", null],
    ["a list", []],
    ["without a theme", { bounds: null }],
    ["without a place", { theme: "dark" }],
    ["with an unknown theme", { bounds: null, theme: "neon" }],
    ["with something more", { bounds: null, theme: "dark", extra: 1 }],
    ["with half a place", { bounds: { x: 1, y: 1 }, theme: "dark" }],
    ["with a place in words", { bounds: "here", theme: "dark" }],
    ["with half pixels", { bounds: { ...bounds, x: 0.5 }, theme: "dark" }],
    ["with a window that is too small", { bounds: { ...bounds, width: 10 }, theme: "dark" }],
    ["with a window that is too large", { bounds: { ...bounds, height: 1e9 }, theme: "dark" }],
    ["with no number", '{"bounds":{"x":1e999,"y":0,"width":500,"height":500},"theme":"dark"}'],
  ])("that is broken is as if there were none: %s", (_what, content) => {
    const memory = memoryOf(content);
    expect(memory.layout).toEqual(nothingKnown);
    memory.remember({ bounds });
    expect(memory.layout).toEqual({ bounds, theme: "system" });
  });

  test("that is broken is replaced with the next change", () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "layout.json"), "{bounds");
    memoryIn(folder).remember({ theme: "light" });
    const text = readFileSync(join(folder, "layout.json"), "utf8");
    expect(JSON.parse(text)).toEqual({ bounds: null, theme: "light" });
  });

  test("that cannot be written is kept while the program runs, and said in the log", () => {
    const folder = makeFolder();
    mkdirSync(join(folder, "layout.json"));
    const { log, entries } = recordedLog();
    const memory = new LayoutMemory(folder, log);
    expect(memory.layout).toEqual(nothingKnown);
    memory.remember({ theme: "dark" });
    expect(memory.layout.theme).toBe("dark");
    expect(entries.map(({ level }) => level)).toEqual(["warn"]);
  });
});
