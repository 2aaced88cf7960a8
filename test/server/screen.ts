/** What a window would show: every change applied, so that a test can wait for a sight. */

import type { Publisher } from "../../app/chat/publisher.ts";
import type { Topic, Topics } from "../../app/contract/changes.ts";
import type { AccountId, MessageKey } from "../../app/contract/ids.ts";
import type {
  AccountView,
  ContactView,
  MessageView,
  RequestView,
} from "../../app/contract/views.ts";
import { Recorder } from "../lab/recorder.ts";

/** Reconnecting may wait as long as its back-off says after two or three failures. */
const patienceMs = 30_000;

export class Screen implements Publisher {
  readonly accounts = new Map<AccountId, AccountView>();
  readonly contacts = new Map<string, ContactView>();
  readonly requests = new Map<string, RequestView>();
  readonly messages = new Map<MessageKey, MessageView>();
  readonly #changes = new Recorder<Topic>();

  publish<T extends Topic>(topic: T, change: Topics[T]): void {
    const { accounts, contacts, requests, timeline } = { [topic]: change } as Partial<Topics>;
    for (const view of accounts?.upserts ?? []) this.accounts.set(view.id, view);
    for (const id of accounts?.removals ?? []) this.accounts.delete(id);
    for (const view of contacts?.upserts ?? []) this.contacts.set(view.address, view);
    for (const key of contacts?.removals ?? []) this.contacts.delete(key.address);
    for (const view of requests?.upserts ?? []) this.requests.set(view.address, view);
    for (const key of requests?.removals ?? []) this.requests.delete(key.address);
    for (const view of timeline?.upserts ?? []) this.messages.set(view.key, view);
    this.#changes.add(topic);
  }

  /** Waits until `find` finds something; otherwise says what there was to see. */
  async until<T>(what: string, find: () => T | null | undefined | false): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new Error(`no ${what} within ${patienceMs} ms; there is ${this.#describe()}`));
    }, patienceMs);
    try {
      return await Promise.race([this.#changes.until(find), promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  account(kind: AccountView["connection"]["kind"]): Promise<AccountView> {
    return this.until(`account ${kind}`, () =>
      [...this.accounts.values()].find(({ connection }) => connection.kind === kind),
    );
  }

  contact(address: string, fits: (contact: ContactView) => boolean): Promise<ContactView> {
    return this.until(`such contact ${address}`, () => {
      const contact = this.contacts.get(address);
      return contact !== undefined && fits(contact) && contact;
    });
  }

  message(what: string, fits: (message: MessageView) => boolean): Promise<MessageView> {
    return this.until(what, () => [...this.messages.values()].find(fits));
  }

  #describe(): string {
    const { accounts, contacts, requests, messages } = this;
    const views = [accounts, contacts, requests, messages].flatMap((map) => [...map.values()]);
    return JSON.stringify(views).slice(0, 3_000);
  }
}
