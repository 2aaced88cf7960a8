/** Starts store-process.ts, for what happens to a process as a whole: its rights, and its end. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { testKey } from "./profile-folder.ts";

export interface StoreProcess {
  /** The first line it printed: "written", or the problem. */
  readonly said: string;
  /** Ends it as a power cut would. */
  readonly kill: () => Promise<void>;
}

/** @param wrapper a program that starts another one, with its arguments */
export async function startStoreProcess({
  path,
  wrapper = ["env"],
}: {
  path: string;
  wrapper?: readonly string[];
}): Promise<StoreProcess> {
  const script = fileURLToPath(new URL("store-process.ts", import.meta.url));
  const [command = "env", ...args] = wrapper;
  const child = spawn(
    command,
    [...args, process.execPath, "--disable-warning=ExperimentalWarning", script, path, testKey],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  const [line] = (await Promise.race([once(child.stdout, "data"), exited])) as [unknown];
  return {
    said: String(line).trim(),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
