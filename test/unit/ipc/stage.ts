/** The server side of the contract as main.ts puts it together, with windows that are only a list of
 *  what was delivered to them. */

import { Accounts } from "../../../app/account/accounts.ts";
import type { Opened, Profile } from "../../../app/account/profile.ts";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import { systemClock } from "../../../app/base/clock.ts";
import { systemRandom } from "../../../app/base/random.ts";
import type { Change, Topic } from "../../../app/contract/changes.ts";
import type { AccountId } from "../../../app/contract/ids.ts";
import type { AppError, Reply } from "../../../app/contract/problems.ts";
import type { Services } from "../../../app/contract/services.ts";
import type { VaultView } from "../../../app/contract/views.ts";
import type { Arguments, Delivery, MethodName, Returned } from "../../../app/contract/wire.ts";
import { Dispatcher, type Handlers } from "../../../app/ipc/dispatcher.ts";
import { Hub, Subscriber } from "../../../app/ipc/hub.ts";
import { accountHandlers } from "../../../app/ipc/services/accounts.ts";
import { chatHandlers } from "../../../app/ipc/services/chats.ts";
import { identityHandlers } from "../../../app/ipc/services/identities.ts";
import { rosterHandlers } from "../../../app/ipc/services/roster.ts";
import { searchHandlers } from "../../../app/ipc/services/search.ts";
import { settingsHandlers } from "../../../app/ipc/services/settings.ts";
import { timelineHandlers } from "../../../app/ipc/services/timeline.ts";
import { trustHandlers } from "../../../app/ipc/services/trust.ts";
import { appHandlers, vaultHandlers } from "../../../app/ipc/services/vault.ts";
import type { Dialer } from "../../../app/net/dialer.ts";
import { noPolicy, type Policy } from "../../../app/policy/policy.ts";
import { Settings } from "../../../app/policy/settings.ts";
import { BuiltInAnchors } from "../../../app/trust/built-in-anchors.ts";
import { Identities, type KeyFile } from "../../../app/trust/identities.ts";
import { IdentityWorker } from "../../../app/trust/identity-jobs.ts";
import { Trust } from "../../../app/trust/trust.ts";
import type { Store } from "../../../app/store/store.ts";
import { MemoryServer, type MemoryConnection } from "../../lab/memory-server.ts";
import { identityScript, openStore } from "../../lab/profile-folder.ts";
import { recordedLog, type RecordedLog } from "../../lab/recorded-log.ts";
import { Recorder } from "../../lab/recorder.ts";

/** One window: what came over its port, and calls over it. */
export class TestWindow {
  readonly deliveries = new Recorder<Delivery>();
  readonly subscriber: Subscriber;
  readonly receive: (message: unknown) => Promise<void>;
  /** Beyond the numbers that a test gives by itself. */
  #nextId = 1_000;
  readonly #clock: FakeClock;

  constructor(dispatcher: Dispatcher, clock: FakeClock) {
    this.#clock = clock;
    this.subscriber = new Subscriber((delivery) => {
      // What crosses the port is copied; what cannot be copied must not be in it.
      this.deliveries.add(structuredClone(delivery));
    }, clock);
    this.receive = dispatcher.connect(this.subscriber);
  }

  async call<S extends keyof Services, M extends MethodName<S>>(
    service: S,
    method: M,
    ...args: Arguments<S, M>
  ): Promise<Reply<Returned<S, M>>> {
    return (await this.callAnything(service, method, args)) as Reply<Returned<S, M>>;
  }

  /** What a page could send that was taken over. */
  async callAnything(service: string, method: string, args: unknown): Promise<Reply<unknown>> {
    const id = this.#nextId++;
    await this.receive({ id, service, method, args });
    return this.answerTo(id);
  }

  answerTo(id: number): Promise<Reply<unknown>> {
    return this.deliveries.until(
      (deliveries) =>
        deliveries.flatMap(({ answers }) => answers).find((answer) => answer.id === id)?.reply,
    );
  }

  /** Lets frames pass until a change is among those that came. */
  async seen(fits: (change: Change) => boolean): Promise<void> {
    while (!this.changes.some(fits)) await this.#clock.advance(16);
  }

  /** All changes so far, in the order in which they came. */
  get changes(): Change[] {
    return this.deliveries.items.flatMap(({ changes }) => changes);
  }

  numbers(topic: Topic): number[] {
    return this.changes.filter((change) => change.topic === topic).map(({ number }) => number);
  }
}

export interface Program {
  readonly clock: FakeClock;
  readonly hub: Hub;
  readonly log: RecordedLog;
  readonly server: MemoryServer;
  readonly store: Store;
  readonly opened: Opened;
  readonly dispatcher: Dispatcher;
  /** Which themes were applied to the windows. */
  readonly themes: string[];
  /** How many pages said that they have painted their first screen. */
  readonly painted: number;
  /** Locks everything, or opens it again. */
  readonly setOpened: (opened: Opened | null) => void;
  readonly openWindow: () => TestWindow;
}

export interface ProgramOptions {
  readonly wrap?: (store: Store) => Store;
  readonly policy?: Policy;
  /** The file that the person chooses when asked for certificates. */
  readonly certificateFile?: Uint8Array | "unreadable" | null;
  /** The file that the person chooses when asked for one with keys. */
  readonly keyFile?: () => KeyFile | "unreadable" | null;
  /** Where the person has files written: null for nowhere. */
  readonly writeFile?: ((name: string, bytes: Uint8Array | string) => boolean) | null;
  /** Handlers in the place of the real ones. */
  readonly replace?: (handlers: Handlers) => Handlers;
}

export async function makeProgram(options: ProgramOptions = {}): Promise<Program> {
  const { wrap = (store) => store, policy = noPolicy, certificateFile = null } = options;
  const realStore = await openStore();
  const store = wrap(realStore);
  const clock = new FakeClock();
  const hub = new Hub();
  const log = recordedLog();
  const server = new MemoryServer();
  const settings = await Settings.load({
    store,
    policy,
    publisher: hub,
    onTrust: () => void trust.reload(),
  });
  const accounts = await Accounts.load({
    store,
    publisher: hub,
    dialer: { dial: () => server.dial() } as unknown as Dialer,
    clock,
    random: systemRandom,
    log: log.log,
    sendsReceipts: () => settings.sendsReceipts,
  });
  const identities = await Identities.load({
    store,
    publisher: hub,
    // A thread takes its time, whatever the clock of the test says.
    worker: new IdentityWorker(identityScript, systemClock),
    clock,
    log: log.log,
  });
  const trust = await Trust.load({
    store,
    rules: () => settings.trustRules,
    revocation: null,
    builtIn: new BuiltInAnchors(() => []),
    clock,
    random: systemRandom,
    log: log.log,
    onChange: (view) => {
      hub.publish("trust", view);
    },
  });
  const opened: Opened = { store, settings, accounts, identities, trust };
  let current: Opened | null = opened;
  const profile = {
    get vault(): VaultView {
      return current ? { kind: "open" } : { kind: "locked" };
    },
    get opened(): Opened | null {
      return current;
    },
    unlock: () => Promise.resolve({ ok: false, error: { kind: "wrong-passphrase" } }),
    createPassphrase: () => Promise.resolve({ ok: false, error: { kind: "not-found" } }),
    startAfresh: () => Promise.resolve({ ok: false, error: { kind: "not-found" } }),
  } as unknown as Profile;
  const themes: string[] = [];
  let painted = 0;
  const handlers: Handlers = {
    app: appHandlers(profile, hub, { platform: "linux", version: "1.2.3" }, () => painted++),
    vault: vaultHandlers(profile),
    accounts: accountHandlers(profile, hub),
    chats: chatHandlers(profile, hub),
    timeline: timelineHandlers(profile, hub),
    roster: rosterHandlers(profile, hub),
    search: searchHandlers(profile),
    identities: identityHandlers(profile, hub, {
      chooseKeyFile: () => Promise.resolve(options.keyFile?.() ?? null),
      choosePlace: (name) => {
        const { writeFile = null } = options;
        return Promise.resolve(writeFile && ((bytes) => Promise.resolve(writeFile(name, bytes))));
      },
    }),
    trust: trustHandlers(profile, hub),
    settings: settingsHandlers(profile, hub, {
      chooseCertificateFile: () => Promise.resolve(certificateFile),
      applyTheme: (theme) => themes.push(theme),
    }),
  };
  const dispatcher = new Dispatcher(options.replace?.(handlers) ?? handlers, log.log);
  return {
    clock,
    hub,
    log,
    server,
    store: realStore,
    opened,
    dispatcher,
    themes,
    get painted() {
      return painted;
    },
    setOpened: (next) => {
      current = next;
    },
    openWindow: () => {
      const window = new TestWindow(dispatcher, clock);
      hub.add(window.subscriber);
      return window;
    },
  };
}

export function valueOf<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Error(`not answered: ${reply.error.kind}`);
  return reply.value;
}

export function errorOf(reply: Reply<unknown>): AppError["kind"] | "none" {
  return reply.ok ? "none" : reply.error.kind;
}

export const form = {
  address: "ana@home.example",
  password: "correct horse",
  server: null,
  isPlainAllowed: true,
};

/** A program with an account that is online, and a window. */
export async function makeOnlineProgram(
  options: ProgramOptions = {},
): Promise<Program & { window: TestWindow; account: AccountId; connection: MemoryConnection }> {
  const program = await makeProgram(options);
  const window = program.openWindow();
  const { id } = valueOf(await window.call("accounts", "signIn", form));
  const connection = await program.server.online.first(() => true);
  return { ...program, window, account: id, connection };
}
