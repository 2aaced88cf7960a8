/** The page with all certificates: who is trusted, how servers were checked, what one signs in with. */

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestAuthority } from "../lab/certificates.ts";
import type { LinnetWindow } from "../lab/linnet-window.ts";
import { Prosody } from "../lab/prosody.ts";
import { domain, Stage, takePicture } from "./stage.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const company = "Capulet & Sons authority";

let stage: Stage;
let linnet: LinnetWindow;

beforeAll(async () => {
  stage = new Stage();
  writeFileSync(join(stage.folder, "company.pem"), new TestAuthority(company).pem);
  await stage.startServer("juliet");
  linnet = await stage.openSignedIn("juliet");
  linnet.page.setDefaultTimeout(5_000);
  // The person always takes what the test laid out.
  await linnet.app.evaluate(({ dialog }, folder) => {
    dialog.showOpenDialog = () =>
      Promise.resolve({ canceled: false, filePaths: [`${folder}/company.pem`] });
    dialog.showSaveDialog = ({ defaultPath = "" }: Electron.SaveDialogOptions) =>
      Promise.resolve({ canceled: false, filePath: `${folder}/${defaultPath}` });
  }, stage.folder);
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

test("the padlock in a chat leads to how its server was checked", async () => {
  await linnet.page.keyboard.press("Control+n");
  await linnet.page.getByLabel("Address").fill(`nurse@${domain}`);
  await linnet.page.keyboard.press("Enter");
  await linnet.page
    .getByRole("button", { name: "How the connection to the server is secured" })
    .click();
  await expect.poll(() => tab("Servers").getAttribute("aria-selected")).toBe("true");
  await dialog().getByText(`juliet@${domain}`).first().waitFor();
  await takePicture(linnet, "certificates-from-chat");
  await dialog().getByRole("button", { name: "Close" }).first().click();
  await expect.poll(() => dialog().count()).toBe(0);
});

test("it opens from the settings, and the arrow keys move among its tabs", async () => {
  await openPage();
  const names = await dialog().getByRole("tab").allTextContents();
  expect(names).toEqual([
    "Authorities",
    "Servers",
    "Your certificates",
    "Distrusted",
    "Revocation",
  ]);
  await tab("Authorities").focus();
  for (const name of [...names.slice(1), "Authorities"]) {
    await linnet.page.keyboard.press("ArrowRight");
    await expect.poll(() => tab(name).getAttribute("aria-selected")).toBe("true");
  }
});

test("an authority is imported, and found by its name and by its fingerprint", async () => {
  await dialog().getByRole("button", { name: "Import from a file …" }).click();
  await dialog().getByText("The authorities in the file are trusted now.").waitFor();
  await search("capulet");
  await dialog().getByText("1 authority", { exact: true }).waitFor();
  await row(company).click();
  const fingerprint = await details().locator("code").first().textContent();
  await linnet.page.keyboard.press("Escape");
  await search(fingerprint?.slice(0, 11) ?? "");
  await dialog().getByText("1 authority", { exact: true }).waitFor();
  await row(company).waitFor();
  await search("no such authority");
  await dialog().getByText("No authority matches “no such authority”").waitFor();
  await dialog().getByRole("button", { name: "Clear search" }).click();
  // All of them again.
  await dialog()
    .getByText(/^\d{3} authorities$/)
    .waitFor();
});

test("a file that is dropped on the list is imported, and one that is none is refused", async () => {
  const drop = async (content: string): Promise<void> => {
    const files = await linnet.page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], "dropped.pem"));
      return transfer;
    }, content);
    await dialog()
      .getByRole("list", { name: "Authorities" })
      .dispatchEvent("drop", { dataTransfer: files });
  };
  await drop("not a certificate");
  await dialog().getByText("This file does not contain a certificate.").first().waitFor();
  await drop(new TestAuthority("Montague House authority").pem);
  await dialog().getByText("The authorities in the file are trusted now.").waitFor();
  await search("montague");
  await row("Montague House authority").waitFor();
  await dialog().getByRole("button", { name: "Clear search" }).click();
});

test("authorities are sorted by where they come from and when they expire", async () => {
  await dialog()
    .getByRole("button", { name: /^Sort by Origin/ })
    .click();
  // What the organisation has set comes first, then what was imported.
  await expect.poll(firstRow).toMatch(/^Verona authority/);
  await dialog()
    .getByRole("button", { name: /^Sort by Origin/ })
    .click();
  await expect.poll(firstRow).toMatch(/System or built in/);
  await dialog()
    .getByRole("button", { name: /^Sort by Name/ })
    .click();
});

test("the details show what an authority is, and copy its fingerprint", async () => {
  await search("Verona");
  await row("Verona authority").click();
  const panel = details();
  await panel.getByRole("heading", { name: "Verona authority" }).waitFor();
  await panel.getByText("Set by your organisation").waitFor();
  await panel.getByText("RSA, 2048 bits").waitFor();
  await panel.getByText("It is an authority and may issue certificates").waitFor();
  await panel.getByText("Issue certificates", { exact: true }).waitFor();
  await panel.getByRole("button", { name: "Copy SHA-256" }).click();
  const shown = await panel.locator("code").first().textContent();
  const copied = await linnet.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(copied).toBe(shown);
  expect(copied).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  await panel.getByText("As text (PEM)").click();
  expect(await panel.locator("pre").textContent()).toBe(stage.authority.pem.replaceAll("\r", ""));
});

test("an authority is distrusted, stands under Distrusted, and is restored from there", async () => {
  await dialog().getByRole("button", { name: "Close the details" }).click();
  await search("capulet");
  await row(company).hover();
  await dialog()
    .getByRole("button", { name: `No longer trust ${company}` })
    .click();
  await dialog().getByText(`${company} is no longer trusted.`).waitFor();
  await dialog().getByText("No authority matches “capulet”").waitFor();
  await tab("Distrusted").click();
  await row(company).waitFor();
  await picturesOf("distrusted");
  await row(company).click();
  await details().getByText("Distrusted", { exact: true }).waitFor();
  await details().getByRole("button", { name: "Trust again" }).click();
  await dialog().getByText("Nothing is distrusted").waitFor();
  await tab("Authorities").click();
  await search("capulet");
  await row(company).waitFor();
});

test("what was done is undone with one button", async () => {
  await row(company).hover();
  await dialog()
    .getByRole("button", { name: `No longer trust ${company}` })
    .click();
  await dialog().getByText("No authority matches “capulet”").waitFor();
  await dialog().getByRole("button", { name: "Undo" }).click();
  await row(company).waitFor();
});

test("an imported authority is removed after a question", async () => {
  await row(company).hover();
  await dialog()
    .getByRole("button", { name: `Remove ${company}` })
    .click();
  const question = linnet.page.getByRole("dialog", { name: `Remove ${company}?` });
  await question.getByRole("button", { name: "Remove", exact: true }).click();
  await dialog().getByText("No authority matches “capulet”").waitFor();
  await dialog().getByRole("button", { name: "Clear search" }).click();
});

test("by keyboard alone one authority after the other is distrusted, and the focus stays", async () => {
  const { page } = linnet;
  await row(/^AAA|^AC RAIZ/).focus();
  const first = await focusedText();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await dialog()
    .getByText(/is no longer trusted\.$/)
    .waitFor();
  const isOnRow = (): Promise<boolean> =>
    page.evaluate(() => document.activeElement?.hasAttribute("data-index") === true);
  await expect.poll(isOnRow).toBe(true);
  expect(await focusedText()).not.toBe(first);
  await dialog().getByRole("button", { name: "Undo" }).click();
  await expect.poll(firstRow).toBe(first);
});

test("the list of authorities, and one of them, in light and dark", async () => {
  await dialog().getByRole("list", { name: "Authorities" }).getByRole("button").nth(4).click();
  await details().getByRole("heading", { level: 3 }).waitFor();
  await picturesOf("authorities");
  await dialog().getByRole("button", { name: "Close the details" }).click();
  await picturesOf("authorities-list");
});

test("a server shows its chain, how each of it was checked, and all of a certificate", async () => {
  await tab("Servers").click();
  const server = dialog().getByRole("listitem", { name: domain });
  await server.getByText("Trusted", { exact: true }).waitFor();
  await server.getByText("Not checked: the certificate names no place to ask").waitFor();
  await server.getByRole("button", { name: /^verona.example/ }).click();
  const panel = details();
  const chain = panel.getByRole("list", { name: "Chain" });
  await expect
    .poll(() => chain.getByRole("button").allTextContents())
    .toEqual([`${domain}Certificate`, "Verona authorityAuthority"]);
  await panel.getByText("Being a server").waitFor();
  await panel.getByText("It is not an authority").waitFor();
  await picturesOf("servers");
  await chain.getByRole("button", { name: /^Verona authority/ }).click();
  await panel.getByRole("heading", { name: "Verona authority" }).waitFor();
  // The chain stays, so that one can go back.
  expect(await chain.getByRole("button").count()).toBe(2);
  await linnet.page.keyboard.press("Escape");
  await panel.waitFor({ state: "hidden" });
  await expect.poll(focusedText).toMatch(/^verona.example/);
  expect(await dialog().isVisible()).toBe(true);
});

test("a certificate of one's own is created, renamed, exported and removed", async () => {
  await tab("Your certificates").click();
  await dialog().getByText("No certificates yet").waitFor();
  await picturesOf("own-empty");
  for (const issued of ["An authority", "Nobody: it vouches for itself"]) {
    await dialog().getByRole("button", { name: "Create …" }).click();
    const form = linnet.page.getByRole("dialog", { name: "Create a certificate" });
    await form.getByLabel("For the address").fill(`juliet@${domain}`);
    await form.getByRole("radio", { name: issued }).check();
    if (issued === "An authority") await pictureOf("create");
    await form.getByRole("button", { name: "Create", exact: true }).click();
    await form.waitFor({ state: "hidden" });
  }
  const list = dialog().getByRole("list", { name: "Your certificates" });
  const ready = list.getByRole("listitem").filter({ hasText: "Export …" });
  await list.getByText("Waiting for the authority's reply").waitFor();
  await ready.getByRole("button", { name: /^Rename/ }).click();
  const name = linnet.page.getByRole("dialog", { name: /^Rename/ });
  await name.getByLabel("Name").fill("Balcony laptop");
  await name.getByRole("button", { name: "Save" }).click();
  await ready.getByRole("heading", { name: "Balcony laptop" }).waitFor();
  await ready.getByRole("button", { name: /^Export/ }).click();
  const exporting = linnet.page.getByRole("dialog", { name: /^Export/ });
  await exporting.getByLabel("Password for the file").fill("short");
  await exporting.getByRole("button", { name: "Choose a file and export" }).click();
  await exporting.getByRole("alert").waitFor();
  await exporting.getByLabel("Password for the file").fill("a balcony in verona");
  await exporting.getByLabel("Repeat the password").fill("a balcony in verona");
  await exporting.getByRole("button", { name: "Choose a file and export" }).click();
  await dialog().getByText("Balcony laptop was exported.").waitFor();
  await picturesOf("own");
  await ready.getByRole("button", { name: /^Remove/ }).click();
  const question = linnet.page.getByRole("dialog", { name: "Remove Balcony laptop?" });
  await question.getByRole("button", { name: "Remove", exact: true }).click();
  await expect.poll(() => list.getByRole("heading").count()).toBe(1);
});

test("revocation is insisted on, and a server that nobody vouches for is refused", async () => {
  await tab("Revocation").click();
  await dialog().getByText("Ask, and insist on an answer").click();
  await picturesOf("revocation");
  await tab("Servers").click();
  const server = dialog().getByRole("listitem", { name: domain });
  await server.getByText("Refused", { exact: true }).waitFor({ timeout: 20_000 });
  await server.getByText("nobody could say whether it was withdrawn").waitFor();
  await picturesOf("servers-refused");
  await tab("Revocation").click();
  expect(await dialog().getByLabel("Ask, and insist on an answer").isChecked()).toBe(true);
  await dialog().getByText("Ask, and go on without an answer").click();
});

test("the key of a server is remembered, and forgotten", async () => {
  await dialog().getByText("Remember the key of each server").click();
  await tab("Servers").click();
  const server = dialog().getByRole("listitem", { name: domain });
  await server.getByRole("button", { name: "Try now" }).click();
  await server.getByText("Trusted", { exact: true }).waitFor({ timeout: 10_000 });
  const pin = server.getByRole("region", { name: "Remembered key" });
  await pin.waitFor();
  await picturesOf("servers-remembered");
  // Else the key that the open connection has is remembered again at once.
  await tab("Revocation").click();
  await dialog().getByLabel("Remember the key of each server").uncheck();
  await tab("Servers").click();
  await pin.getByRole("button", { name: `Forget the key of ${domain}` }).click();
  await pin.waitFor({ state: "hidden" });
});

test("in a narrow window the details take the place of the list", async () => {
  await tab("Authorities").click();
  await linnet.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.setSize(560, 760);
  });
  await expect.poll(() => linnet.page.evaluate(() => innerWidth)).toBeLessThan(600);
  await pictureOf("narrow");
  await dialog().getByRole("list", { name: "Authorities" }).getByRole("button").first().click();
  await details().getByRole("heading", { level: 3 }).waitFor();
  await pictureOf("narrow-details");
  expect(await dialog().getByRole("list", { name: "Authorities" }).isVisible()).toBe(false);
});

test("an exception is shown with what it covers, and removed", async () => {
  await using own = new Stage();
  await own.startServer("romeo");
  const impostor = await Prosody.start({
    folder: join(own.folder, "impostor"),
    domain,
    identity: own.authority.issue({ names: [domain], isSelfSigned: true }),
  });
  await using stopping = new AsyncDisposableStack();
  stopping.defer(() => impostor.stop());
  await impostor.register("romeo", "romeo");
  const before = linnet;
  linnet = await own.openNew("romeo");
  linnet.page.setDefaultTimeout(5_000);
  const server = { host: "127.0.0.1", port: impostor.directTlsPort, tls: "direct" } as const;
  await linnet.submitSignIn({ ...own.form("romeo"), server });
  await linnet.page.getByRole("button", { name: "Always for this server" }).click();
  await linnet.page.getByRole("navigation").waitFor();
  await openPage();
  await tab("Servers").click();
  const shown = dialog().getByRole("listitem", { name: domain });
  await shown.getByText("Trusted by your exception").waitFor();
  const exception = shown.getByRole("region", { name: "Your exception" });
  await exception.getByText("it vouches for itself").waitFor();
  await exception.getByText("until you remove it").waitFor();
  await picturesOf("servers-exception");
  await exception.getByRole("button", { name: /^Remove the exception/ }).click();
  await exception.waitFor({ state: "hidden" });
  linnet = before;
});

test("the page complained about nothing", () => {
  expect(linnet.complaints).toEqual([]);
});

function dialog(): ReturnType<LinnetWindow["page"]["locator"]> {
  return linnet.page.getByRole("dialog", { name: "Certificates" });
}

function details(): ReturnType<LinnetWindow["page"]["locator"]> {
  return dialog().getByRole("complementary", { name: "Details of the certificate" });
}

function tab(name: string): ReturnType<LinnetWindow["page"]["locator"]> {
  return dialog().getByRole("tab", { name });
}

function row(name: string | RegExp): ReturnType<LinnetWindow["page"]["locator"]> {
  return dialog().getByRole("listitem").getByRole("button", { name }).first();
}

function focusedText(): Promise<string> {
  return linnet.page.evaluate(() => document.activeElement?.textContent ?? "");
}

function firstRow(): Promise<string> {
  const list = dialog().getByRole("list", { name: "Authorities" });
  return list.getByRole("button").first().textContent().then(String);
}

async function search(query: string): Promise<void> {
  await dialog().getByLabel("Search by name or fingerprint").fill(query);
}

async function openPage(): Promise<void> {
  await linnet.page.keyboard.press("Control+,");
  await linnet.page.getByRole("button", { name: "Certificates …" }).click();
  await dialog().waitFor();
}

/** In light and in dark, and no rule is broken in either. */
async function picturesOf(name: string): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await linnet.app.evaluate(({ nativeTheme }, source) => {
      nativeTheme.themeSource = source;
    }, theme);
    await expect
      .poll(() => linnet.page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches))
      .toBe(theme === "dark");
    // The colours of buttons take their time to change.
    await linnet.page.waitForTimeout(250);
    await pictureOf(`${name}-${theme}`);
  }
}

async function pictureOf(name: string): Promise<void> {
  await takePicture(linnet, `certificates-${name}`);
  await linnet.page.evaluate(axe);
  const violations = await linnet.page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const result = await checker.run();
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
  });
  expect(violations).toEqual([]);
}
