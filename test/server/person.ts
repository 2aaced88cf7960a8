/** Somebody with a profile on the disk: store and accounts as the program has them, without windows. */

import type { Account } from "../../app/account/account.ts";
import { Accounts } from "../../app/account/accounts.ts";
import { systemClock } from "../../app/base/clock.ts";
import { systemRandom } from "../../app/base/random.ts";
import type { Result } from "../../app/base/result.ts";
import type { ChatId } from "../../app/contract/ids.ts";
import type { AppError } from "../../app/contract/problems.ts";
import type { AccountView, MessageView } from "../../app/contract/views.ts";
import type { Candidate } from "../../app/net/resolver.ts";
import { Store } from "../../app/store/store.ts";
import { storeScript, testKey } from "../lab/profile-folder.ts";
import { recordedLog } from "../lab/recorded-log.ts";
import { Screen } from "./screen.ts";
import type { TappedDialer } from "./tapped-dialer.ts";
import type { User } from "./user.ts";

export class Person {
  readonly screen: Screen;
  readonly dialer: TappedDialer;
  readonly store: Store;
  readonly accounts: Accounts;
  #isOpen = true;

  private constructor(screen: Screen, dialer: TappedDialer, store: Store, accounts: Accounts) {
    this.screen = screen;
    this.dialer = dialer;
    this.store = store;
    this.accounts = accounts;
  }

  /** Starts the program, as far as these tests need one. Nothing connects by itself. */
  static async open(databasePath: string, dialer: TappedDialer): Promise<Person> {
    const { log } = recordedLog();
    const opened = await Store.open({
      path: databasePath,
      key: testKey,
      script: storeScript,
      log,
    });
    if (!opened.ok) throw new Error(`the store cannot be opened: ${opened.error}`);
    const screen = new Screen();
    const accounts = await Accounts.load({
      store: opened.value,
      publisher: screen,
      dialer,
      clock: systemClock,
      random: systemRandom,
      log,
      sendsReceipts: () => true,
    });
    return new Person(screen, dialer, opened.value, accounts);
  }

  /** The only account. */
  get account(): Account {
    const [view] = this.accounts.views;
    const account = view && this.accounts.get(view.id);
    if (!account) throw new Error("nobody has signed in");
    return account;
  }

  signIn(user: User, server: Candidate): Promise<Result<AccountView, AppError>> {
    const { address, password } = user;
    return this.accounts.signIn({ address, password, server, isPlainAllowed: false });
  }

  async chatWith({ address }: User): Promise<ChatId> {
    const now = systemClock.now();
    const args = { account: this.account.id, address, now };
    return (await this.store.ask("chats", "openWith", args)).chat.id;
  }

  async send(to: User, body: string): Promise<MessageView> {
    const sent = await this.account.outbox.send(await this.chatWith(to), body);
    if (!sent.ok) throw new Error(`not queued: ${sent.error.kind}`);
    return sent.value;
  }

  /** The chat with somebody as the disk has it, oldest first. */
  async timeline(user: User): Promise<MessageView[]> {
    const chat = await this.chatWith(user);
    return this.store.ask("messages", "older", { chat, before: null, limit: 1_000 });
  }

  /** Ends the program. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.accounts.stopAll();
    await this.store.close();
  }
}
