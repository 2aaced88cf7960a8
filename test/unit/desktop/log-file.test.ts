/** The log's file: bounded, one entry a line, and never in the way. */

import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Log } from "../../../app/base/log.ts";
import { makeLogFile } from "../../../app/desktop/log-file.ts";
import { makeFolder } from "../../lab/profile-folder.ts";

function logIn(path: string): Log {
  return new Log("test", makeLogFile({ path, level: "info", isEchoed: false }));
}

test("entries are lines with time, level and area, from the level that is wanted on", () => {
  const path = join(makeFolder(), "logs", "linnet.log");
  const log = logIn(path);
  log.debug("not wanted");
  log.info("one");
  log.child("part").error("two\nERROR forged: line \u001b[31m");
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info test: one$/);
  expect(lines[1]).toMatch(/Z error test\/part: two.ERROR forged: line .\[31m$/);
});

test("a file that is long becomes the old one, and the one before that goes", () => {
  const folder = makeFolder();
  const path = join(folder, "linnet.log");
  writeFileSync(path, "x".repeat(2 * 1024 * 1024 + 1));
  writeFileSync(`${path}.old`, "older");
  const log = logIn(path);
  log.info("the first line of the new file");
  expect(readdirSync(folder).toSorted()).toEqual(["linnet.log", "linnet.log.old"]);
  expect(statSync(`${path}.old`).size).toBeGreaterThan(2 * 1024 * 1024);
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(2);
});

test("a file that cannot be written any more stops nothing", () => {
  const folder = makeFolder();
  const path = join(folder, "linnet.log");
  const log = logIn(path);
  log.info("one");
  rmSync(path);
  mkdirSync(path);
  log.info("two");
  log.info("three");
  rmSync(path, { recursive: true });
  log.info("four");
  expect(readFileSync(path, "utf8")).toContain("four");
});
