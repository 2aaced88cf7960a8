/** Lists on the disk: never replaced by older ones, and not believed when somebody has changed the file. */

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../../app/base/clock.ts";
import { CrlFiles } from "../../../app/trust/crl-files.ts";
import { makeFolder, openStore } from "../../lab/profile-folder.ts";
import { recordedLog } from "../../lab/recorded-log.ts";
import { crlScript, hourMs, makeRoot } from "./stage.ts";

const root = makeRoot("Verona Root");
const url = "http://lists.example/";

test("a list is kept, replaced by a newer one only, and dropped when the file was changed", async () => {
  const options = {
    store: await openStore(),
    folder: makeFolder(),
    script: crlScript,
    clock: systemClock,
    log: recordedLog().log,
  };
  const files = new CrlFiles(options);
  const list = (number: number): Buffer =>
    root.makeCrl({ number, thisUpdate: Date.now() - hourMs, nextUpdate: Date.now() + hourMs });
  const keep = async (number: number): Promise<bigint | null | string> => {
    const kept = await files.keep(url, list(number), [root.certificate]);
    return kept.ok ? kept.value.number : kept.error;
  };
  expect(await keep(5)).toBe(5n);
  expect(await keep(4)).toBe(5n);
  expect(await keep(6)).toBe(6n);
  expect(readdirSync(options.folder)).toHaveLength(1);
  const stranger = await files.keep(url, list(9), [makeRoot("Verona Root").certificate]);
  expect(stranger.ok).toBe(false);
  const again = async (): Promise<(bigint | null)[]> =>
    (await new CrlFiles(options).at([url])).map(({ crl }) => crl.number);
  expect(await again()).toEqual([6n]);
  for (const name of readdirSync(options.folder)) {
    writeFileSync(join(options.folder, name), "something else");
  }
  expect(await again()).toEqual([]);
});
