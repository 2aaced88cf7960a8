/** A running Linnet, driven as a person would: by what is on the screen. */

import { join, resolve } from "node:path";
import { _electron, errors, type ElectronApplication, type Page } from "playwright-core";
import { electronFlags } from "../../build/setup/display.mjs";

const project = resolve(import.meta.dirname, "../..");

export interface LinnetOptions {
  /** The profile: everything this Linnet knows. */
  readonly folder: string;
  /** A policy file instead of the system's. */
  readonly policy?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}

export interface SignIn {
  readonly address: string;
  readonly password: string;
  readonly server?: {
    readonly host: string;
    readonly port: number;
    readonly tls: "direct" | "starttls";
  };
}

export class LinnetWindow {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What the page complained about: tests expect none. */
  readonly complaints: string[] = [];

  private constructor(app: ElectronApplication, page: Page) {
    this.app = app;
    this.page = page;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
  }

  /** Starts the built program. */
  static async open(options: LinnetOptions): Promise<LinnetWindow> {
    const app = await launch(options);
    return new LinnetWindow(app, await app.firstWindow());
  }

  async createPassphrase(passphrase: string): Promise<void> {
    await this.page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
    await this.page.getByLabel("Repeat the passphrase").fill(passphrase);
    await this.page.getByRole("button", { name: "Protect and continue" }).click();
  }

  async unlock(passphrase: string): Promise<void> {
    await this.page.getByLabel("Passphrase").fill(passphrase);
    await this.page.getByRole("button", { name: "Open" }).click();
  }

  /** Fills the form and sends it; whether that worked shows on the screen. */
  async submitSignIn({ address, password, server }: SignIn): Promise<void> {
    await this.page.getByLabel("Address").fill(address);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    if (server) {
      const host = this.page.getByLabel("Server", { exact: true });
      if (!(await host.isVisible())) await this.page.getByText("Server settings").click();
      await host.fill(server.host);
      await this.page.getByLabel("Port").fill(String(server.port));
      await this.page.getByLabel("Encryption").selectOption(server.tls);
    }
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  async signIn(form: SignIn): Promise<void> {
    await this.submitSignIn(form);
    await this.page.getByRole("navigation").waitFor();
  }

  async startChat(address: string): Promise<void> {
    await this.page.keyboard.press("Control+n");
    const dialog = this.page.getByRole("dialog");
    await dialog.getByLabel("Address").fill(address);
    await dialog.getByRole("button", { name: "Start chat" }).click();
    await this.composer.waitFor();
  }

  /** Asks somebody to be a contact. */
  async addContact(address: string, name: string): Promise<void> {
    await this.page.getByRole("button", { name: "Contacts" }).click();
    await this.page.getByRole("button", { name: "Add contact" }).first().click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByLabel("Address").fill(address);
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
  }

  /** Waits for somebody's contact request and accepts it. */
  async acceptRequest(address: string): Promise<void> {
    await this.page.getByRole("button", { name: "Contacts" }).click();
    await this.page.getByText(`${address} would like to add you`).waitFor();
    await this.page.getByRole("button", { name: "Accept" }).click();
  }

  /** Opens a chat from the list. */
  async openChat(name: string): Promise<void> {
    await this.row(name).click();
    await this.composer.waitFor();
  }

  /** A row of the list of chats or contacts, by how it begins or what it says. */
  row(name: string | RegExp): ReturnType<Page["locator"]> {
    return this.page.getByRole("listitem").getByRole("button", { name }).first();
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** Waits until a message with this text is on the screen. */
  async sees(text: string): Promise<void> {
    await this.message(text).waitFor();
  }

  /** Waits until a message of ours is marked as delivered. */
  async isDelivered(text: string): Promise<void> {
    await this.message(text).getByRole("img", { name: "Delivered" }).waitFor();
  }

  /** The row of a message. */
  message(text: string): ReturnType<Page["locator"]> {
    return this.page.getByRole("article").filter({ hasText: text }).last();
  }

  get composer(): ReturnType<Page["locator"]> {
    return this.page.getByRole("textbox", { name: /^Message to/ });
  }

  async picture(path: string): Promise<void> {
    await this.page.screenshot({ path });
  }

  /** Quits as a person would, by closing the window. */
  async close(): Promise<void> {
    await this.app.close();
  }

  /** Ends the process as a power cut would. */
  async kill(): Promise<void> {
    const child = this.app.process();
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await gone;
  }
}

/** Now and then Electron does not wake up for the first message of its inspector: the program runs and
 *  shows its window, but nobody can drive it. Such a start is ended and tried again. */
async function launch(options: LinnetOptions): Promise<ElectronApplication> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await _electron.launch({ ...launchOptions(options), timeout: launchMs });
    } catch (thrown) {
      if (attempt === launchesMax || !(thrown instanceof errors.TimeoutError)) throw thrown;
    }
  }
}

const launchMs = 8_000;
const launchesMax = 4;

/** How the program is started, for tests that watch it start. */
export function launchOptions(options: LinnetOptions): Parameters<typeof _electron.launch>[0] {
  const { folder, policy, env = {}, flags = [] } = options;
  return {
    executablePath: electronPath(),
    args: [
      ...electronFlags(),
      project,
      `--user-data-dir=${folder}`,
      ...(policy === undefined ? [] : [`--policy=${policy}`]),
      ...flags,
    ],
    cwd: project,
    env: { ...plainEnv(), ...env },
    // Playwright would otherwise pretend that the system is set to light.
    colorScheme: null,
  };
}

export function electronPath(): string {
  const path = process.env["LINNET_ELECTRON"];
  if (path === undefined) throw new Error("LINNET_ELECTRON is not set: run this with npm");
  return path;
}

/** The environment without what makes Electron behave as Node. */
export function plainEnv(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && entry[0] !== "ELECTRON_RUN_AS_NODE" && entry[0] !== "NODE_OPTIONS",
  );
  return Object.fromEntries(entries);
}

/** Where pictures go that people look at after a test. */
export function pictureFolder(): string {
  return join(project, "out", "pictures");
}
