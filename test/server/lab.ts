/** The servers that these tests run against, and what a test needs from one of them. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, inject } from "vitest";
import { systemClock } from "../../app/base/clock.ts";
import { systemRandom } from "../../app/base/random.ts";
import type { ContactView } from "../../app/contract/views.ts";
import type { DialerOptions } from "../../app/net/dialer.ts";
import { makeResolver, type Candidate } from "../../app/net/resolver.ts";
import { TestAuthority } from "../lab/certificates.ts";
import { makeGate } from "../lab/gate.ts";
import { Ejabberd } from "../lab/ejabberd.ts";
import { Prosody } from "../lab/prosody.ts";
import { recordedLog } from "../lab/recorded-log.ts";
import type { XmppServer, XmppServerOptions } from "../lab/xmpp-server.ts";
import { Device, type DeviceOptions } from "./device.ts";
import { Person } from "./person.ts";
import { TappedDialer } from "./tapped-dialer.ts";
import { userAt, type User } from "./user.ts";

const backports = inject("backports");

export interface Flavour {
  readonly name: string;
  readonly isBackport: boolean;
  start(options: XmppServerOptions): Promise<XmppServer>;
}

/** The installed servers are whatever the system has; the others are of known versions. */
const flavours: readonly Flavour[] = [
  { name: "Prosody of the system", isBackport: false, start: (options) => Prosody.start(options) },
  {
    name: "ejabberd of the system",
    isBackport: false,
    start: (options) => Ejabberd.start(options),
  },
  { name: "Prosody 13", isBackport: true, start: (options) => Prosody.start(options) },
  { name: "ejabberd 24", isBackport: true, start: (options) => Ejabberd.start(options) },
];

export interface Friends {
  readonly alice: Person;
  readonly bob: Person;
  readonly aliceUser: User;
  readonly bobUser: User;
}

export const domain = "linnet.test";

type ServerOptions = Pick<XmppServerOptions, "isVerbose">;

/** Runs a suite against every server, each started once for the file. Where a server cannot be had,
 *  its tests are skipped and say why. */
export function describeServers(suite: (lab: Lab) => void, options: ServerOptions = {}): void {
  describe.each(flavours)("$name", (flavour) => {
    suite(useServer(flavour, options));
  });
}

/** The same for one of the system's servers in another configuration. */
export function describeServer(
  name: string,
  start: Flavour["start"],
  suite: (lab: Lab) => void,
): void {
  describe(name, () => {
    suite(useServer({ name, isBackport: false, start }, {}));
  });
}

function useServer(flavour: Flavour, options: ServerOptions): Lab {
  const lab = new Lab(flavour);
  if (flavour.isBackport && backports.kind === "missing") {
    beforeEach((context) => {
      context.skip(backports.reason);
    });
    return lab;
  }
  beforeAll(() => lab.start(options));
  afterEach(() => lab.clear());
  afterAll(() => lab.stop());
  return lab;
}

export class Lab {
  readonly flavour: Flavour;
  readonly authority: TestAuthority;
  #folder: string | null = null;
  readonly #undo: (() => Promise<void>)[] = [];
  #server: XmppServer | null = null;
  #users = 0;

  constructor(flavour: Flavour) {
    this.flavour = flavour;
    this.authority = new TestAuthority(`Authority of ${flavour.name}`);
  }

  get server(): XmppServer {
    if (!this.#server) throw new Error(`${this.flavour.name} was not started`);
    return this.#server;
  }

  async start(options: ServerOptions): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), "linnet-server-"));
    const root = this.flavour.isBackport && backports.kind === "unpacked" ? backports.root : null;
    this.#server = await this.flavour.start({
      folder: this.folder("server"),
      domain,
      identity: this.authority.issue({ names: [domain] }),
      ...(root === null ? {} : { root }),
      ...options,
    });
  }

  /** Ends what the last test began. */
  async clear(): Promise<void> {
    for (const undo of this.#undo.splice(0).toReversed()) await undo();
  }

  async stop(): Promise<void> {
    await this.#server?.stop("SIGKILL");
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Something that has to be ended with the test. */
  onEnd(undo: () => Promise<void>): void {
    this.#undo.push(undo);
  }

  /** A new folder of its own. */
  folder(name: string): string {
    if (this.#folder === null) throw new Error(`${this.flavour.name} was not started`);
    return mkdtempSync(join(this.#folder, `${name}-`));
  }

  /** A new account. */
  async user(password = "pencil"): Promise<User> {
    const user = userAt(domain, `user${++this.#users}`, password);
    await this.server.register(user.username, password);
    return user;
  }

  /** Where the server is, as somebody would set it by hand. */
  at(tls: Candidate["tls"]): Candidate {
    const { starttlsPort, directTlsPort } = this.server;
    return { host: "127.0.0.1", port: tls === "direct" ? directTlsPort : starttlsPort, tls };
  }

  dialer({
    authorities = [this.authority],
    nameserver,
    lookup,
  }: {
    readonly authorities?: readonly TestAuthority[];
    readonly nameserver?: string;
    readonly lookup?: DialerOptions["lookup"];
  } = {}): TappedDialer {
    return new TappedDialer({
      // Nothing in these tests may ask a real nameserver.
      resolver: makeResolver(systemRandom, [nameserver ?? "127.0.0.1:9"]),
      gate: makeGate({ authorities: () => authorities }),
      clock: systemClock,
      log: recordedLog().log,
      ...(lookup ? { lookup } : {}),
    });
  }

  /** A session that was not started yet. */
  device(
    user: User,
    {
      server = this.at("starttls"),
      dialer = this.dialer(),
      resource = "test",
    }: Partial<Omit<DeviceOptions, "user">> = {},
  ): Device {
    const device = new Device({ user, dialer, server, resource });
    this.onEnd(() => device.close());
    return device;
  }

  /** A session that is online. */
  async online(user: User, options?: Parameters<Lab["device"]>[1]): Promise<Device> {
    const device = this.device(user, options);
    const started = await device.start();
    if (!started.ok) throw new Error(`not online: ${JSON.stringify(started.error)}`);
    return device;
  }

  /** Somebody's program, with its profile in `folder` or in a new one. */
  async person(folder = this.folder("person")): Promise<Person> {
    const person = await Person.open(join(folder, "linnet.db"), this.dialer());
    this.onEnd(() => person.close());
    return person;
  }

  /** Somebody with a new account who has just signed in. */
  async newcomer(folder?: string): Promise<[User, Person]> {
    const user = await this.user();
    const person = await this.person(folder);
    const signedIn = await person.signIn(user, this.at("starttls"));
    if (!signedIn.ok) throw new Error(`not signed in: ${JSON.stringify(signedIn.error)}`);
    return [user, person];
  }

  /** Two people who are online and see each other.
   *  @param aliceFolder where Alice's profile is to be */
  async friends(aliceFolder?: string): Promise<Friends> {
    const [aliceUser, alice] = await this.newcomer(aliceFolder);
    const [bobUser, bob] = await this.newcomer();
    await alice.account.roster.add(bobUser.address, "");
    await alice.screen.contact(bobUser.address, ({ isAsking }) => isAsking);
    await bob.screen.until("request", () => bob.screen.requests.get(aliceUser.address));
    await bob.account.roster.accept(aliceUser.address);
    const isThere = ({ subscription, presence }: ContactView): boolean =>
      subscription === "both" && presence !== null;
    await alice.screen.contact(bobUser.address, isThere);
    await bob.screen.contact(aliceUser.address, isThere);
    return { alice, bob, aliceUser, bobUser };
  }
}
