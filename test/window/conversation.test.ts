/** Two real windows on a real server. */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { LinnetWindow } from "../lab/linnet-window.ts";
import { domain, Stage, takePicture } from "./stage.ts";

let stage: Stage;
let juliet: LinnetWindow;
let romeo: LinnetWindow;

beforeAll(async () => {
  stage = new Stage();
  await stage.startServer("juliet", "romeo");
  juliet = await stage.openSignedIn("juliet");
  romeo = await stage.openSignedIn("romeo");
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

test("two people become contacts and see each other online", async () => {
  await juliet.addContact(`romeo@${domain}`, "Romeo");
  await romeo.acceptRequest(`juliet@${domain}`);
  await juliet.row("Romeo Online").waitFor();
  await romeo.row("juliet Online").waitFor();
  await takePicture(juliet, "contacts");
});

test("a status with words reaches the other window", async () => {
  await romeo.page.getByRole("button", { name: /^Your account/ }).click();
  await romeo.page.getByLabel("Status message").fill("under the balcony");
  await romeo.page.getByText("Away", { exact: true }).click();
  await romeo.page.getByRole("button", { name: "Close" }).click();
  await juliet.row("Romeo under the balcony").waitFor();
  await takePicture(juliet, "contacts-status");
});

test("text goes both ways, in order, and every message is confirmed as delivered", async () => {
  await juliet.startChat(`romeo@${domain}`);
  await romeo.startChat(`juliet@${domain}`);
  const lines = [
    "O Romeo, Romeo!",
    "Wherefore art thou Romeo?",
    "Deny thy father 🌹\nand refuse thy name",
  ];
  for (const line of lines) await juliet.say(line);
  for (const line of lines) await romeo.sees(line.split("\n")[0] ?? "");
  await romeo.say("مرحبا يا جولييت");
  await juliet.sees("مرحبا يا جولييت");
  for (const line of lines) await juliet.isDelivered(line.split("\n")[0] ?? "");
  expect(await texts(romeo)).toEqual(await texts(juliet));
  await takePicture(juliet, "conversation-juliet");
  await takePicture(romeo, "conversation-romeo");
});

test("a message for a chat that is not open is counted until it is read", async () => {
  await romeo.page.getByRole("button", { name: "Contacts" }).click();
  await romeo.page.evaluate(() => {
    localStorage.clear();
  });
  await romeo.page.reload();
  await romeo.page.getByText("Choose a chat").waitFor();
  await juliet.say("Are you still there?");
  await romeo.row(/juliet.*1 new message/).waitFor();
  await takePicture(romeo, "unread");
  await romeo.openChat("juliet");
  await romeo.sees("Are you still there?");
  await expect.poll(() => romeo.page.getByText(/\d new message/).count()).toBe(0);
});

test("what was written while the server was away is sent once it is back, once and in order", async () => {
  await stage.server.stop("SIGKILL");
  await juliet.page.getByRole("button", { name: "Try now" }).waitFor();
  await takePicture(juliet, "connection-lost");
  await juliet.say("first, written without a server");
  await juliet.say("second, written without a server");
  const waiting = juliet
    .message("second, written")
    .getByRole("img", { name: "Waiting to be sent" });
  await waiting.waitFor();
  await stage.server.restart();
  for (const window of [juliet, romeo]) await reconnect(window);
  await juliet.isDelivered("second, written without a server");
  await romeo.sees("second, written without a server");
  const received = await texts(romeo);
  expect(received.filter((text) => text.includes("written without a server"))).toEqual([
    "first, written without a server",
    "second, written without a server",
  ]);
});

test("the history is there after a restart, with its states", async () => {
  const before = await texts(juliet);
  await juliet.close();
  juliet = await stage.openAgain("juliet");
  await juliet.sees("second, written without a server");
  expect(await texts(juliet)).toEqual(before);
  await juliet.isDelivered("second, written without a server");
});

test("a message to somebody who does not exist fails and says why", async () => {
  await juliet.startChat(`mercutio@${domain}`);
  await juliet.say("Art thou there?");
  await juliet.page.getByText("This person cannot be reached right now.").waitFor();
  await takePicture(juliet, "not-delivered");
  await juliet.page.getByRole("button", { name: "Send again" }).click();
  await juliet.page.getByText("This person cannot be reached right now.").waitFor();
});

test("neither page complained", () => {
  expect(juliet.complaints).toEqual([]);
  expect(romeo.complaints).toEqual([]);
});

/** The bodies on the screen, oldest first. */
function texts(window: LinnetWindow): Promise<string[]> {
  return window.page
    .getByRole("article")
    .evaluateAll((rows) => rows.map((row) => row.querySelector("[dir=auto]")?.textContent ?? ""));
}

async function reconnect(window: LinnetWindow): Promise<void> {
  const retry = window.page.getByRole("button", { name: "Try now" });
  if (await retry.isVisible()) await retry.click();
  await expect.poll(() => retry.isVisible(), { timeout: 30_000 }).toBe(false);
}
