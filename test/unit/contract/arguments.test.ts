/** The guards of the contract: for every argument of every method, what fits and what does not. */

import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { argumentGuards } from "../../../app/contract/arguments.ts";
import { Call } from "../../../app/contract/wire.ts";

interface Kind {
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
}

/** Fits nowhere. */
const nonsense: readonly unknown[] = [
  undefined,
  Number.NaN,
  Infinity,
  -1,
  1.5,
  2 ** 53,
  1n,
  [],
  [1],
  {},
  new Date(0),
  new Map(),
  new Uint16Array(4),
  { kind: "unknown" },
];

/** Fits nowhere but where a file is. */
const bytes = new Uint8Array(4);

function text(charsMin: number, charsMax: number): Kind {
  return {
    good: [
      "x".repeat(Math.max(charsMin, 1)),
      "x".repeat(charsMax),
      "\0\u{1f426}\ud800 ; --".padEnd(charsMin),
    ],
    bad: [
      "x".repeat(charsMax + 1),
      ...(charsMin > 0 ? ["x".repeat(charsMin - 1)] : []),
      1,
      true,
      null,
    ],
  };
}

function choice(...options: readonly string[]): Kind {
  return {
    good: options,
    bad: ["", "other", "constructor", options[0]?.toUpperCase(), 1, true, null],
  };
}

function orNull(kind: Kind): Kind {
  return { good: [...kind.good, null], bad: kind.bad.filter((each) => each !== null) };
}

const id: Kind = { good: [1, 2 ** 53 - 1], bad: [0, -0, "1", true, null] };
const position: Kind = { good: [0, 2 ** 53 - 1], bad: ["1", true, null] };
const flag: Kind = { good: [true, false], bad: [1, 0, "true", null] };
const address = text(1, 3_071);
const password = text(1, 1_024);
const fingerprint: Kind = {
  good: ["0123456789abcdef".repeat(4)],
  bad: ["", "ab", "A".repeat(64), "g".repeat(64), `${"a".repeat(64)}\n`, 1, true, null],
};
const certificateFile: Kind = {
  good: [new Uint8Array(0), new Uint8Array(1_048_577)],
  bad: [new Uint8Array(1_048_578), [1, 2], "PEM", new ArrayBuffer(8)],
};
const contactKey: Kind = {
  good: [{ account: 1, address: "a@b" }],
  bad: [
    { account: 0, address: "a@b" },
    { account: 1 },
    { account: 1, address: "" },
    { account: 1, address: "a@b", extra: 1 },
    "a@b",
    null,
  ],
};
const anchor: Kind = {
  good: [{ kind: "end" }, { kind: "message", key: 7 }],
  bad: [
    { kind: "message" },
    { kind: "message", key: 0 },
    { kind: "message", key: "7" },
    { kind: "end", key: 7 },
    { kind: "start" },
    "end",
    null,
  ],
};
const form = { address: "a@b", password: "p", server: null, isPlainAllowed: false };
const server = { host: "h", port: 5222, tls: "direct" };
const signInForm: Kind = {
  good: [
    form,
    { ...form, server, isPlainAllowed: true },
    { ...form, server: { ...server, port: 65_535 } },
    { ...form, password: null, identity: 7 },
    { ...form, identity: null },
  ],
  bad: [
    null,
    { ...form, address: "" },
    { ...form, address: "x".repeat(3_072) },
    { ...form, password: "" },
    { ...form, password: "x".repeat(1_025) },
    { ...form, password: ["p"] },
    { ...form, isPlainAllowed: 1 },
    { ...form, identity: 0 },
    { ...form, identity: "7" },
    { ...form, server: undefined },
    { ...form, server: {} },
    { ...form, server: { ...server, port: 0 } },
    { ...form, server: { ...server, port: 65_536 } },
    { ...form, server: { ...server, port: 52.5 } },
    { ...form, server: { ...server, port: "5222" } },
    { ...form, server: { ...server, tls: "none" } },
    { ...form, server: { ...server, host: "" } },
    { ...form, server: { ...server, host: "h".repeat(256) } },
    { ...form, server: { ...server, extra: 1 } },
    { ...form, extra: 1 },
    { address: "a@b", password: "p" },
  ],
};

/** The arguments of every method. */
const methods: Readonly<Record<string, readonly Kind[]>> = {
  "app.start": [],
  "app.painted": [],
  "vault.createPassphrase": [text(8, 1_024)],
  "vault.unlock": [password],
  "vault.startAfresh": [],
  "accounts.list": [],
  "accounts.signIn": [signInForm],
  "accounts.cancelSignIn": [],
  "accounts.remove": [id],
  "accounts.setConnected": [id, flag],
  "accounts.reconnect": [id],
  "accounts.setPassword": [id, password],
  "accounts.setPresence": [id, choice("chat", "online", "away", "xa", "dnd"), text(0, 1_024)],
  "chats.list": [orNull(position)],
  "chats.openWith": [id, address],
  "chats.markRead": [id],
  "timeline.open": [id, anchor],
  "timeline.older": [id, position],
  "timeline.newer": [id, position],
  "timeline.close": [id],
  "timeline.send": [id, text(1, 65_536)],
  "timeline.sendAgain": [id],
  "roster.contacts": [orNull(contactKey)],
  "roster.requests": [],
  "roster.add": [id, address, text(0, 256)],
  "roster.rename": [id, address, text(0, 256)],
  "roster.remove": [id, address],
  "roster.accept": [id, address],
  "roster.decline": [id, address],
  "search.messages": [text(0, 256), orNull(id)],
  "identities.list": [],
  "identities.importFile": [orNull(password)],
  "identities.choose": [{ good: [0, 100], bad: ["0", 101, true, null] }],
  "identities.cancel": [],
  "identities.create": [
    choice("p-256", "p-384", "ed25519", "rsa-3072"),
    address,
    choice("request", "self-signed"),
  ],
  "identities.importReply": [id],
  "identities.exportFile": [id, password],
  "identities.rename": [id, text(1, 256)],
  "identities.remove": [id],
  "identities.useFor": [id, orNull(id)],
  "identities.dismissReminder": [id],
  "identities.onServer": [id],
  "identities.addToServer": [id, id],
  "identities.disableOnServer": [id, text(0, 256)],
  "identities.revokeOnServer": [id, text(0, 256)],
  "settings.get": [],
  "settings.setTheme": [choice("system", "light", "dark")],
  "settings.setSendsReceipts": [flag],
  "settings.importAuthorities": [orNull(certificateFile)],
  "settings.removeAuthority": [text(0, 128)],
  "trust.get": [],
  "trust.question": [text(1, 64)],
  "trust.decide": [text(1, 64), choice("cancel", "once", "always")],
  "trust.authorities": [text(0, 256), orNull(fingerprint)],
  "trust.servers": [],
  "trust.distrusted": [],
  "trust.details": [fingerprint],
  "trust.distrust": [fingerprint],
  "trust.restore": [fingerprint],
  "trust.removeException": [id],
  "trust.removePin": [id],
  "trust.setRevocation": [choice("off", "soft", "hard")],
  "trust.setRemembersKeys": [flag],
};

const guards = new Map<string, v.GenericSchema>(
  Object.entries(argumentGuards).flatMap(([service, each]) =>
    Object.entries(each).map(([method, guard]): [string, v.GenericSchema] => [
      `${service}.${method}`,
      guard as v.GenericSchema,
    ]),
  ),
);

function fits(name: string, args: unknown): boolean {
  const guard = guards.get(name);
  if (!guard) throw new Error(`no guard for ${name}`);
  return v.safeParse(guard, args).success;
}

test("every method of the contract is covered here", () => {
  expect(Object.keys(methods).toSorted()).toEqual([...guards.keys()].toSorted());
});

describe.each(Object.entries(methods))("%s", (name, kinds) => {
  const valid = kinds.map(({ good }) => good[0]);

  test("takes what fits", () => {
    expect(fits(name, valid)).toBe(true);
    for (const [index, { good }] of kinds.entries()) {
      for (const value of good) {
        expect({ value, fits: fits(name, valid.with(index, value)) }).toEqual({
          value,
          fits: true,
        });
      }
    }
  });

  test("refuses what does not fit, in each place", () => {
    for (const [index, { good, bad }] of kinds.entries()) {
      const isFile = good.some((value) => value instanceof Uint8Array);
      for (const value of [...bad, ...nonsense, ...(isFile ? [] : [bytes])]) {
        expect({ value, fits: fits(name, valid.with(index, value)) }).toEqual({
          value,
          fits: false,
        });
      }
    }
  });

  test("refuses too few and too many arguments, and what is no list", () => {
    if (kinds.length > 0) expect(fits(name, valid.slice(0, -1))).toBe(false);
    for (const extra of [undefined, null, 1, "x", {}]) {
      expect(fits(name, [...valid, extra])).toBe(false);
    }
    for (const value of [null, undefined, {}, "args", 1, new Map()]) {
      expect(fits(name, value)).toBe(false);
    }
  });
});

describe("names that every object has", () => {
  test("never come through with the arguments", () => {
    const hostile = JSON.parse(
      `{"address": "a@b", "password": "p", "server": null, "isPlainAllowed": false,
        "__proto__": {"isAdmin": true}, "constructor": 1, "toString": "x"}`,
    ) as unknown;
    const parsed = v.safeParse(argumentGuards.accounts.signIn, [hostile]);
    const [received] = parsed.success ? parsed.output : [form];
    expect(Object.keys(received).toSorted()).toEqual(Object.keys(form).toSorted());
    expect("isAdmin" in received).toBe(false);
  });
});

describe("a call", () => {
  const call = { id: 0, service: "app", method: "start", args: [] };

  test.each([
    ["a call", call],
    ["eight arguments", { ...call, args: [1, 2, 3, 4, 5, 6, 7, 8] }],
  ])("is %s", (_what, value) => {
    expect(v.safeParse(Call, value).success).toBe(true);
  });

  test.each([
    ["nothing", undefined],
    ["null", null],
    ["a text", "app.start"],
    ["a number", 1],
    ["a list", [call]],
    ["an empty object", {}],
    ["without an id", { service: "app", method: "start", args: [] }],
    ["an id below zero", { ...call, id: -1 }],
    ["an id that is no number", { ...call, id: Number.NaN }],
    ["an id between numbers", { ...call, id: 0.5 }],
    ["an id beyond safe numbers", { ...call, id: 2 ** 53 }],
    ["an id in words", { ...call, id: "0" }],
    ["a service that is no text", { ...call, service: ["app"] }],
    ["a long service", { ...call, service: "a".repeat(33) }],
    ["a long method", { ...call, method: "a".repeat(33) }],
    ["arguments that are no list", { ...call, args: { length: 0 } }],
    ["nine arguments", { ...call, args: [1, 2, 3, 4, 5, 6, 7, 8, 9] }],
    ["more than a call", { ...call, extra: 1 }],
  ])("is not %s", (_what, value) => {
    expect(v.safeParse(Call, value).success).toBe(false);
  });
});
