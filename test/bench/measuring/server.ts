/** The server of the measured account: a Prosody with that account's contacts, and its authority. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestAuthority } from "../../lab/certificates.ts";
import { Prosody } from "../../lab/prosody.ts";
import { correspondents, owner } from "./history.ts";
import { RawClient } from "./raw-client.ts";

/** Somebody who sends, and somebody who watches what arrives. */
const others = { sender: "sender", watcher: "watcher" } as const;

export class Server {
  readonly prosody: Prosody;
  /** A policy file that makes Linnet trust the authority. */
  readonly policy: string;
  readonly #authority: TestAuthority;

  private constructor(prosody: Prosody, policy: string, authority: TestAuthority) {
    this.prosody = prosody;
    this.policy = policy;
    this.#authority = authority;
  }

  static async start(folder: string): Promise<Server> {
    const authority = new TestAuthority("Linnet benchmark authority");
    writeFileSync(join(folder, "authority.pem"), authority.pem);
    const policy = join(folder, "policy.json");
    writeFileSync(policy, JSON.stringify({ authorities: ["authority.pem"] }));
    const { domain } = owner;
    const identity = authority.issue({ names: [domain] });
    const prosody = await Prosody.start({ folder: join(folder, "prosody"), domain, identity });
    const server = new Server(prosody, policy, authority);
    for (const name of [owner.name, ...Object.values(others)]) {
      await prosody.register(name, owner.password);
    }
    await server.#enterContacts();
    return server;
  }

  get port(): number {
    return this.prosody.directTlsPort;
  }

  get authority(): string {
    return this.#authority.pem;
  }

  addressOf(who: keyof typeof others): string {
    return `${others[who]}@${owner.domain}`;
  }

  signIn(who: keyof typeof others): Promise<RawClient> {
    return this.#signIn(others[who]);
  }

  stop(): Promise<void> {
    return this.prosody.stop();
  }

  /** The same contacts as in the store: else the first connection would empty it. */
  async #enterContacts(): Promise<void> {
    const client = await this.#signIn(owner.name);
    for (const { address, name } of correspondents()) {
      const item = `<item jid='${address}' name='${name}'/>`;
      await client.ask(
        `<iq type='set' id='${address}'><query xmlns='jabber:iq:roster'>${item}</query></iq>`,
        `id='${address}'`,
      );
    }
    client.close();
  }

  #signIn(username: string): Promise<RawClient> {
    const { domain, password } = owner;
    return RawClient.signIn({
      port: this.port,
      domain,
      username,
      password,
      authority: this.authority,
    });
  }
}
