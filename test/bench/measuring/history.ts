/** A store with years of use in it: 1,000,000 messages in 200 chats, written by the program's own
 *  queries. It takes minutes to make, so it is kept until the store or this file changes. */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import type { Database } from "@signalapp/sqlcipher";
import { Log } from "../../../app/base/log.ts";
import type { AccountId, ChatId, Position } from "../../../app/contract/ids.ts";
import type { ChatView } from "../../../app/contract/views.ts";
import { openDatabase } from "../../../app/store/database.ts";
import { queries } from "../../../app/store/queries/index.ts";
import type { ReceivedMessage } from "../../../app/store/queries/messages.ts";
import { Vault } from "../../../app/store/vault.ts";
import { seededChance, Words } from "./words.ts";

const { accounts, chats, contacts, messages } = queries;
const project = resolve(import.meta.dirname, "../../..");

/** Whose history it is. */
export const owner = {
  domain: "bench.linnet.test",
  name: "owner",
  password: "a password for nobody",
};
export const ownerAddress = `${owner.name}@${owner.domain}`;

/** Chats that benchmarks know by name; they have as many messages as they say, and one more that puts
 *  them at the top of the list. */
export const knownChats = {
  /** Open when the program starts. */
  last: { address: `ada@${owner.domain}`, name: "Ada Long", messages: 20_000 },
  first: { address: `bea@${owner.domain}`, name: "Bea Thousand", messages: 1_000 },
  second: { address: `cai@${owner.domain}`, name: "Cai Thousand", messages: 1_000 },
  tenThousand: { address: `dov@${owner.domain}`, name: "Dov Tenthousand", messages: 10_000 },
  /** An account on the server: see server.ts. */
  watcher: { address: `watcher@${owner.domain}`, name: "Fay Watcher", messages: 1_000 },
  hundredThousand: {
    address: `eli@${owner.domain}`,
    name: "Eli Hundredthousand",
    messages: 100_000,
  },
} as const;

const chatsTotal = 200;
const messagesTotal = 1_000_000;
/** Three years, up to two hours ago: the last messages of the known chats come after it. */
const lastsMs = 3 * 365 * 86_400_000;
const endedMs = 2 * 3_600_000;
const ownShare = 0.3;

export interface History {
  /** With linnet.db and vault.json, as the program's own folder has them. */
  readonly folder: string;
  /** What has to be in the keychain for the program to open it. */
  readonly keychain: { readonly entry: string; readonly key: string };
}

/** The words that are in it. */
export function historyWords(): Words {
  return new Words(seededChance(1));
}

/** Finds the history, or makes it. */
export async function provideHistory(): Promise<History> {
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "linnet");
  mkdirSync(cache, { recursive: true });
  const name = `bench-store-${fingerprint()}`;
  const folder = join(cache, name);
  const known = readKeychainEntry(folder);
  if (known) return { folder, keychain: known };
  // What was made for another version of the store, or not finished.
  for (const each of readdirSync(cache)) {
    if (each.startsWith("bench-store-"))
      rmSync(join(cache, each), { recursive: true, force: true });
  }
  const unfinished = join(cache, `${name}.unfinished`);
  mkdirSync(unfinished);
  const keychain = await makeVault(unfinished);
  writeHistory(join(unfinished, "linnet.db"), keychain.key);
  writeFileSync(join(unfinished, keychainFile), JSON.stringify(keychain));
  renameSync(unfinished, folder);
  return { folder, keychain };
}

/** The key of a store with nothing but invented messages in it may lie beside it. */
const keychainFile = "keychain.json";

function readKeychainEntry(folder: string): History["keychain"] | null {
  try {
    return JSON.parse(readFileSync(join(folder, keychainFile), "utf8")) as History["keychain"];
  } catch {
    // Not made yet.
    return null;
  }
}

/** Names everything that decides what is in the store. */
function fingerprint(): string {
  const hash = createHash("sha256");
  const sources = readdirSync(join(project, "app/store"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(project, "app/store", path));
  const writers = ["history.ts", "words.ts"].map((path) => join(import.meta.dirname, path));
  for (const path of [...sources, ...writers].toSorted()) {
    hash.update(relative(project, path)).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

/** A vault in a keychain, which is this object: the real one gets the entry before each run. */
async function makeVault(folder: string): Promise<History["keychain"]> {
  const written: { entry: string; key: string }[] = [];
  const keychain = {
    read: (entry: string): Promise<string | null> =>
      Promise.resolve(written.find((each) => each.entry === entry)?.key ?? null),
    write: (entry: string, key: string): Promise<void> => {
      written.push({ entry, key });
      return Promise.resolve();
    },
    remove: (): Promise<void> => Promise.resolve(),
  };
  const vault = new Vault(folder, keychain, new Log("", () => undefined));
  const created = await vault.createInKeychain();
  const [entry] = written;
  if (!created.ok || !entry) throw new Error("no vault could be made");
  return entry;
}

interface Correspondent {
  readonly address: string;
  readonly name: string;
  readonly messages: number;
}

function writeHistory(path: string, key: string): void {
  console.log("Making a history of 1,000,000 messages, once (Ctrl+C ends it without harm) …");
  const db = openDatabase(path, key);
  try {
    const words = historyWords();
    const people = correspondents();
    const account = db.transaction(() => addOwner(db, people))();
    const order = shuffledOrder(people);
    const beginning = Date.now() - endedMs - lastsMs;
    const stepMs = lastsMs / order.length;
    const chance = seededChance(2);
    let written = 0;
    while (written < order.length) {
      // Towards the end in small steps: in what is on the screen, people answer each other.
      const step = order.length - written > 20_000 ? 500 : 5;
      const part = order.slice(written, written + step);
      const startMs = beginning + written * stepMs;
      db.transaction(() => {
        writeConversation(db, { account, people, part, startMs, stepMs, chance, words, written });
      })();
      written += part.length;
      if (written % 50_000 === 0) console.log(`  ${written.toLocaleString("en")} messages`);
    }
    db.transaction(() => {
      finish(db, account, people, words);
    })();
    db.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
}

function addOwner(db: Database, people: readonly Correspondent[]): AccountId {
  const { id } = accounts.add.run(db, {
    address: ownerAddress,
    resource: "Linnet.bench",
    // The port is another one in every run: see profile.ts.
    server: { host: "127.0.0.1", port: 5223, tls: "direct" },
    isPlainAllowed: false,
    isConnected: true,
    availability: "online",
    status: "",
    password: owner.password,
  });
  contacts.replace.run(db, {
    account: id,
    version: "",
    contacts: people.map(({ address, name }) => ({
      account: id,
      address,
      name,
      groups: [],
      subscription: "none",
      isAsking: false,
    })),
  });
  return id;
}

/** The known chats, and others of which a few have most of the messages. */
export function correspondents(): Correspondent[] {
  const known: readonly Correspondent[] = Object.values(knownChats);
  const chance = seededChance(3);
  const names = new Words(chance);
  const others = chatsTotal - known.length;
  const rest = messagesTotal - known.reduce((sum, each) => sum + each.messages, 0);
  const weights = Array.from({ length: others }, (_each, index) => 1 / (index + 2));
  const sum = weights.reduce((a, b) => a + b, 0);
  const people = weights.map((weight, index) => {
    const [first, last] = [names.name(), names.name()];
    return {
      address: `${first}.${last}${index}@${owner.domain}`.toLowerCase(),
      name: `${first} ${last}`,
      messages: Math.round((weight / sum) * rest),
    };
  });
  return [...known, ...people];
}

/** Whose message comes when: every chat's messages spread over the whole time. */
function shuffledOrder(people: readonly Correspondent[]): Uint8Array {
  const order = Uint8Array.from(
    people.flatMap(({ messages: count }, index) => Array<number>(count).fill(index)),
  );
  const chance = seededChance(4);
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(chance() * (index + 1));
    [order[index], order[other]] = [order[other] ?? 0, order[index] ?? 0];
  }
  return order;
}

interface Part {
  readonly account: AccountId;
  readonly people: readonly Correspondent[];
  /** Indices into `people`. */
  readonly part: Uint8Array;
  readonly startMs: number;
  readonly stepMs: number;
  readonly chance: () => number;
  readonly words: Words;
  readonly written: number;
}

/** Receives and answers: first what came in this time, then what we said to it. */
function writeConversation(db: Database, args: Part): void {
  const { account, people, part, startMs, stepMs, chance, words, written } = args;
  const received: ReceivedMessage[] = [];
  const sent: string[] = [];
  for (const [index, person] of part.entries()) {
    const { address = "" } = people[person] ?? {};
    if (chance() < ownShare) {
      sent.push(address);
      continue;
    }
    received.push(
      receivedMessage(account, address, {
        number: written + index,
        sentAt: Math.round(startMs + index * stepMs),
        body: words.message(),
      }),
    );
  }
  const now = Math.round(startMs + part.length * stepMs);
  messages.receive.run(db, { batch: received, now });
  for (const [index, address] of sent.entries()) {
    sendMessage(db, account, address, {
      number: written + index,
      sentAt: now,
      body: words.message(),
    });
  }
}

/** Almost everything is read, and the known chats are the latest. */
function finish(
  db: Database,
  account: AccountId,
  people: readonly Correspondent[],
  words: Words,
): void {
  const now = Date.now();
  let minutesAgo = 60;
  let number = messagesTotal;
  const next = (): MessageText => {
    const sentAt = now - --minutesAgo * 60_000;
    return { number: ++number, sentAt, body: words.message() };
  };
  const receive = (address: string, text: MessageText): void => {
    const batch = [receivedMessage(account, address, text)];
    messages.receive.run(db, { batch, now: text.sentAt });
  };
  for (const chat of allChats(db)) chats.markRead.run(db, { id: chat });
  const known = Object.values(knownChats);
  for (const { address } of people.slice(known.length, known.length + 30)) receive(address, next());
  for (const { address } of known.toReversed()) receive(address, next());
  // What is seen first has messages of both sides.
  for (let exchange = 0; exchange < 8; exchange++) {
    sendMessage(db, account, knownChats.last.address, next());
    receive(knownChats.last.address, next());
  }
  for (const { address } of known) {
    const { chat } = chats.openWith.run(db, { account, address, now });
    chats.markRead.run(db, { id: chat.id });
  }
}

function allChats(db: Database): ChatId[] {
  const all: ChatId[] = [];
  for (let before: Position | null = null; ;) {
    const page: ChatView[] = chats.page.run(db, { before, limit: 100 });
    all.push(...page.map((chat) => chat.id));
    const last = page.at(-1);
    if (!last) return all;
    before = last.activity;
  }
}

interface MessageText {
  /** Makes its ids unique. */
  readonly number: number;
  readonly sentAt: number;
  readonly body: string;
}

function sendMessage(
  db: Database,
  account: AccountId,
  address: string,
  { number, sentAt, body }: MessageText,
): void {
  const { chat } = chats.openWith.run(db, { account, address, now: sentAt });
  const message = { chat: chat.id, stanzaId: `own-${number}`, body, now: sentAt };
  const changes = messages.queue.run(db, message);
  // What waits in the outbox would be sent by the next connection.
  messages.markSent.run(db, { keys: changes?.messages.map(({ key }) => key) ?? [] });
}

function receivedMessage(
  account: AccountId,
  address: string,
  { number, sentAt, body }: MessageText,
): ReceivedMessage {
  return {
    account,
    address,
    sender: `${address}/phone`,
    sentAt,
    isDelayed: false,
    stanzaId: `received-${number}`,
    originId: `origin-${number}`,
    archiveId: `archive-${number}`,
    body,
    isCut: false,
  };
}
