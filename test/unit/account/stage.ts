/** One account over a server in memory, with a clock that stands still. */

import { Account, type AccountOptions } from "../../../app/account/account.ts";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import { systemRandom } from "../../../app/base/random.ts";
import type { ConnectionView } from "../../../app/contract/views.ts";
import type { AccountRecord, NewAccount } from "../../../app/store/queries/accounts.ts";
import type { Store } from "../../../app/store/store.ts";
import type { Session } from "../../../app/xmpp/stream/session.ts";
import type { TransportFailure } from "../../../app/xmpp/stream/transport.ts";
import { MemoryServer, type MemoryConnection } from "../../lab/memory-server.ts";
import { openStore } from "../../lab/profile-folder.ts";
import { RecordedChanges } from "../../lab/recorded-changes.ts";
import { recordedLog, type RecordedLog } from "../../lab/recorded-log.ts";
import { addAccount } from "../../lab/stored-data.ts";

export interface AccountStage {
  readonly account: Account;
  readonly record: AccountRecord;
  readonly store: Store;
  readonly clock: FakeClock;
  readonly log: RecordedLog;
  readonly changes: RecordedChanges;
  readonly server: MemoryServer;
  /** Resolves with the view once the account is connected in this way, from now on. */
  readonly enters: <K extends ConnectionView["kind"]>(
    kind: K,
  ) => Promise<Extract<ConnectionView, { kind: K }>>;
  /** Goes online and returns the connection. */
  readonly goOnline: () => Promise<MemoryConnection>;
}

export interface AccountStageOptions {
  readonly stored?: Partial<NewAccount>;
  readonly sendsReceipts?: () => boolean;
  readonly makeSession?: AccountOptions["makeSession"];
}

export async function makeAccount(options: AccountStageOptions = {}): Promise<AccountStage> {
  const store = await openStore();
  const server = new MemoryServer();
  const record = await addAccount(store, "ana@home.example", options.stored);
  const clock = new FakeClock();
  const log = recordedLog();
  const changes = new RecordedChanges();
  const makeSession = async (): Promise<Session | null> => {
    const password = await store.ask("accounts", "password", { id: record.id });
    return password === null ? null : server.makeSession(clock, log.log, password);
  };
  const account = new Account({
    record,
    store,
    publisher: changes,
    clock,
    // The longest of what the back-off may choose: attempts are counted below.
    random: { ...systemRandom, fraction: () => 0.999 },
    log: log.log,
    sendsReceipts: options.sendsReceipts ?? (() => true),
    makeSession: options.makeSession ?? makeSession,
  });
  await account.roster.load();

  const enters = <K extends ConnectionView["kind"]>(
    kind: K,
  ): Promise<Extract<ConnectionView, { kind: K }>> => {
    const seen = changes.connections().length;
    return changes.all.until(() =>
      changes
        .connections()
        .slice(seen)
        .find((view): view is Extract<ConnectionView, { kind: K }> => view.kind === kind),
    );
  };
  const goOnline = async (): Promise<MemoryConnection> => {
    const online = enters("online");
    account.start(null);
    await online;
    const connection = server.connections.at(-1);
    if (!connection) throw new Error("online without a connection");
    return connection;
  };
  return { account, record, store, clock, log, changes, server, enters, goOnline };
}

export const dayMs = 86_400_000;
export const refused: TransportFailure = { kind: "refused", host: "home.example", port: 5222 };

/** Lets the time of a retry come, and what follows from it. */
export async function letRetry(stage: AccountStage): Promise<void> {
  const { connection } = stage.account.view;
  if (connection.kind !== "waiting") throw new Error(`nothing to wait for: ${connection.kind}`);
  const next = Promise.race([
    stage.enters("waiting"),
    stage.enters("online"),
    stage.enters("stopped"),
  ]);
  await stage.clock.advance(connection.retryAt - stage.clock.now());
  await next;
}
