/** Calls of a page that may have been taken over: whatever it sends, it gets an answer or nothing. */

import { describe, expect, test } from "vitest";
import { contractLimits } from "../../../app/contract/limits.ts";
import { success } from "../../../app/base/result.ts";
import { Subscriber } from "../../../app/ipc/hub.ts";
import { StoreError } from "../../../app/store/store.ts";
import { makeProgram } from "./stage.ts";

test("a call to something that is not in the contract is refused", async () => {
  const { openWindow } = await makeProgram();
  const window = openWindow();
  const names = [
    ["nothing", "start"],
    ["app", "nothing"],
    ["app", ""],
    ["", "start"],
    ["", ""],
    ["constructor", "constructor"],
    ["__proto__", "toString"],
    ["app", "__proto__"],
    ["app", "constructor"],
    ["app", "toString"],
    ["app", "hasOwnProperty"],
    ["app.start", ""],
    ["app", "start.call"],
    ["App", "start"],
    ["accounts", "get"],
    ["accounts", "views"],
    ["vault", "open"],
  ] as const;
  for (const [service, method] of names) {
    for (const args of [[], ["x"], [1, 2]]) {
      const reply = await window.callAnything(service, method, args);
      expect({ service, method, reply }).toMatchObject({
        reply: { ok: false, error: { kind: "bad-call" } },
      });
    }
  }
});

describe("what is not a call at all", () => {
  test("is passed over: there is nobody to answer", async () => {
    const { openWindow, log } = await makeProgram();
    const window = openWindow();
    const values: unknown[] = [
      undefined,
      null,
      0,
      "app.start",
      true,
      1n,
      [],
      {},
      new Map([["id", 1]]),
      new Uint8Array(8),
      new Error("x"),
      { id: Number.NaN, service: "app", method: "start", args: [] },
      { id: -1, service: "app", method: "start", args: [] },
      { id: 1, service: "app", method: "start" },
      { id: 1, service: { toString: () => "app" }, method: "start", args: [] },
      { id: 1, service: "app", method: "start", args: [], __proto__: { extra: 1 }, more: 1 },
    ];
    for (const value of values) await window.receive(value);
    expect(window.deliveries.items).toEqual([]);
    expect(log.entries).toHaveLength(values.length);
    // The window is none the worse for it.
    expect((await window.call("app", "start")).ok).toBe(true);
  });
});

describe("arguments that do not fit", () => {
  const secret = "hunter2-the-password";

  test("are refused, and nothing of them is logged or repeated", async () => {
    const { openWindow, log } = await makeProgram();
    const window = openWindow();
    const calls: readonly (readonly [string, string, readonly unknown[]])[] = [
      ["accounts", "setPassword", ["x", secret]],
      ["accounts", "setPassword", [Number.NaN, secret]],
      ["accounts", "setPassword", [-1, secret]],
      ["vault", "unlock", [secret.repeat(100)]],
      ["vault", "unlock", [secret, secret]],
      ["vault", "unlock", [[secret]]],
      ["accounts", "signIn", [secret]],
      [
        "accounts",
        "signIn",
        [
          {
            address: secret,
            password: secret,
            server: null,
            isPlainAllowed: true,
            [secret]: secret,
          },
        ],
      ],
      ["timeline", "send", [1, secret.repeat(10_000)]],
      ["settings", "setTheme", [secret]],
      ["timeline", "open", [1, { kind: secret }]],
      ["vault", "unlock", []],
    ];
    for (const [service, method, args] of calls) {
      log.entries.splice(0);
      const reply = await window.callAnything(service, method, args);
      expect(reply).toEqual({
        ok: false,
        error: { kind: "bad-call", detail: `arguments of ${service}.${method}` },
      });
      expect(log.entries).toHaveLength(1);
      expect(log.text()).not.toContain("hunter2");
      expect(log.text().length).toBeLessThan(200);
    }
  });
});

describe("calls in flight", () => {
  test("are at most thirty-two for a window; another window has its own", async () => {
    const waiting: (() => void)[] = [];
    const { openWindow } = await makeProgram({
      replace: (handlers) => ({
        ...handlers,
        search: {
          messages: () =>
            new Promise((resolve) => {
              waiting.push(() => {
                resolve(success([]));
              });
            }),
        },
      }),
    });
    const [one, two] = [openWindow(), openWindow()];
    const max = contractLimits.callsInFlightMax;
    const search = (id: number): unknown => ({
      id,
      service: "search",
      method: "messages",
      args: ["x", null],
    });
    const calls = Array.from({ length: max }, (_, id) => one.receive(search(id)));
    await one.receive(search(max));
    expect(await one.answerTo(max)).toEqual({ ok: false, error: { kind: "too-many-calls" } });
    expect(one.deliveries.items).toHaveLength(1);
    const tooMany = { ok: false, error: { kind: "too-many-calls" } };
    expect(await one.call("app", "start")).toEqual(tooMany);
    expect((await two.call("app", "start")).ok).toBe(true);

    waiting[0]?.();
    await calls[0];
    expect((await one.call("app", "start")).ok).toBe(true);
    for (const answer of waiting) answer();
    await Promise.all(calls);
    expect(await one.answerTo(max - 1)).toEqual({ ok: true, value: [] });
  });

  test("are answered each for itself, in whatever order they finish", async () => {
    const { openWindow } = await makeProgram();
    const window = openWindow();
    const replies = await Promise.all([
      window.callAnything("search", "messages", ["slow", null]),
      window.callAnything("app", "start", []),
      window.callAnything("nothing", "nothing", []),
    ]);
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, false]);
  });
});

test("a window that went while its calls were answered does not use up its calls", async () => {
  const { dispatcher, clock } = await makeProgram();
  let isGone = true;
  const answers: unknown[] = [];
  const subscriber = new Subscriber((delivery) => {
    if (isGone) throw new Error("the port is closed");
    answers.push(...delivery.answers);
  }, clock);
  const receive = dispatcher.connect(subscriber);
  const start = { id: 1, service: "app", method: "start", args: [] };
  for (let call = 0; call < 40; call++) await receive(start).catch(() => undefined);
  isGone = false;
  await receive(start);
  expect(answers.at(-1)).toMatchObject({ reply: { ok: true } });
});

describe("a handler that fails", () => {
  test.each([
    [
      "because of the disk",
      new StoreError("disk-full", "database or disk is full"),
      { kind: "store", problem: "disk-full" },
    ],
    ["because of us", new TypeError("undefined is not a function"), { kind: "internal" }],
    ["with something that is no error", "a text", { kind: "internal" }],
  ])("is an answer like any other: %s", async (_why, thrown, error) => {
    const failures = [
      () => {
        throw thrown;
      },
      () => Promise.reject(thrown),
    ];
    for (const fail of failures) {
      const { openWindow, log } = await makeProgram({
        replace: (handlers) => ({ ...handlers, search: { messages: fail } }),
      });
      const window = openWindow();
      expect(await window.call("search", "messages", "x", null)).toEqual({ ok: false, error });
      expect(log.entries.map(({ level }) => level)).toEqual(["error"]);
      for (let call = 0; call < 40; call++) await window.call("search", "messages", "x", null);
      expect((await window.call("app", "start")).ok).toBe(true);
    }
  });
});
