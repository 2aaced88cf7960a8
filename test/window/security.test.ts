/** Electron's security checklist (its documentation, tutorial "Security"), one test for each item, on
 *  the running program. */

import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentSecurityPolicy } from "../../app/desktop/page-files.ts";
import { electronPath, plainEnv, type LinnetWindow } from "../lab/linnet-window.ts";
import { Stage } from "./stage.ts";

let stage: Stage;
let linnet: LinnetWindow;
const root = resolve(import.meta.dirname, "../..");

beforeAll(async () => {
  stage = new Stage();
  linnet = await stage.openNew("juliet");
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

test("1 only secure content is loaded: the page has its own scheme and cannot load anything else", async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.end();
  });
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const outcome = await linnet.page.evaluate(async (address) => {
    const image = new Promise((done) => {
      const element = new Image();
      element.addEventListener("load", () => done("loaded"));
      element.addEventListener("error", () => done("refused"));
      element.src = `${address}image.png`;
    });
    const fetched = fetch(address).then(
      () => "loaded",
      () => "refused",
    );
    return [location.protocol, await image, await fetched];
  }, url);
  server.close();
  expect(outcome).toEqual(["app:", "refused", "refused"]);
  expect(requests).toBe(0);
});

test("2 there is no Node in the page", async () => {
  const found = await linnet.page.evaluate(() =>
    ["require", "process", "module", "Buffer", "global", "__dirname"].filter(
      (name) => name in globalThis,
    ),
  );
  expect(found).toEqual([]);
  expect((await preferences()).nodeIntegration).toBe(false);
  expect((await preferences()).nodeIntegrationInWorker).not.toBe(true);
});

test("3 the page's world is isolated from the preload script's", async () => {
  expect((await preferences()).contextIsolation).toBe(true);
});

test("4 the page's process is to be sandboxed", async () => {
  expect((await preferences()).sandbox).toBe(true);
});

test("4 the page's process is sandboxed by the operating system", async (context) => {
  if (!mayMakeNamespaces()) context.skip("ordinary users may not make user namespaces here");
  const seccomp = await seccompModeAsOrdinaryUser();
  // 2 is "filter": the kernel refuses system calls that are not on Chromium's list.
  expect(seccomp).toBe("2");
});

test("5 no permission is given, whatever is asked for", async () => {
  const answers = await linnet.page.evaluate(async () => {
    const refused = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => "given",
        () => "refused",
      );
    return {
      camera: await refused(navigator.mediaDevices.getUserMedia({ video: true })),
      place: await refused(
        new Promise((done, fail) => {
          navigator.geolocation.getCurrentPosition(done, fail);
        }),
      ),
      notifications: await Notification.requestPermission(),
      clipboard: await refused(navigator.clipboard.readText()),
    };
  });
  expect(answers).toEqual({
    camera: "refused",
    place: "refused",
    notifications: "denied",
    clipboard: "refused",
  });
});

test("6 web security is on", async () => {
  expect((await preferences()).webSecurity).toBe(true);
});

test("7 a strict content security policy is sent, and inline scripts do not run", async () => {
  const header = await linnet.page.evaluate(async () => {
    const html = document.createElement("div");
    html.innerHTML = "<img src=x onerror='window.hasRun = true'>";
    document.body.append(html);
    const script = document.createElement("script");
    script.textContent = "window.hasRun = true";
    document.body.append(script);
    await new Promise((done) => setTimeout(done, 200));
    html.remove();
    return "hasRun" in window;
  });
  expect(header).toBe(false);
  const sent = await linnet.app.evaluate(async ({ session }, url) => {
    const response = await session.defaultSession.fetch(url);
    return response.headers.get("content-security-policy");
  }, "app://linnet/index.html");
  expect(sent).toBe(contentSecurityPolicy);
  expect(sent).toMatch(/default-src 'none'/);
  expect(sent).not.toMatch(/unsafe/);
});

test("8 insecure content is not allowed in", async () => {
  expect((await preferences()).allowRunningInsecureContent).not.toBe(true);
});

test("9 no experimental features are on", async () => {
  expect((await preferences()).experimentalFeatures).not.toBe(true);
});

test("10 no Blink features are switched on", async () => {
  expect((await preferences()).enableBlinkFeatures ?? "").toBe("");
});

test("11 there are no web views, so none may open windows", async () => {
  const tag = await linnet.page.evaluate(() => {
    const view = document.createElement("webview");
    document.body.append(view);
    const isElement = view instanceof HTMLUnknownElement || view.constructor === HTMLElement;
    view.remove();
    return isElement;
  });
  expect(tag).toBe(true);
});

test("12 a web view would be refused when it attaches", async () => {
  expect((await preferences()).webviewTag).not.toBe(true);
  const isPrevented = await linnet.app.evaluate(({ BrowserWindow }) => {
    const [first] = BrowserWindow.getAllWindows();
    let prevented = false;
    first?.webContents.emit("will-attach-webview", { preventDefault: () => (prevented = true) });
    return prevented;
  });
  expect(isPrevented).toBe(true);
});

test("13 the page cannot leave", async () => {
  const { page } = linnet;
  for (const url of ["https://example.org/", "file:///etc/passwd", "app://other/index.html"]) {
    await page.evaluate((to) => {
      location.href = to;
    }, url);
    await page.waitForTimeout(100);
    expect(page.url()).toBe("app://linnet/index.html");
  }
  expect(await page.getByRole("button", { name: "Sign in" }).isVisible()).toBe(true);
});

test("14 the page cannot open windows", async () => {
  const opened = await linnet.page.evaluate(() => window.open("app://linnet/index.html"));
  expect(opened).toBeNull();
  const count = await linnet.app.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows().length,
  );
  expect(count).toBe(1);
});

test("15 only links to the web and mail are given to the system", async () => {
  await linnet.app.evaluate(({ shell }) => {
    const opened: string[] = [];
    (globalThis as { opened?: string[] }).opened = opened;
    shell.openExternal = (url) => {
      opened.push(url);
      return Promise.resolve();
    };
  });
  await linnet.page.evaluate(() => {
    const links = [
      "https://example.org/good",
      "file:///etc/passwd",
      "javascript:alert(1)",
      "smb://server/share",
      "https://user:password@example.org/",
      "vscode://run",
      "mailto:juliet@example.org",
    ];
    for (const link of links) window.open(link);
  });
  await expect
    .poll(() => linnet.app.evaluate(() => (globalThis as { opened?: string[] }).opened))
    .toEqual(["https://example.org/good", "mailto:juliet@example.org"]);
});

test("16 a current Electron is used for what is shipped", () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  // The fallback for development is older; build/package.mjs refuses it (test/package).
  expect(devDependencies["electron"]).toMatch(/^45\.\d+\.\d+$/);
});

test("17 who sends is checked: only the main frame of our own page gets a port", async () => {
  const answers = await linnet.app.evaluate(async ({ BrowserWindow, ipcMain }) => {
    const [first] = BrowserWindow.getAllWindows();
    const given: string[] = [];
    const ask = (frame: unknown): void => {
      const sender = first?.webContents;
      if (sender) sender.postMessage = () => given.push(JSON.stringify(frame));
      ipcMain.emit("linnet-port", { senderFrame: frame, sender });
    };
    ask(null);
    ask({ parent: {}, origin: "app://linnet", url: "app://linnet/index.html" });
    ask({ parent: null, origin: "https://example.org", url: "https://example.org/" });
    ask({ parent: null, origin: "app://other", url: "app://other/index.html" });
    await new Promise((done) => setTimeout(done, 50));
    return given;
  });
  expect(answers).toEqual([]);
});

test("18 files are served by our own scheme, not by file://, and nothing outside the page's folder", async () => {
  expect(linnet.page.url()).toBe("app://linnet/index.html");
  const status = await linnet.app.evaluate(async ({ session }) => {
    const paths = [
      "index.html",
      "../main/main.cjs",
      "%2e%2e/main/main.cjs",
      "..%2fmain%2fmain.js",
      "/etc/passwd",
      "missing.js",
    ];
    const answers = paths.map((path) => session.defaultSession.fetch(`app://linnet/${path}`));
    return (await Promise.all(answers)).map((answer) => answer.status);
  });
  expect(status).toEqual([200, 404, 404, 404, 404, 404]);
});

test("19 the fuses are in the packaging configuration", () => {
  const config = readFileSync(join(root, "electron-builder.yml"), "utf8");
  // That they do what they say is shown on a real binary in test/package.
  for (const line of [
    "runAsNode: false",
    "enableCookieEncryption: true",
    "enableNodeOptionsEnvironmentVariable: false",
    "enableNodeCliInspectArguments: false",
    "enableEmbeddedAsarIntegrityValidation: true",
    "onlyLoadAppFromAsar: true",
    "grantFileProtocolExtraPrivileges: false",
  ]) {
    expect(config).toContain(line);
  }
});

test("20 nothing of Electron is exposed to the page", async () => {
  const added = await linnet.page.evaluate(() => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    const plain = new Set(Object.getOwnPropertyNames(frame.contentWindow ?? {}));
    frame.remove();
    return Object.getOwnPropertyNames(window).filter(
      (name) => !plain.has(name) && !/^\d+$/.test(name),
    );
  });
  expect(added.filter((name) => !name.startsWith("__playwright"))).toEqual([]);
});

test("what the page may say is the contract, and nothing more", async () => {
  const second = await stage.openNew("romeo");
  // The page gets its port once; whoever takes over the page could at most get hold of that one.
  await second.page.addInitScript(() => {
    addEventListener("message", ({ ports }) => {
      if (ports[0]) Object.assign(globalThis, { stolenPort: ports[0] });
    });
  });
  await second.page.reload();
  await second.page.getByRole("button", { name: "Sign in" }).waitFor();
  const replies = await second.page.evaluate(async () => {
    const { stolenPort: port } = globalThis as unknown as { stolenPort: MessagePort };
    const answers = new Map<number, { ok: boolean; error?: { kind: string } }>();
    port.addEventListener("message", ({ data }) => {
      const { answers: all } = data as { answers: { id: number; reply: { ok: boolean } }[] };
      for (const { id, reply } of all) answers.set(id, reply);
    });
    port.postMessage("not a call");
    port.postMessage({ id: 1_001, service: "accounts", method: "constructor", args: [] });
    port.postMessage({ id: 1_002, service: "__proto__", method: "toString", args: [] });
    port.postMessage({ id: 1_003, service: "timeline", method: "open", args: [1, { kind: "x" }] });
    port.postMessage({ id: 1_004, service: "app", method: "start", args: [] });
    while (!answers.has(1_004)) await new Promise((done) => setTimeout(done, 10));
    return [1_001, 1_002, 1_003, 1_004].map((id) => answers.get(id)?.error?.kind ?? "ok");
  });
  expect(replies).toEqual(["bad-call", "bad-call", "bad-call", "ok"]);
});

interface Preferences {
  readonly nodeIntegration?: boolean;
  readonly nodeIntegrationInWorker?: boolean;
  readonly contextIsolation?: boolean;
  readonly sandbox?: boolean;
  readonly webSecurity?: boolean;
  readonly webviewTag?: boolean;
  readonly allowRunningInsecureContent?: boolean;
  readonly experimentalFeatures?: boolean;
  readonly enableBlinkFeatures?: string;
}

/** What the window was really made with. */
function preferences(): Promise<Preferences> {
  return linnet.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Preferences;
    };
    return contents.getLastWebPreferences();
  });
}

/** Whom the tests start an ordinary program as, where they run as root: there Chromium has no sandbox. */
const asNobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"];

/** Chromium's sandbox is made of user namespaces. In a chroot, for example, the kernel gives none. */
function mayMakeNamespaces(): boolean {
  const isRoot = process.getuid?.() === 0;
  const [command, ...args] = [...(isRoot ? asNobody : []), "unshare", "--user", "true"];
  return spawnSync(command, args).status === 0;
}

/** Starts the program as somebody who is not root, with the sandbox on, and reads from the kernel what
 *  the page's process may do. Everything is copied to where that person may read it. */
async function seccompModeAsOrdinaryUser(): Promise<string | null> {
  const folder = join(stage.folder, "sandboxed");
  const profile = join(folder, "profile");
  cpSync(join(electronPath(), ".."), join(folder, "electron"), { recursive: true });
  cpSync(join(root, "out"), join(folder, "program", "out"), { recursive: true });
  cpSync(join(root, "package.json"), join(folder, "program", "package.json"));
  mkdirSync(profile);
  const authority = process.env["XAUTHORITY"];
  if (authority !== undefined) cpSync(authority, join(profile, "xauthority"));
  const electron = join(folder, "electron", "electron");
  const args = [join(folder, "program"), `--user-data-dir=${profile}`, "--disable-gpu"];
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    spawnSync("chown", ["-R", "nobody:nogroup", folder]);
    spawnSync("chmod", ["755", stage.folder]);
  }
  const [command, ...prefix] = [...(isRoot ? asNobody : []), electron];
  const env = {
    ...plainEnv(),
    HOME: profile,
    XDG_RUNTIME_DIR: profile,
    XDG_CONFIG_HOME: profile,
    XAUTHORITY: join(profile, "xauthority"),
  };
  const child = spawn(command, [...prefix, ...args], { env, stdio: "ignore" });
  try {
    let mode: string | null = null;
    // At first there is no such process, and then it has not locked itself in yet.
    for (let attempt = 0; attempt < 200 && mode !== "2"; attempt++) {
      mode = rendererSeccompMode(folder);
      await new Promise((done) => setTimeout(done, 50));
    }
    return mode;
  } finally {
    child.kill();
  }
}

function rendererSeccompMode(folder: string): string | null {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!command.includes("--type=renderer") || !command.includes(folder)) continue;
      return /^Seccomp:\s*(\d)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? null;
    } catch {
      // The process ended while we looked.
      continue;
    }
  }
  return null;
}
