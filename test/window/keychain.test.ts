/** With a keychain nobody is asked for a passphrase, and without the entry in it nothing opens. */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Keyring, missingKeyringPrograms } from "../lab/keyring.ts";
import { LinnetWindow } from "../lab/linnet-window.ts";
import { Stage, takePicture } from "./stage.ts";

const missing = missingKeyringPrograms();
const why = missing.length > 0 ? ` (skipped: ${missing.join(" and ")} missing)` : "";

test.skipIf(missing.length > 0)(
  `the key of the messages is kept in the system's keychain${why}`,
  async () => {
    await using stage = new Stage();
    await using keyring = await Keyring.start(stage.folder);
    const folder = join(stage.folder, "juliet");
    const options = { folder, env: keyring.env };

    const first = await LinnetWindow.open(options);
    await first.page.getByRole("button", { name: "Sign in" }).waitFor();
    await first.close();
    const vault = readFileSync(join(folder, "vault.json"), "utf8");
    expect(JSON.parse(vault)).toMatchObject({ kind: "keychain" });

    const second = await LinnetWindow.open(options);
    await second.page.getByRole("button", { name: "Sign in" }).waitFor();
    await second.close();

    // The same profile on a computer whose keychain does not have the key.
    const other = join(stage.folder, "other");
    mkdirSync(other);
    await using empty = await Keyring.start(other);
    const third = await LinnetWindow.open({ folder, env: empty.env });
    await third.page.getByText("The key to your messages is missing").waitFor();
    await takePicture(third, "key-missing");
    await third.close();
    expect(readFileSync(join(folder, "vault.json"), "utf8")).toBe(vault);
  },
);

test("where there is no keychain a passphrase is asked for, and nothing is written before", async () => {
  await using stage = new Stage();
  const folder = join(stage.folder, "juliet");
  const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(stage.folder, "no-bus")}` };
  const window = await LinnetWindow.open({ folder, env });
  await window.page.getByText("This computer has no password store that Linnet can use.").waitFor();
  await takePicture(window, "no-keychain");
  const files = spawnSync("ls", [folder], { encoding: "utf8" }).stdout;
  expect(files).not.toMatch(/linnet\.db|vault\.json/);
  await window.close();
  rmSync(folder, { recursive: true });
});
