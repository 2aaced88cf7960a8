/** When a process of ours dies, the person gets the window back, and everything that was written. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { electronPath, launchOptions, plainEnv } from "../lab/linnet-window.ts";
import { domain, Stage } from "./stage.ts";

test("a page whose process dies is loaded again, and the program goes on", async () => {
  await using stage = new Stage();
  const folder = join(stage.folder, "juliet");
  // Not driven by anything: who drives a page holds on to the process that died.
  const options = launchOptions({ folder, policy: stage.policy });
  const program = spawn(electronPath(), options?.args ?? [], { env: plainEnv(), stdio: "ignore" });
  const connections = (): number => (readLog(folder).match(/a page is connected/g) ?? []).length;
  await expect.poll(connections, { timeout: 20_000 }).toBe(1);
  process.kill(rendererOf(folder), "SIGKILL");
  await expect.poll(connections, { timeout: 20_000 }).toBe(2);
  expect(readLog(folder)).toContain("the page's process ended: killed");
  expect(program.exitCode).toBeNull();
  const exited = once(program, "exit");
  program.kill();
  await exited;
});

test("after kill -9 the message that was just written is there, and is sent once", async () => {
  await using stage = new Stage();
  const server = await stage.startServer("juliet", "romeo");
  let juliet = await stage.openSignedIn("juliet");
  const romeo = await stage.openSignedIn("romeo");
  await juliet.startChat(`romeo@${domain}`);
  await juliet.say("while connected");
  await romeo.row(/while connected/).waitFor();
  await server.stop("SIGKILL");
  await juliet.page.getByRole("button", { name: "Try now" }).waitFor();
  await juliet.say("the last words");
  await juliet.message("the last words").getByRole("img", { name: "Waiting to be sent" }).waitFor();
  await juliet.kill();
  await server.restart();
  juliet = await stage.openAgain("juliet");
  await juliet.openChat("romeo");
  await juliet.message("the last words").getByRole("img", { name: "Sent" }).waitFor();
  await romeo.openChat("juliet");
  await romeo.sees("the last words");
  const received = await romeo.page
    .getByRole("article")
    .filter({ hasText: "the last words" })
    .count();
  expect(received).toBe(1);
});

function readLog(folder: string): string {
  const path = join(folder, "logs", "linnet.log");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** The process in which the page of a profile lives. */
function rendererOf(folder: string): number {
  const commands = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), command: commandOf(pid) }));
  const found = commands.find(
    ({ command }) => command.includes("--type=renderer") && command.includes(folder),
  );
  if (!found) throw new Error("the page has no process");
  return found.pid;
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It ended while we looked.
    return "";
  }
}
