/** What the arguments of every call must look like: the guard that the dispatcher runs. A method
 *  without an entry here does not compile, and cannot be called. */

import * as v from "valibot";
import { AccountId, ChatId, IdentityId, MessageKey, Position } from "./ids.ts";
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

const certificateFile = v.pipe(
  v.instance(Uint8Array),
  v.check(({ byteLength }) => byteLength <= limits.certificateFileBytesMax),
);

const contactKey = v.strictObject({ account: AccountId, address });

const questionId = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const fingerprint = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const recordId = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

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
        password: v.nullable(password),
        identity: v.exactOptional(v.nullable(IdentityId)),
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
  identities: {
    list: none,
    importFile: v.strictTuple([v.nullable(password)]),
    choose: v.strictTuple([
      v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.keysMax)),
    ]),
    cancel: none,
    create: v.strictTuple([
      v.picklist(["p-256", "p-384", "ed25519", "rsa-3072"]),
      address,
      v.picklist(["request", "self-signed"]),
    ]),
    importReply: v.strictTuple([IdentityId]),
    exportFile: v.strictTuple([IdentityId, password]),
    rename: v.strictTuple([IdentityId, v.pipe(name, v.minLength(1))]),
    remove: v.strictTuple([IdentityId]),
    useFor: v.strictTuple([AccountId, v.nullable(IdentityId)]),
    dismissReminder: v.strictTuple([IdentityId]),
    onServer: v.strictTuple([AccountId]),
    addToServer: v.strictTuple([AccountId, IdentityId]),
    disableOnServer: v.strictTuple([AccountId, name]),
    revokeOnServer: v.strictTuple([AccountId, name]),
  },
  settings: {
    get: none,
    setTheme: v.strictTuple([v.picklist(["system", "light", "dark"])]),
    setSendsReceipts: v.strictTuple([v.boolean()]),
    importAuthorities: v.strictTuple([v.nullable(certificateFile)]),
    removeAuthority: v.strictTuple([v.pipe(v.string(), v.maxLength(128))]),
  },
  trust: {
    get: none,
    question: v.strictTuple([questionId]),
    decide: v.strictTuple([questionId, v.picklist(["cancel", "once", "always"])]),
    authorities: v.strictTuple([query, v.nullable(fingerprint)]),
    servers: none,
    distrusted: none,
    details: v.strictTuple([fingerprint]),
    distrust: v.strictTuple([fingerprint]),
    restore: v.strictTuple([fingerprint]),
    removeException: v.strictTuple([recordId]),
    removePin: v.strictTuple([recordId]),
    setRevocation: v.strictTuple([v.picklist(["off", "soft", "hard"])]),
    setRemembersKeys: v.strictTuple([v.boolean()]),
  },
} satisfies Guards;
