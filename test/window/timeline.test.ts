/** A chat with 10,000 messages: scrolling, keeping one's place, finding, and staying at the end. */

import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LinnetWindow } from "../lab/linnet-window.ts";
import { fillProfile } from "./filled-profile.ts";
import { Stage, takePicture } from "./stage.ts";

let stage: Stage;
let linnet: LinnetWindow;

beforeAll(async () => {
  stage = new Stage();
  await (await stage.openNew("juliet")).close();
  await fillProfile(join(stage.folder, "juliet"), [
    { address: "romeo@verona.example", name: "Romeo Montague", messages: 10_000 },
    { address: "nurse@verona.example", name: "Nurse", messages: 30 },
    ...Array.from({ length: 250 }, (_, index) => ({
      address: `guest${index}@verona.example`,
      name: `Guest ${String(index).padStart(3, "0")}`,
      messages: 2,
    })),
  ]);
  linnet = await stage.openAgain("juliet");
  await linnet.openChat("Romeo");
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

test("the chat opens at its end, with a few rows and not ten thousand", async () => {
  await linnet.sees("message 10000");
  await expect.poll(distanceToEnd).toBeLessThan(4);
  expect(await linnet.page.getByRole("article").count()).toBeLessThan(80);
  await takePicture(linnet, "long-history");
});

test("scrolling up 2,000 messages stays smooth, shows every one, and holds only a window of them", async () => {
  const { frames, seen } = await linnet.page.evaluate(async () => {
    const log = document.querySelector("[role=log]");
    const numbers = new Set<number>();
    const slow: number[] = [];
    let before = performance.now();
    for (let frame = 0; frame < 600; frame++) {
      log?.scrollBy(0, -200);
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      slow.push(now - before);
      before = now;
      for (const row of document.querySelectorAll("article [dir=auto]")) {
        const number = /^message (\d+)/.exec(row.textContent)?.[1];
        if (number) numbers.add(Number(number));
      }
    }
    return { frames: slow, seen: [...numbers] };
  });
  const lowest = Math.min(...seen);
  expect(lowest).toBeLessThan(8_000);
  // Not one is left out between the first and the last that were on the screen.
  expect(seen.length).toBe(Math.max(...seen) - lowest + 1);
  const median = frames.toSorted((a, b) => a - b)[frames.length / 2] ?? 0;
  expect(median).toBeLessThan(34);
  expect(await linnet.page.getByRole("article").count()).toBeLessThan(80);
});

test("the way back down works, too", async () => {
  await linnet.page.getByRole("button", { name: "Go to the newest message" }).click();
  await linnet.sees("message 10000");
  await expect.poll(distanceToEnd).toBeLessThan(4);
});

test("a search finds a message and leads into the chat at that place", async () => {
  await linnet.page.keyboard.press("Control+k");
  await linnet.page.keyboard.type("message 4321");
  const hit = linnet.page.getByRole("button", { name: /Romeo Montague.*message 4321/ });
  await hit.waitFor();
  await takePicture(linnet, "search");
  await hit.click();
  await linnet.message("message 4321").waitFor();
  const place = await linnet.message("message 4321").boundingBox();
  const height = await linnet.page.evaluate(() => innerHeight);
  expect(place?.y).toBeGreaterThan(height * 0.2);
  expect(place?.y).toBeLessThan(height * 0.8);
  await linnet.page.getByText("message 4322", { exact: true }).waitFor();
});

test("from there one can scroll to newer messages without a gap", async () => {
  const seen = await linnet.page.evaluate(async () => {
    const log = document.querySelector("[role=log]");
    const numbers = new Set<number>();
    for (let frame = 0; frame < 120; frame++) {
      log?.scrollBy(0, 200);
      await new Promise(requestAnimationFrame);
      for (const row of document.querySelectorAll("article [dir=auto]")) {
        const number = /^message (\d+)/.exec(row.textContent)?.[1];
        if (number) numbers.add(Number(number));
      }
    }
    return [...numbers].toSorted((a, b) => a - b);
  });
  const [first = 0] = seen;
  expect(seen).toEqual(seen.map((_, index) => first + index));
  expect(seen.length).toBeGreaterThan(200);
});

test("the place is kept to the pixel while older messages are added above", async () => {
  await linnet.page.getByRole("button", { name: "Clear search" }).click();
  await linnet.openChat("Nurse");
  await linnet.openChat("Romeo");
  await linnet.sees("message 10000");
  // Until the rows at the end have been measured, the list keeps itself there.
  await linnet.page.waitForTimeout(500);
  const moved = await linnet.page.evaluate(async () => {
    const log = document.querySelector("[role=log]");
    const rows = (): Map<string, number> =>
      new Map(
        [...document.querySelectorAll("[data-key]")].map((row) => [
          row.getAttribute("data-key") ?? "",
          row.getBoundingClientRect().top,
        ]),
      );
    const edge = log?.getBoundingClientRect().top ?? 0;
    let worst = 0;
    // To where the next page is fetched, and then watch the rows that stay on the screen.
    for (let step = 0; step < 60; step++) {
      log?.scrollBy(0, -100);
      await new Promise(requestAnimationFrame);
      const before = rows();
      for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
      for (const [key, top] of rows()) {
        const was = before.get(key);
        // Rows above the edge wait there to be measured; nobody sees them move.
        const isOnScreen = was !== undefined && was > edge;
        if (isOnScreen) worst = Math.max(worst, Math.abs(top - was));
      }
    }
    return worst;
  });
  expect(moved).toBeLessThanOrEqual(1);
});

test("the list of 252 chats shows them all when scrolled, page by page", async () => {
  const list = linnet.page.getByRole("list", { name: "Chats" });
  const names = await list.evaluate(async (element) => {
    const seen = new Set<string>();
    for (let step = 0; step < 250; step++) {
      for (const row of element.querySelectorAll("[aria-posinset]")) {
        seen.add(row.getAttribute("aria-posinset") + row.textContent.slice(0, 40));
      }
      element.scrollBy(0, 136);
      await new Promise(requestAnimationFrame);
    }
    return seen.size;
  });
  expect(names).toBe(252);
});

test("the caret stops blinking when nobody types, and blinks again with the next key", async () => {
  const caret = (): Promise<string> =>
    linnet.page
      .locator("textarea")
      .evaluate((field) => getComputedStyle(field).getPropertyValue("caret-animation"));
  await linnet.page.locator("textarea").press("a");
  expect(await caret()).toBe("auto");
  await expect.poll(caret, { timeout: 15_000 }).toBe("manual");
  await linnet.page.locator("textarea").press("Backspace");
  expect(await caret()).toBe("auto");
});

test("the page never complained", () => {
  expect(linnet.complaints).toEqual([]);
});

/** Pixels between the lowest visible point and the end of the timeline. */
function distanceToEnd(): Promise<number> {
  return linnet.page
    .getByRole("log")
    .evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
}
