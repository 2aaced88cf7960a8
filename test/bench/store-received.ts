/** 10: what arrives in bulk, by the whole path – bytes, reader, session, codecs, inbox, store worker,
 *  commit, acknowledgement – against bare inserts into the same tables in the same file format. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../app/base/clock.ts";
import { Log } from "../../app/base/log.ts";
import { systemRandom } from "../../app/base/random.ts";
import { success } from "../../app/base/result.ts";
import { Inbox } from "../../app/chat/inbox.ts";
import { Outbox } from "../../app/chat/outbox.ts";
import { Hub } from "../../app/ipc/hub.ts";
import { openDatabase } from "../../app/store/database.ts";
import { queries } from "../../app/store/queries/index.ts";
import { Store } from "../../app/store/store.ts";
import { parseBareJid } from "../../app/xmpp/jid.ts";
import { Session } from "../../app/xmpp/stream/session.ts";
import { extensions } from "../../app/xmpp/xep/index.ts";
import type { Benchmark } from "./measuring/benchmark.ts";
import { owner, ownerAddress } from "./measuring/history.ts";
import type { Laboratory } from "./measuring/laboratory.ts";
import { PouringServer } from "./measuring/pouring-server.ts";
import { ratioRow } from "./measuring/report.ts";
import { inRounds } from "./measuring/rounds.ts";
import { median, slowest } from "./measuring/statistics.ts";
import { seededChance, Words } from "./measuring/words.ts";

const messages = 20_000;
const chats = 20;
const rowsPerTransaction = 500;
/** Of the server's requests for an acknowledgement. */
const stanzasPerRequest = 100;

const key = "5a".repeat(32);
const workerScript = new URL("../../app/store/worker.ts", import.meta.url);
const log = new Log("", () => undefined);

interface Arriving {
  readonly sender: string;
  readonly id: string;
  readonly body: string;
}

export const storeReceived: Benchmark = {
  number: 10,
  title: "storing what arrives in bulk",
  async measure(laboratory) {
    const arriving = inventMessages();
    const stream = asStanzas(arriving);
    const samples = await inRounds(
      laboratory.runs,
      [
        () => insertBare(emptyFile(laboratory), arriving),
        () => receiveAll(emptyFile(laboratory), stream),
      ],
      (run) => run(),
    );
    const [floors = [], ours = []] = samples;
    return [
      ratioRow({
        name: "10 storing received messages, whole path",
        unit: "messages/s",
        value: median(ours),
        floor: median(floors),
        worst: slowest(ours),
        ratioMin: 0.5,
        note: `${messages} messages of ${chats} people, ${Math.round(stream.length / messages)} bytes each on the wire`,
      }),
    ];
  },
};

function inventMessages(): Arriving[] {
  const words = new Words(seededChance(6));
  return Array.from({ length: messages }, (_each, number) => ({
    sender: `person${number % chats}@${owner.domain}`,
    id: `message-${number}`,
    body: words.message(),
  }));
}

function asStanzas(arriving: readonly Arriving[]): string {
  const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return arriving
    .map(
      ({ sender, id, body }, index) =>
        `<message from='${sender}/phone' to='${ownerAddress}' type='chat' id='${id}' xml:lang='en'>` +
        `<body>${escaped(body)}</body><origin-id xmlns='urn:xmpp:sid:0' id='${id}'/>` +
        `<stanza-id xmlns='urn:xmpp:sid:0' by='${ownerAddress}' id='archive-${index}'/>` +
        `<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>` +
        ((index + 1) % stanzasPerRequest === 0 ? `<r xmlns='urn:xmpp:sm:3'/>` : ""),
    )
    .join("");
}

function emptyFile({ folder }: Laboratory): string {
  for (const ending of ["", "-wal", "-shm"]) {
    rmSync(join(folder, `received.db${ending}`), { force: true });
  }
  return join(folder, "received.db");
}

/** Nothing but SQL, in one thread: the same columns, indices and full-text triggers. */
function insertBare(path: string, arriving: readonly Arriving[]): number {
  const db = openDatabase(path, key);
  try {
    const account = addOwner(db);
    const ids = Array.from(
      { length: chats },
      (_each, number) =>
        db
          .prepare("INSERT INTO chat (account, address, activity) VALUES (?, ?, ?)")
          .run([account, `person${number}@${owner.domain}`, number]).lastInsertRowid,
    );
    const insert = db.prepare(
      `INSERT INTO message (chat, position, sent_at, sender, stanza_id, origin_id, archive_id, body, is_cut)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    );
    const began = performance.now();
    for (let start = 0; start < arriving.length; start += rowsPerTransaction) {
      db.transaction(() => {
        for (const [index, message] of arriving
          .slice(start, start + rowsPerTransaction)
          .entries()) {
          const { sender, id, body } = message;
          const number = start + index;
          const chat = ids[number % chats] ?? 0;
          insert.run([chat, number, number, `${sender}/phone`, id, id, `archive-${number}`, body]);
        }
      })();
    }
    return (arriving.length / (performance.now() - began)) * 1_000;
  } finally {
    db.close();
  }
}

async function receiveAll(path: string, stream: string): Promise<number> {
  const before = openDatabase(path, key);
  const account = addOwner(before);
  before.close();
  const opened = await Store.open({ path, key, script: workerScript, log });
  if (!opened.ok) throw new Error(`the store did not open: ${opened.error}`);
  const store = opened.value;
  const server = new PouringServer();
  const session = makeSession(server);
  const shared = {
    account,
    store,
    publisher: new Hub(),
    clock: systemClock,
    random: systemRandom,
    log,
  };
  const outbox = new Outbox(shared);
  const inbox = new Inbox({ ...shared, outbox, onStored: () => undefined });
  inbox.attach(session);
  const started = await session.start();
  if (!started.ok) throw new Error(`no session: ${started.error.kind}`);
  const began = performance.now();
  await server.pour(stream, messages);
  const rate = (messages / (performance.now() - began)) * 1_000;
  session.close();
  await store.close();
  assertAllStored(path);
  return rate;
}

function makeSession(server: PouringServer): Session {
  const address = parseBareJid(ownerAddress);
  if (!address) throw new Error(`${ownerAddress} is no address`);
  return new Session({
    account: address,
    credentials: { username: owner.name, password: owner.password },
    isPlainAllowed: true,
    resource: "Linnet.bench",
    extensions,
    clock: systemClock,
    random: systemRandom,
    log,
    dial: () => Promise.resolve(success(server)),
  });
}

function addOwner(db: ReturnType<typeof openDatabase>) {
  return queries.accounts.add.run(db, {
    address: ownerAddress,
    resource: "Linnet.bench",
    server: null,
    isPlainAllowed: false,
    isConnected: true,
    availability: "online",
    status: "",
    password: owner.password,
  }).id;
}

/** A rate means nothing if something is missing. */
function assertAllStored(path: string): void {
  const db = openDatabase(path, key);
  const stored = db.prepare("SELECT count(*) FROM message", { pluck: true }).get();
  db.close();
  if (stored !== messages) throw new Error(`${String(stored)} of ${messages} messages were stored`);
}
