/** One signed-in account: its session while there is one, its recovery while there is none, and the
 *  parts of the chat layer that belong to it. */

import type { Clock } from "../base/clock.ts";
import { drop } from "../base/drop.ts";
import { undoAll, type Undo } from "../base/event.ts";
import { describe, type Log } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import { Inbox } from "../chat/inbox.ts";
import { Outbox } from "../chat/outbox.ts";
import type { Publisher } from "../chat/publisher.ts";
import { Roster } from "../chat/roster.ts";
import type { AccountId, IdentityId } from "../contract/ids.ts";
import type { ConnectionProblem } from "../contract/problems.ts";
import type { AccountView, Availability, ConnectionView } from "../contract/views.ts";
import type { AccountRecord } from "../store/queries/accounts.ts";
import type { Store } from "../store/store.ts";
import { bareOf } from "../xmpp/jid.ts";
import { writeMessage, type Message } from "../xmpp/stanza/message.ts";
import { writePresence } from "../xmpp/stanza/presence.ts";
import type { Session } from "../xmpp/stream/session.ts";
import type { SessionEnd } from "../xmpp/stream/session-end.ts";
import { ownCaps } from "../xmpp/xep/0115-caps.ts";
import { backOffMs, steadyMs } from "./back-off.ts";
import { mayPassByItself, problemOf } from "./problem.ts";
import { ServerCertificates } from "./server-certificates.ts";

export interface AccountOptions {
  readonly record: AccountRecord;
  readonly store: Store;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** A new session with the account's password and certificate from the store; null where there is neither. */
  makeSession(record: AccountRecord): Promise<Session | null>;
  /** Whether the person lets others know that their messages arrived. */
  sendsReceipts(): boolean;
}

/** What the account is doing. Transitions happen in {@link Account.#enter} only. */
type Connection =
  | { readonly kind: "offline" }
  | { readonly kind: "connecting"; readonly session: Session | null }
  | {
      readonly kind: "online";
      readonly session: Session;
      readonly detach: Undo;
      readonly sinceMs: number;
    }
  | {
      readonly kind: "waiting";
      readonly view: Extract<ConnectionView, { kind: "waiting" }>;
      readonly cancel: Undo;
    }
  | { readonly kind: "stopped"; readonly view: Extract<ConnectionView, { kind: "stopped" }> };

export class Account {
  readonly id: AccountId;
  readonly outbox: Outbox;
  readonly roster: Roster;
  readonly certificates: ServerCertificates;
  readonly #options: AccountOptions;
  readonly #inbox: Inbox;
  #record: AccountRecord;
  #connection: Connection = { kind: "offline" };
  #failures = 0;

  constructor(options: AccountOptions) {
    const { record, store, publisher, clock, random, log } = options;
    this.#options = options;
    this.#record = record;
    this.id = record.id;
    const shared = { account: record.id, store, publisher, clock, random, log };
    this.outbox = new Outbox(shared);
    this.roster = new Roster({ ...shared, version: record.rosterVersion });
    this.certificates = new ServerCertificates({
      store,
      session: () => (this.#connection.kind === "online" ? this.#connection.session : null),
    });
    this.#inbox = new Inbox({
      ...shared,
      outbox: this.outbox,
      onStored: (message) => {
        this.#confirm(message);
      },
    });
  }

  get view(): AccountView {
    const { id, address, availability, status } = this.#record;
    return { id, address, availability, status, connection: this.#connectionView() };
  }

  /** Begins connecting where the person wants the account online.
   *  @param session one that is online already: signing in made it */
  start(session: Session | null): void {
    if (session) this.#goOnline(session);
    else if (this.#record.isConnected && this.#connection.kind === "offline") this.#connect();
  }

  /** Tries at once, whatever the waiting time. */
  reconnect(): void {
    if (this.#connection.kind === "waiting" || this.#connection.kind === "stopped") {
      this.#failures = 0;
      this.#connect();
    }
  }

  async setConnected(isConnected: boolean): Promise<void> {
    await this.#options.store.ask("accounts", "setConnected", { id: this.id, isConnected });
    this.#record = { ...this.#record, isConnected };
    if (!isConnected) this.stop();
    else if (this.#connection.kind !== "online" && this.#connection.kind !== "connecting") {
      this.#connect();
    }
  }

  /** The password was changed elsewhere: remembers the new one and tries it. */
  async setPassword(password: string): Promise<void> {
    await this.#options.store.ask("accounts", "setPassword", { id: this.id, password });
    this.reconnect();
  }

  /** Signs in with another certificate, or with none, at once: whether it works shows now. */
  async setIdentity(identity: IdentityId | null): Promise<void> {
    await this.#options.store.ask("accounts", "setIdentity", { id: this.id, identity });
    this.#record = { ...this.#record, identity };
    if (!this.#record.isConnected) return;
    this.stop();
    this.#failures = 0;
    this.#connect();
  }

  async setPresence(availability: Availability, status: string): Promise<void> {
    const { store } = this.#options;
    await store.ask("accounts", "setPresence", { id: this.id, availability, status });
    this.#record = { ...this.#record, availability, status };
    if (this.#connection.kind === "online") this.#sendPresence(this.#connection.session);
    this.#publish();
  }

  /** Goes offline and stays so. */
  stop(): void {
    const { session } = this.#enter({ kind: "offline" });
    session?.close();
  }

  #connect(): void {
    const attempt: Connection = { kind: "connecting", session: null };
    this.#enter(attempt);
    drop(this.#tryToConnect(attempt), "connecting", this.#options.log);
  }

  async #tryToConnect(attempt: Connection): Promise<void> {
    let session: Session | null;
    try {
      session = await this.#options.makeSession(this.#record);
    } catch (thrown) {
      // The password could not be read from the disk.
      this.#options.log.error(`no session: ${describe(thrown)}`);
      if (this.#connection === attempt) this.#onProblem({ kind: "internal" });
      return;
    }
    // Meanwhile the person may have gone offline, and online again with an attempt of its own.
    if (this.#connection !== attempt) return;
    if (!session) {
      this.#onProblem({ kind: "wrong-password" });
      return;
    }
    this.#enter({ kind: "connecting", session });
    const started = await session.start();
    if (!this.#isCurrent(session)) return;
    if (started.ok) this.#goOnline(session);
    else this.#onEnd(session, started.error);
  }

  #goOnline(session: Session): void {
    // The order matters: listeners first, then the roster, then presence, which lets messages in.
    const detach = undoAll([
      this.#inbox.attach(session),
      this.roster.attach(session),
      this.outbox.attach(session),
    ]);
    const sinceMs = this.#options.clock.monotonicMs();
    this.#enter({ kind: "online", session, detach, sinceMs });
    this.#sendPresence(session);
    drop(
      session.over.then((end) => {
        this.#onEnd(session, end);
      }),
      "after the end of a session",
      this.#options.log,
    );
  }

  #onEnd(session: Session, end: SessionEnd): void {
    if (!this.#isCurrent(session)) return;
    const problem = problemOf(end);
    this.#options.log.info(`session over: ${problem?.kind ?? "closed"}`);
    if (problem) this.#onProblem(problem);
    else this.#enter({ kind: "offline" });
  }

  #onProblem(problem: ConnectionProblem): void {
    if (!mayPassByItself(problem)) {
      this.#enter({ kind: "stopped", view: { kind: "stopped", problem } });
      return;
    }
    const { clock, random } = this.#options;
    const connection = this.#connection;
    // A session that ends as soon as it began is one more failure, not a new start.
    const onlineMs = connection.kind === "online" ? clock.monotonicMs() - connection.sinceMs : 0;
    if (onlineMs >= steadyMs) this.#failures = 0;
    const delayMs = backOffMs(++this.#failures, random);
    this.#enter({
      kind: "waiting",
      view: { kind: "waiting", retryAt: clock.now() + delayMs, problem },
      cancel: clock.after(delayMs, () => {
        this.#connect();
      }),
    });
  }

  #sendPresence(session: Session): void {
    const { availability, status } = this.#record;
    session.send(writePresence({ availability, status, caps: ownCaps(session.extensions) }));
  }

  /** XEP-0184 §5.3: tells the sender that the message is here, if they may know that we are. */
  #confirm(message: Message): void {
    if (this.#connection.kind !== "online" || message.receiptRequested !== true) return;
    if (message.id === "" || !this.#options.sendsReceipts()) return;
    if (!this.roster.seesUs(bareOf(message.from))) return;
    const { random } = this.#options;
    this.#connection.session.send(
      writeMessage({
        to: message.from,
        type: message.type === "chat" ? "chat" : "normal",
        id: random.id(),
        receiptFor: message.id,
      }),
    );
  }

  #isCurrent(session: Session): boolean {
    const { kind } = this.#connection;
    return (kind === "online" || kind === "connecting") && this.#connection.session === session;
  }

  /** Leaves the present state and enters another. Returns the session that was left behind. */
  #enter(next: Connection): { readonly session: Session | null } {
    const before = this.#connection;
    this.#connection = next;
    if (before.kind === "online") before.detach();
    if (before.kind === "waiting") before.cancel();
    const isSame =
      before.kind === "connecting" && next.kind === "connecting" && before.session === null;
    if (!isSame) this.#publish();
    const session = "session" in before ? before.session : null;
    const kept = "session" in next ? next.session : null;
    return { session: session === kept ? null : session };
  }

  #publish(): void {
    this.#options.publisher.publish("accounts", { upserts: [this.view], removals: [] });
  }

  #connectionView(): ConnectionView {
    const connection = this.#connection;
    switch (connection.kind) {
      case "offline":
      case "connecting":
      case "online":
        return { kind: connection.kind };
      case "waiting":
      case "stopped":
        return connection.view;
    }
  }
}
