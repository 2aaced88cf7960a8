/** The page in a window, over Chromium's debugging protocol. Only as much of it as is needed, so that
 *  nothing attaches to the main process and nothing is put into the page that nobody knows of. */

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const waitMs = 30_000;
const pollMs = 20;

interface Target {
  readonly type: string;
  readonly url: string;
  readonly webSocketDebuggerUrl: string;
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string };
  };
}

export class Page {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id === undefined) return;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    socket.addEventListener("close", () => {
      const error = { message: "the page is gone" };
      for (const resolve of this.#waiting.values()) resolve({ error });
      this.#waiting.clear();
    });
  }

  /** Attaches to the page of a program that was started with `--remote-debugging-port=0`.
   *  @param profile its folder, where it says which port that became */
  static async attach(profile: string): Promise<Page> {
    const address = await until("the program's page", async () => {
      const port = readFileSync(`${profile}/DevToolsActivePort`, "utf8").split("\n")[0];
      const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
      const targets = (await answer.json()) as Target[];
      const page = targets.find(({ type, url }) => type === "page" && url.startsWith("app:"));
      return page?.webSocketDebuggerUrl;
    });
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", reject);
    });
    const page = new Page(socket);
    // There is no window manager that would give the window the keyboard.
    await page.#ask("Emulation.setFocusEmulationEnabled", { enabled: true });
    await page.#ask("Page.enable", {});
    return page;
  }

  /** Runs a function in the page. It sees nothing of here but its argument. */
  async evaluate<A, R>(run: (argument: A) => R | Promise<R>, argument: A): Promise<R> {
    const expression = `(${run.toString()})(${JSON.stringify(argument)})`;
    const options = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = (await this.#ask(
      "Runtime.evaluate",
      options,
    )) as Evaluated;
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value as R;
  }

  /** Waits until a function in the page returns something true. */
  async waitFor<A>(what: string, isSo: (argument: A) => unknown, argument: A): Promise<void> {
    await until(what, async () => ((await this.evaluate(isSo, argument)) ? true : undefined));
  }

  /** Has a function run in the page before its own scripts, from the next loading on. */
  async beforeScripts(run: () => void): Promise<void> {
    const source = `(${run.toString()})()`;
    await this.#ask("Page.addScriptToEvaluateOnNewDocument", { source });
  }

  async reload(): Promise<void> {
    await this.evaluate(() => {
      document.documentElement.dataset["isOld"] = "";
    }, null);
    await this.#ask("Page.reload", {});
    await this.waitFor(
      "the page again",
      () => !("isOld" in document.documentElement.dataset),
      null,
    );
  }

  async insertText(text: string): Promise<void> {
    await this.#ask("Input.insertText", { text });
  }

  async pressEnter(): Promise<void> {
    const key = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 };
    await this.#ask("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
    await this.#ask("Input.dispatchKeyEvent", { type: "keyUp", ...key });
  }

  detach(): void {
    this.#socket.close();
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result);
      });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}

/** Asks again and again; a question that fails was asked too early. */
async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const answer = await ask().catch((reason: unknown) => {
      if (performance.now() > deadline) throw reason;
      return undefined;
    });
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`${what} did not come`);
    await sleep(pollMs);
  }
}
