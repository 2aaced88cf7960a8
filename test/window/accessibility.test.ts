/** By keyboard alone, for a screen reader, in light and dark. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LinnetWindow } from "../lab/linnet-window.ts";
import { fillProfile } from "./filled-profile.ts";
import { passphrase, Stage, takePicture } from "./stage.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let stage: Stage;
let linnet: LinnetWindow;

beforeAll(async () => {
  stage = new Stage();
  linnet = await stage.open("juliet");
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

test("choosing a passphrase and signing in need no mouse, and break no rule", async () => {
  const { page } = linnet;
  await page.getByLabel("Passphrase", { exact: true }).waitFor();
  await expectNoViolations("passphrase");
  // The first field has the focus: one can type at once.
  await page.keyboard.type(passphrase);
  await page.keyboard.press("Tab");
  await page.keyboard.type(passphrase);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await expectNoViolations("sign-in");
  await page.keyboard.type("juliet@verona.example");
  expect(await page.getByLabel("Address").inputValue()).toBe("juliet@verona.example");
  await page.getByText("Server settings").click();
  await expectNoViolations("sign-in-server-settings");
  await linnet.close();
});

test("the main screen breaks no rule, in light and in dark", async () => {
  await fillProfile(join(stage.folder, "juliet"), [
    { address: "romeo@verona.example", name: "Romeo Montague", messages: 40 },
    { address: "nurse@verona.example", name: "Angelica, the Nurse", messages: 12 },
    { address: "tybalt@verona.example", name: "Tybalt", messages: 3 },
    { address: "lawrence@verona.example", name: "Friar Lawrence", messages: 5 },
  ]);
  linnet = await stage.openAgain("juliet");
  await linnet.openChat("Romeo");
  await linnet.sees("message 40");
  for (const theme of ["Light", "Dark"]) {
    await linnet.page.keyboard.press("Control+,");
    const dialog = linnet.page.getByRole("dialog");
    await dialog.getByText(theme, { exact: true }).click();
    await expect.poll(() => isDark()).toBe(theme === "Dark");
    await expectNoViolations(`settings-${theme.toLowerCase()}`);
    await linnet.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await expectNoViolations(`main-${theme.toLowerCase()}`);
  }
});

test("the theme is remembered for the next start", async () => {
  await linnet.close();
  linnet = await stage.openAgain("juliet");
  await linnet.page.getByRole("navigation").waitFor();
  expect(await isDark()).toBe(true);
});

test("contacts, new chat, status and search break no rule", async () => {
  const { page } = linnet;
  await page.keyboard.press("Control+2");
  await page.getByRole("list", { name: "Contacts" }).waitFor();
  await expectNoViolations("contacts-dark");
  await page.keyboard.press("Control+n");
  await page.getByRole("dialog").waitFor();
  await expectNoViolations("new-chat");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Your account/ }).press("Enter");
  await page.getByRole("dialog").waitFor();
  await expectNoViolations("status");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("message");
  await page.getByRole("heading", { name: "Messages" }).waitFor();
  await expectNoViolations("search-dark");
  await page.keyboard.press("Escape");
});

test("chats are chosen with the arrow keys, and Alt with arrows moves from anywhere", async () => {
  const { page } = linnet;
  await linnet.openChat("Romeo");
  await linnet.row(/Romeo/).focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(focusedText).toMatch(/Angelica/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Angelica, the Nurse" }).waitFor();
  // Choosing a chat puts the focus where one writes.
  await expect.poll(focusedLabel).toBe("Message to Angelica, the Nurse");
  await page.keyboard.press("Alt+ArrowDown");
  await page.getByRole("heading", { name: "Tybalt" }).waitFor();
  await page.keyboard.press("Alt+ArrowUp");
  await page.getByRole("heading", { name: "Angelica, the Nurse" }).waitFor();
  await page.keyboard.press("End");
});

test("a dialog keeps the focus inside and gives it back", async () => {
  const { page } = linnet;
  await page.getByRole("button", { name: "New chat", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press("Tab");
    expect(
      await page.evaluate(() => Boolean(document.activeElement?.closest("[role=dialog]"))),
    ).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect.poll(focusedLabel).toBe("New chat");
});

test("every message is one thing to a screen reader: who, when, what", async () => {
  await linnet.openChat("Romeo");
  await linnet.sees("message 40");
  const label = await linnet.message("message 40").getAttribute("aria-label");
  expect(label).toMatch(/^Romeo Montague, .+, message 40$/);
  expect(await linnet.page.getByRole("log").getAttribute("aria-label")).toBe(
    "Messages with Romeo Montague",
  );
});

test("in a narrow window, or enlarged to twice the size, chat and list take turns", async () => {
  await linnet.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.setSize(480, 700);
  });
  await expect.poll(() => linnet.page.evaluate(() => innerWidth)).toBeLessThan(600);
  const overflow = await linnet.page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  expect(await linnet.composer.isVisible()).toBe(true);
  await takePicture(linnet, "narrow-chat");
  await linnet.page.getByRole("button", { name: "Back" }).click();
  await linnet.row(/Tybalt/).waitFor();
  await takePicture(linnet, "narrow-list");
  await linnet.openChat("Tybalt");
});

async function expectNoViolations(name: string): Promise<void> {
  await takePicture(linnet, `accessible-${name}`);
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

function isDark(): Promise<boolean> {
  return linnet.page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
}

function focusedText(): Promise<string> {
  return linnet.page.evaluate(() => document.activeElement?.textContent ?? "");
}

function focusedLabel(): Promise<string> {
  return linnet.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
}
