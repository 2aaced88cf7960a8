/** The chat layer of one account as account/ puts it together, over a real session with a server in
 *  memory and a real store. */

import { FakeClock } from "../../../app/base/clock.fake.ts";
import { systemRandom } from "../../../app/base/random.ts";
import { Inbox } from "../../../app/chat/inbox.ts";
import { Outbox } from "../../../app/chat/outbox.ts";
import { Roster } from "../../../app/chat/roster.ts";
import type { AccountId } from "../../../app/contract/ids.ts";
import type { Store } from "../../../app/store/store.ts";
import type { Message } from "../../../app/xmpp/stanza/message.ts";
import type { Session } from "../../../app/xmpp/stream/session.ts";
import {
  MemoryServer,
  type MemoryConnection,
  type MemoryServerOptions,
} from "../../lab/memory-server.ts";
import { makeFolder, openStore } from "../../lab/profile-folder.ts";
import { RecordedChanges } from "../../lab/recorded-changes.ts";
import { recordedLog, type RecordedLog } from "../../lab/recorded-log.ts";
import { Recorder } from "../../lab/recorder.ts";
import { addAccount } from "../../lab/stored-data.ts";

export interface Stage {
  readonly folder: string;
  readonly store: Store;
  readonly account: AccountId;
  readonly clock: FakeClock;
  readonly log: RecordedLog;
  readonly changes: RecordedChanges;
  readonly server: MemoryServer;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly roster: Roster;
  /** Messages of others that were new. */
  readonly stored: Recorder<Message>;
  /** Signs in and attaches the chat layer. */
  readonly connect: () => Promise<Connected>;
}

export interface Connected {
  readonly session: Session;
  readonly connection: MemoryConnection;
  /** Detaches the chat layer, as account/ does when a session is over. */
  readonly leave: () => void;
}

export interface StageOptions extends MemoryServerOptions {
  readonly folder?: string;
  /** What the parts see instead of the store itself. */
  readonly wrap?: (store: Store) => Store;
}

export async function makeStage(options: StageOptions = {}): Promise<Stage> {
  const { folder = makeFolder(), wrap = (store) => store, ...serverOptions } = options;
  const store = await openStore({ folder });
  const [known] = await store.ask("accounts", "list", null);
  const record = known ?? (await addAccount(store));
  const clock = new FakeClock();
  const log = recordedLog();
  const changes = new RecordedChanges();
  const server = new MemoryServer(serverOptions);
  const stored = new Recorder<Message>();
  const shared = {
    account: record.id,
    store: wrap(store),
    publisher: changes,
    clock,
    random: systemRandom,
    log: log.log,
  };
  const outbox = new Outbox(shared);
  const inbox = new Inbox({
    ...shared,
    outbox,
    onStored: (message) => {
      stored.add(message);
    },
  });
  const roster = new Roster({ ...shared, version: record.rosterVersion });
  await roster.load();
  const connect = async (): Promise<Connected> => {
    const session = server.makeSession(clock, log.log);
    const started = await session.start();
    const connection = server.connections.at(-1);
    if (!started.ok || !connection) throw new Error("signing in failed");
    const undos = [inbox.attach(session), roster.attach(session), outbox.attach(session)];
    const leave = (): void => {
      for (const undo of undos.splice(0).toReversed()) undo();
    };
    void session.over.then(leave);
    return { session, connection, leave };
  };
  const account = record.id;
  return {
    folder,
    store,
    account,
    clock,
    log,
    changes,
    server,
    outbox,
    inbox,
    roster,
    stored,
    connect,
  };
}
