/** Signing in with a certificate in the real window: import a file, leave the password empty, be in. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Ejabberd } from "../lab/ejabberd.ts";
import { KeyFiles } from "../lab/key-files.ts";
import type { LinnetWindow } from "../lab/linnet-window.ts";
import { domain, passphrase, Stage, takePicture } from "./stage.ts";

const people = new KeyFiles("Verona people");
let stage: Stage;
let server: Ejabberd;

beforeAll(async () => {
  stage = new Stage();
  const authorities = join(stage.folder, "people.pem");
  writeFileSync(authorities, people.authorities);
  server = await Ejabberd.start({
    folder: join(stage.folder, "ejabberd"),
    domain,
    identity: stage.authority.issue({ names: [domain] }),
    peopleAuthorities: authorities,
  });
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await server.stop("SIGKILL");
  people[Symbol.dispose]();
});

/** The system's own dialog cannot be driven: it answers with this file. */
async function willChoose(window: LinnetWindow, name: string, bytes: Uint8Array): Promise<void> {
  const path = join(stage.folder, name);
  writeFileSync(path, bytes);
  await window.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, path);
}

async function fillServer({ page }: LinnetWindow): Promise<void> {
  await page.getByText("Server settings").click();
  await page.getByLabel("Server", { exact: true }).fill("127.0.0.1");
  await page.getByLabel("Port").fill(String(server.directTlsPort));
}

test("a file is imported and signs in without a password, also after a restart", async () => {
  const window = await stage.openNew("juliet");
  const { page } = window;
  const address = `juliet@${domain}`;
  await willChoose(window, "juliet.p12", people.pkcs12({ address, password: "balcony" }));
  await page.getByLabel("Address").fill(address);
  await fillServer(window);
  const choice = page.getByLabel("Sign in with a certificate");
  await page.getByRole("button", { name: "Import from a file" }).click();

  const dialog = page.getByRole("dialog");
  const password = dialog.getByLabel("Password of the file");
  await password.fill("not this one");
  await password.press("Enter");
  await dialog.getByText("This is not the password of the file.").waitFor();
  await takePicture(window, "certificate-password");
  await password.fill("balcony");
  await password.press("Enter");
  await dialog.getByText("The certificate is here.").waitFor();
  await takePicture(window, "certificate-imported");
  // The keyboard is where it is needed next.
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  expect(await choice.locator("option:checked").textContent()).toContain("Verona people");
  await takePicture(window, "certificate-chosen");

  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation").waitFor();
  await page.keyboard.press("Control+,");
  const settings = page.getByRole("dialog");
  const ofAccount = settings.getByLabel(`Certificate of ${address}`);
  await ofAccount.scrollIntoViewIfNeeded();
  expect(await ofAccount.locator("option:checked").textContent()).toContain("Verona people");
  await takePicture(window, "certificate-in-settings");
  expect(window.complaints).toEqual([]);
  await window.close();

  const again = await stage.open("juliet");
  await again.unlock(passphrase);
  await again.page.getByRole("navigation").waitFor();
  await again.page.getByRole("button", { name: `Your account ${address}: Online` }).waitFor();
});

test("of several keys in a file one is chosen; somebody else's does not open the account", async () => {
  const window = await stage.openNew("romeo");
  const { page } = window;
  const address = `romeo@${domain}`;
  const file = people.pem({ address: `nurse@${domain}`, days: 20 }, { address, key: "ed25519" });
  await willChoose(window, "several.pem", file);
  await page.getByLabel("Address").fill(address);
  await fillServer(window);
  await page.getByRole("button", { name: "Import from a file" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: `nurse@${domain}` }).check();
  await takePicture(window, "certificate-chooser");
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("The server does not sign you in with this certificate.").waitFor();
  await takePicture(window, "certificate-refused");

  await page.getByRole("button", { name: "Import from a file" }).click();
  await dialog.getByRole("radio", { name: address }).check();
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation").waitFor();
  expect(window.complaints).toEqual([]);
});

test("a certificate in use that ends soon is announced once", async () => {
  const window = await stage.openNew("nurse");
  const { page } = window;
  const address = `nurse@${domain}`;
  await willChoose(window, "nurse.p12", people.pkcs12({ address, password: "n", days: 5 }));
  await page.getByLabel("Address").fill(address);
  await fillServer(window);
  await page.getByRole("button", { name: "Import from a file" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password of the file").fill("n");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const line = page.getByText(`Your certificate ${address} expires on`);
  await line.waitFor();
  await takePicture(window, "certificate-ends-soon");
  await page.getByRole("button", { name: `Do not show again: ${address}` }).click();
  await line.waitFor({ state: "hidden" });
  expect(window.complaints).toEqual([]);
});
