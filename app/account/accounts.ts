/** All accounts, and signing in to another one. */

import { assert } from "../base/assert.ts";
import type { Clock } from "../base/clock.ts";
import type { Undo } from "../base/event.ts";
import { trustLimits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { Publisher } from "../chat/publisher.ts";
import type { AccountId } from "../contract/ids.ts";
import type { AppError } from "../contract/problems.ts";
import type { SignInForm } from "../contract/services.ts";
import type { AccountView } from "../contract/views.ts";
import type { Dialer } from "../net/dialer.ts";
import type { AccountRecord, NewAccount } from "../store/queries/accounts.ts";
import type { Store } from "../store/store.ts";
import type { ClientIdentity } from "../trust/client-identity.ts";
import { readClientIdentity } from "../trust/stored-identity.ts";
import { asciiDomain, localOf, parseBareJid, type BareJid } from "../xmpp/jid.ts";
import { Session } from "../xmpp/stream/session.ts";
import { extensions } from "../xmpp/xep/index.ts";
import { Account } from "./account.ts";
import { problemOf } from "./problem.ts";

export interface AccountsOptions {
  readonly store: Store;
  readonly publisher: Publisher;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly sendsReceipts: () => boolean;
  /** An account with a certificate came or went. */
  onIdentityUse?(): void;
}

type NewRecord = Pick<AccountRecord, "resource" | "server" | "isPlainAllowed">;

/** What an account proves itself with: at least one of the two. */
interface Proof {
  readonly password: string | null;
  readonly identity: ClientIdentity | null;
}

export class Accounts {
  readonly #options: AccountsOptions;
  readonly #accounts = new Map<AccountId, Account>();
  #signingIn: Session | null = null;
  /** A form that was sent to a server about which the person is being asked. */
  #held: { readonly question: string; readonly form: SignInForm; readonly forget: Undo } | null =
    null;

  private constructor(options: AccountsOptions) {
    this.#options = options;
  }

  /** Reads the accounts from the store. They connect with {@link connectAll}. */
  static async load(options: AccountsOptions): Promise<Accounts> {
    const accounts = new Accounts(options);
    for (const record of await options.store.ask("accounts", "list", null)) {
      await accounts.#add(record);
    }
    return accounts;
  }

  connectAll(): void {
    for (const account of this.#accounts.values()) account.start(null);
  }

  get views(): AccountView[] {
    return [...this.#accounts.values()].map((account) => account.view);
  }

  get(id: AccountId): Account | null {
    return this.#accounts.get(id) ?? null;
  }

  /** Signs in. The account is kept only if that succeeds: a form with a mistake leaves nothing behind. */
  async signIn(form: SignInForm): Promise<Result<AccountView, AppError>> {
    const address = parseBareJid(form.address.trim());
    if (!address || localOf(address) === "") return failure({ kind: "invalid-address" });
    if (this.views.some((view) => view.address === address)) {
      return failure({ kind: "already-signed-in" });
    }
    this.cancelSignIn();
    const { random, store } = this.#options;
    const { password, server, isPlainAllowed, identity: identityId = null } = form;
    // Without one, nothing may come between the click and the session that a second click cancels.
    const identity = identityId === null ? null : await readClientIdentity(store, identityId);
    if (identityId !== null && !identity) return failure({ kind: "not-found" });
    if (password === null && !identity) {
      return failure({ kind: "connection", problem: { kind: "wrong-password" } });
    }
    const record = { resource: `Linnet.${random.id().slice(0, 6)}`, server, isPlainAllowed };
    const session = this.#makeSession(address, { password, identity }, record);
    this.#signingIn = session;
    const started = await session.start();
    if (this.#signingIn !== session) {
      // The server may have answered all the same: it closes in good order and says what was on its way.
      session.close();
      return failure({ kind: "cancelled" });
    }
    this.#signingIn = null;
    if (!started.ok) {
      const problem = problemOf(started.error);
      if (problem?.kind === "certificate" && problem.question !== null) {
        this.#hold(problem.question, form);
      }
      return failure(problem ? { kind: "connection", problem } : { kind: "cancelled" });
    }
    const saved = await this.#save(session, { ...record, address, password, identity: identityId });
    const account = await this.#add(saved);
    account.start(session);
    if (identityId !== null) this.#options.onIdentityUse?.();
    return success(account.view);
  }

  /** Stores a new account; one that cannot be stored is not left signed in. */
  async #save(
    session: Session,
    account: Pick<NewAccount, "address" | "password" | "identity" | keyof NewRecord>,
  ): Promise<AccountRecord> {
    try {
      return await this.#options.store.ask("accounts", "add", {
        ...account,
        isConnected: true,
        availability: "online",
        status: "",
      });
    } catch (thrown) {
      session.close();
      throw thrown;
    }
  }

  cancelSignIn(): void {
    const session = this.#signingIn;
    this.#signingIn = null;
    session?.close();
    this.#held?.forget();
  }

  /** A person has let a server pass: whoever waited for that goes on. */
  async continueAfter(question: string): Promise<Result<null, AppError>> {
    for (const account of this.#accounts.values()) {
      const { connection } = account.view;
      const isWaiting =
        connection.kind === "stopped" &&
        connection.problem.kind === "certificate" &&
        connection.problem.question === question;
      if (isWaiting) account.reconnect();
    }
    if (this.#held?.question !== question) return success(null);
    const signedIn = await this.signIn(this.#held.form);
    return signedIn.ok ? success(null) : signedIn;
  }

  /** Keeps a form until the person has said something: nobody should have to type again. */
  #hold(question: string, form: SignInForm): void {
    const cancel = this.#options.clock.after(trustLimits.questionMs, () => {
      this.#held = null;
    });
    const forget = (): void => {
      cancel();
      this.#held = null;
    };
    this.#held = { question, form, forget };
  }

  /** Signs out and deletes what was stored of the account. */
  async remove(id: AccountId): Promise<Result<null, AppError>> {
    const account = this.#accounts.get(id);
    if (!account) return failure({ kind: "not-found" });
    account.stop();
    const { store, publisher } = this.#options;
    const removed = await store.ask("accounts", "remove", { id });
    this.#accounts.delete(id);
    this.#options.onIdentityUse?.();
    publisher.publish("accounts", { upserts: [], removals: [id] });
    publisher.publish("chats", { upserts: [], removals: removed.chats });
    publisher.publish("contacts", { upserts: [], removals: removed.contacts });
    publisher.publish("requests", { upserts: [], removals: removed.requests });
    return success(null);
  }

  /** Closes every session in good order: the program ends. */
  stopAll(): void {
    this.cancelSignIn();
    for (const account of this.#accounts.values()) account.stop();
  }

  async #add(record: AccountRecord): Promise<Account> {
    const { store, publisher, clock, random, log, sendsReceipts } = this.#options;
    const account = new Account({
      record,
      store,
      publisher,
      clock,
      random,
      log: log.child(String(record.id)),
      sendsReceipts,
      makeSession: async (current) => {
        const password = await store.ask("accounts", "password", { id: current.id });
        const address = parseBareJid(current.address);
        assert(address, "a stored address is valid");
        const identity = await readClientIdentity(store, current.identity);
        if (password === null && !identity) return null;
        return this.#makeSession(address, { password, identity }, current);
      },
    });
    await account.roster.load();
    this.#accounts.set(record.id, account);
    return account;
  }

  #makeSession(address: BareJid, proof: Proof, record: NewRecord): Session {
    const { dialer, clock, random, log } = this.#options;
    const { password, identity } = proof;
    return new Session({
      account: address,
      credentials: password === null ? null : { username: localOf(address), password },
      isPlainAllowed: record.isPlainAllowed,
      resource: record.resource,
      extensions,
      clock,
      random,
      log: log.child("session"),
      dial: () => dialer.dial(asciiDomain(address), record.server, identity),
    });
  }
}
