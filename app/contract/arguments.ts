/** What the arguments of every call must look like: the guard that the dispatcher runs. A method
 *  without an entry here does not compile, and cannot be called. */

import * as v from "valibot";
import { AccountId, ChatId, MessageKey, Position } from "./ids.ts";
import { contractLimits } from "./limits.ts";
import type { Arguments, MethodName, ServiceName } from "./wire.ts";

const limits = contractLimits;
const none = v.strictTuple([]);
const address = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.addressCharsMax));
const name = v.pipe(v.string(), v.maxLength(limits.nameCharsMax));
const status = v.pipe(v.string(), v.maxLength(limits.statusCharsMax));
const password = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.passwordCharsMax));
const body = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.messageCharsMax));
const query = v.pipe(v.string(), v.maxLength(limits.queryCharsMax));
const availability = v.picklist(["chat", "online", "away", "xa", "dnd"]);

const manualServer = v.strictObject({
  host: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  tls: v.picklist(["direct", "starttls"]),
});

const anchor = v.variant("kind", [
  v.strictObject({ kind: v.literal("end") }),
  v.strictObject({ kind: v.literal("message"), key: MessageKey }),
]);

const contactKey = v.strictObject({ account: AccountId, address });

type Guards = {
  readonly [S in ServiceName]: {
    readonly [M in MethodName<S>]: v.GenericSchema<unknown, Arguments<S, M>>;
  };
};

export const argumentGuards = {
  app: { start: none, painted: none },
  vault: {
    createPassphrase: v.strictTuple([v.pipe(password, v.minLength(8))]),
    unlock: v.strictTuple([password]),
    startAfresh: none,
  },
  accounts: {
    list: none,
    signIn: v.strictTuple([
      v.strictObject({
        address,
        password,
        server: v.nullable(manualServer),
        isPlainAllowed: v.boolean(),
      }),
    ]),
    cancelSignIn: none,
    remove: v.strictTuple([AccountId]),
    setConnected: v.strictTuple([AccountId, v.boolean()]),
    reconnect: v.strictTuple([AccountId]),
    setPassword: v.strictTuple([AccountId, password]),
    setPresence: v.strictTuple([AccountId, availability, status]),
  },
  chats: {
    list: v.strictTuple([v.nullable(Position)]),
    openWith: v.strictTuple([AccountId, address]),
    markRead: v.strictTuple([ChatId]),
  },
  timeline: {
    open: v.strictTuple([ChatId, anchor]),
    older: v.strictTuple([ChatId, Position]),
    newer: v.strictTuple([ChatId, Position]),
    close: v.strictTuple([ChatId]),
    send: v.strictTuple([ChatId, body]),
    sendAgain: v.strictTuple([MessageKey]),
  },
  roster: {
    contacts: v.strictTuple([v.nullable(contactKey)]),
    requests: none,
    add: v.strictTuple([AccountId, address, name]),
    rename: v.strictTuple([AccountId, address, name]),
    remove: v.strictTuple([AccountId, address]),
    accept: v.strictTuple([AccountId, address]),
    decline: v.strictTuple([AccountId, address]),
  },
  search: { messages: v.strictTuple([query, v.nullable(ChatId)]) },
  settings: {
    get: none,
    setTheme: v.strictTuple([v.picklist(["system", "light", "dark"])]),
    setSendsReceipts: v.strictTuple([v.boolean()]),
    importAuthorities: none,
    removeAuthority: v.strictTuple([v.pipe(v.string(), v.maxLength(128))]),
  },
} satisfies Guards;
