/** The contact list of one account: names, groups, subscriptions, presence, and who asks for ours. */

import type { Clock } from "../base/clock.ts";
import { drop } from "../base/drop.ts";
import { undoAll, type Undo } from "../base/event.ts";
import { rosterLimits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { AccountId } from "../contract/ids.ts";
import type { AppError } from "../contract/problems.ts";
import type { ContactView, RequestView } from "../contract/views.ts";
import { defaultName } from "../store/queries/chat-rows.ts";
import type { ContactRecord, RequestRecord } from "../store/queries/contacts.ts";
import type { Store } from "../store/store.ts";
import { bareOf, type BareJid } from "../xmpp/jid.ts";
import { writeSubscription, type Presence } from "../xmpp/stanza/presence.ts";
import {
  fetchRoster,
  onRosterPush,
  removeRosterItem,
  setRosterItem,
  type RosterItem,
} from "../xmpp/stanza/roster.ts";
import type { IqFailure } from "../xmpp/stream/iq-calls.ts";
import type { Session } from "../xmpp/stream/session.ts";
import { PresenceBook } from "./presence.ts";
import type { Publisher } from "./publisher.ts";

export interface RosterOptions {
  readonly account: AccountId;
  readonly store: Store;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly log: Log;
  /** The version of the roster in the store, "" for none. */
  readonly version: string;
}

export class Roster {
  readonly #options: RosterOptions;
  readonly #presence = new PresenceBook();
  /** What the store holds, by address: asked for every presence and every message. */
  #contacts = new Map<BareJid, ContactRecord>();
  #version: string;
  /** A change could not be written: no version can be claimed until the whole roster was fetched. */
  #isBehind = false;
  #session: Session | null = null;
  /** Writes happen one after the other, in the order of the stream. */
  #writes: Promise<void> = Promise.resolve();

  constructor(options: RosterOptions) {
    this.#options = options;
    this.#version = options.version;
  }

  /** Reads what is stored. Before it, nobody is known. */
  async load(): Promise<void> {
    const { store, account } = this.#options;
    const records = await store.ask("contacts", "ofAccount", { account });
    this.#contacts = new Map(records.map((record) => [record.address as BareJid, record]));
  }

  /** Follows the roster and presences of a session. Send our own presence only after this: the
   *  request for the roster must be ahead of it (RFC 6121 §2.2). */
  attach(session: Session): Undo {
    this.#session = session;
    const undo = undoAll([
      onRosterPush(session, (item, version) => {
        void this.#write(() => this.#applyPush(item, version));
      }),
      session.onPresence((presence) => this.#onPresence(presence)),
    ]);
    // Asked for now and not in its turn among the writes: what is sent after this is behind it.
    const roster = fetchRoster(session, this.#isBehind ? "" : this.#version);
    void this.#write(() => this.#refresh(roster));
    return () => {
      undo();
      this.#session = null;
      this.#publishContacts(this.#presence.clear());
    };
  }

  view(record: ContactRecord): ContactView {
    return {
      account: record.account,
      address: record.address,
      name: record.name || defaultName(record.address),
      groups: record.groups,
      subscription: record.subscription,
      isAsking: record.isAsking,
      presence: this.#presence.of(record.address as BareJid),
    };
  }

  requestView(record: RequestRecord): RequestView {
    const known = this.#contacts.get(record.address as BareJid);
    return { ...record, name: known?.name || defaultName(record.address) };
  }

  /** Whether this person may see that we are there: only they are told that a message arrived. */
  seesUs(address: BareJid): boolean {
    const subscription = this.#contacts.get(address)?.subscription;
    return subscription === "from" || subscription === "both";
  }

  /** Adds somebody and asks to see their presence. */
  async add(address: BareJid, name: string): Promise<Result<null, AppError>> {
    const groups = this.#contacts.get(address)?.groups ?? [];
    const added = await this.#change((session) =>
      setRosterItem(session, { address, name, groups }),
    );
    if (added.ok) this.#session?.send(writeSubscription(address, "subscribe"));
    return added;
  }

  rename(address: BareJid, name: string): Promise<Result<null, AppError>> {
    const known = this.#contacts.get(address);
    if (!known) return Promise.resolve(failure({ kind: "not-found" }));
    const item = { address, name, groups: known.groups };
    return this.#change((session) => setRosterItem(session, item));
  }

  remove(address: BareJid): Promise<Result<null, AppError>> {
    return this.#change((session) => removeRosterItem(session, address));
  }

  /** Lets somebody see our presence and asks to see theirs, as people expect of "accept". */
  async accept(address: BareJid): Promise<Result<null, AppError>> {
    if (!this.#session) return failure({ kind: "offline" });
    this.#session.send(writeSubscription(address, "subscribed"));
    const subscription = this.#contacts.get(address)?.subscription;
    if (subscription !== "to" && subscription !== "both") {
      this.#session.send(writeSubscription(address, "subscribe"));
    }
    await this.#removeRequest(address);
    return success(null);
  }

  async decline(address: BareJid): Promise<Result<null, AppError>> {
    if (!this.#session) return failure({ kind: "offline" });
    this.#session.send(writeSubscription(address, "unsubscribed"));
    await this.#removeRequest(address);
    return success(null);
  }

  async #change(
    request: (session: Session) => Promise<Result<unknown, IqFailure>>,
  ): Promise<Result<null, AppError>> {
    if (!this.#session) return failure({ kind: "offline" });
    const answer = await request(this.#session);
    if (answer.ok) return success(null);
    return answer.error.kind === "refused"
      ? failure({ kind: "refused-by-server", condition: answer.error.error.condition })
      : failure({ kind: "offline" });
  }

  async #refresh(roster: ReturnType<typeof fetchRoster>): Promise<void> {
    const { account, store, log } = this.#options;
    const fetched = await roster;
    if (!fetched.ok) {
      log.warn(`the roster was not given: ${fetched.error.kind}`);
      return;
    }
    const { items, version } = fetched.value;
    if (items === null) return;
    const before = [...this.#contacts.keys()];
    const contacts = items.map((item) => this.#record(item));
    await store.ask("contacts", "replace", { account, version, contacts });
    this.#version = version;
    this.#isBehind = false;
    this.#contacts = new Map(contacts.map((contact) => [contact.address as BareJid, contact]));
    this.#publishContacts([...new Set([...before, ...this.#contacts.keys()])]);
    await this.#publishChatNames(items.map((item) => item.address));
  }

  async #applyPush(item: RosterItem, pushed: string): Promise<void> {
    const { account, store } = this.#options;
    const { address } = item;
    const version = this.#isBehind ? "" : pushed;
    if (item.subscription === "remove") {
      await store.ask("contacts", "remove", { account, address, version });
      this.#contacts.delete(address);
    } else {
      if (this.#contacts.size >= rosterLimits.contactsMax && !this.#contacts.has(address)) return;
      const contact = this.#record(item);
      await store.ask("contacts", "update", { contact, version });
      this.#contacts.set(address, contact);
    }
    this.#version = version;
    this.#publishContacts([address]);
    await this.#publishChatNames([address]);
  }

  #onPresence(presence: Presence): Promise<void> | undefined {
    switch (presence.type) {
      case "available":
      case "unavailable":
      case "error": {
        const person = bareOf(presence.from);
        // It may come before the roster that says who this is has been written.
        const isChanged = this.#presence.update(presence);
        if (isChanged && this.#contacts.has(person)) this.#publishContacts([person]);
        return undefined;
      }
      case "subscribe":
        // In its turn: a push before it may say that we asked this person ourselves.
        return this.#write(() => this.#onRequest(bareOf(presence.from)));
      case "subscribed":
      case "unsubscribe":
      case "unsubscribed":
        // What they change arrives as a roster push (RFC 6121 §3).
        return undefined;
    }
  }

  async #onRequest(address: BareJid): Promise<void> {
    const { store, account, clock, publisher } = this.#options;
    const known = this.#contacts.get(address);
    if (known && (known.isAsking || known.subscription === "to")) {
      // Whom we asked ourselves need not be asked about.
      this.#session?.send(writeSubscription(address, "subscribed"));
      return;
    }
    const request = { account, address, receivedAt: clock.now() };
    const max = rosterLimits.requestsMax;
    const isNew = await store.ask("contacts", "addRequest", { request, max });
    if (isNew) {
      publisher.publish("requests", { upserts: [this.requestView(request)], removals: [] });
    }
  }

  async #removeRequest(address: BareJid): Promise<void> {
    const { store, account, publisher } = this.#options;
    await store.ask("contacts", "removeRequest", { account, address });
    publisher.publish("requests", { upserts: [], removals: [{ account, address }] });
  }

  #record(item: RosterItem): ContactRecord {
    const { address, name, groups, isAsking } = item;
    const subscription = item.subscription === "remove" ? "none" : item.subscription;
    return { account: this.#options.account, address, name, groups, subscription, isAsking };
  }

  #publishContacts(addresses: readonly BareJid[]): void {
    if (addresses.length === 0) return;
    const { account, publisher } = this.#options;
    const upserts: ContactView[] = [];
    const removals: { account: AccountId; address: string }[] = [];
    for (const address of addresses) {
      const contact = this.#contacts.get(address);
      if (contact) upserts.push(this.view(contact));
      else removals.push({ account, address });
    }
    publisher.publish("contacts", { upserts, removals });
  }

  /** Chats are listed under the names of contacts. */
  async #publishChatNames(addresses: readonly BareJid[]): Promise<void> {
    const { account, store, publisher } = this.#options;
    const chats = await store.ask("chats", "withAddresses", { account, addresses });
    if (chats.length > 0) publisher.publish("chats", { upserts: chats, removals: [] });
  }

  /** Fails as the step does; that is logged here, whether or not somebody waits for it. */
  #write(step: () => Promise<void>): Promise<void> {
    const written = this.#writes.then(step);
    drop(written, "writing the roster", this.#options.log);
    // One failed step must not hold up the next.
    this.#writes = written.catch(() => {
      this.#isBehind = true;
    });
    return written;
  }
}
