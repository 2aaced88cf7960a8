/** What every window test needs: a folder, an authority that the windows trust, a server, windows. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestAuthority } from "../lab/certificates.ts";
import { LinnetWindow, pictureFolder, type SignIn } from "../lab/linnet-window.ts";
import { Prosody } from "../lab/prosody.ts";

export const passphrase = "correct horse battery staple";
export const domain = "verona.example";

export class Stage implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "linnet-window-"));
  readonly authority = new TestAuthority("Verona authority");
  readonly policy = join(this.folder, "policy.json");
  readonly #windows: LinnetWindow[] = [];
  #server: Prosody | null = null;

  constructor() {
    writeFileSync(join(this.folder, "authority.pem"), this.authority.pem);
    const policy = { authorities: ["authority.pem"], keyProtection: "passphrase" };
    writeFileSync(this.policy, JSON.stringify(policy));
  }

  get server(): Prosody {
    if (!this.#server) throw new Error("this stage has no server");
    return this.#server;
  }

  /** Starts a Prosody with these accounts; each one's password is its name. */
  async startServer(...names: readonly string[]): Promise<Prosody> {
    this.#server = await Prosody.start({
      folder: join(this.folder, "prosody"),
      domain,
      identity: this.authority.issue({ names: [domain] }),
    });
    for (const name of names) await this.#server.register(name, name);
    return this.#server;
  }

  /** The sign-in form of one of the server's accounts. */
  form(name: string): SignIn {
    const server = { host: "127.0.0.1", port: this.server.directTlsPort, tls: "direct" } as const;
    return { address: `${name}@${domain}`, password: name, server };
  }

  /** Opens the window of a profile, as it is. */
  async open(profile: string, flags: readonly string[] = []): Promise<LinnetWindow> {
    const window = await LinnetWindow.open({
      folder: join(this.folder, profile),
      policy: this.policy,
      flags,
    });
    this.#windows.push(window);
    return window;
  }

  /** Opens a new profile up to the sign-in form. */
  async openNew(profile: string): Promise<LinnetWindow> {
    const window = await this.open(profile);
    await window.createPassphrase(passphrase);
    await window.page.getByRole("button", { name: "Sign in" }).waitFor();
    return window;
  }

  /** Opens a new profile and signs in. */
  async openSignedIn(name: string): Promise<LinnetWindow> {
    const window = await this.openNew(name);
    await window.signIn(this.form(name));
    return window;
  }

  /** Opens a profile that has been used before. */
  async openAgain(name: string): Promise<LinnetWindow> {
    const window = await this.open(name);
    await window.unlock(passphrase);
    return window;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#windows.map((window) => window.close()));
    await this.#server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Takes a picture for people to look at. */
export async function takePicture(window: LinnetWindow, name: string): Promise<void> {
  mkdirSync(pictureFolder(), { recursive: true });
  await window.picture(join(pictureFolder(), `${name}.png`));
}
