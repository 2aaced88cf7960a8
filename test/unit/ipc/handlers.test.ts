/** The services behind the calls: what they answer, and whom they tell. */

import { describe, expect, test } from "vitest";
import type { AccountId, ChatId, MessageKey } from "../../../app/contract/ids.ts";
import { TestAuthority } from "../../lab/certificates.ts";
import { message, openChat, queue, receive } from "../../lab/stored-data.ts";
import { errorOf, form, makeOnlineProgram, makeProgram, valueOf } from "./stage.ts";

describe("before the store is open", () => {
  test("only the start, the vault and closing a timeline answer; all else is locked", async () => {
    const { openWindow, setOpened } = await makeProgram();
    setOpened(null);
    const window = openWindow();
    expect(valueOf(await window.call("app", "start"))).toEqual({
      number: 0,
      value: { vault: { kind: "locked" }, platform: "linux", version: "1.2.3" },
    });
    const calls: readonly (readonly [string, string, readonly unknown[]])[] = [
      ["accounts", "list", []],
      ["accounts", "signIn", [form]],
      ["accounts", "cancelSignIn", []],
      ["accounts", "remove", [1]],
      ["accounts", "setConnected", [1, true]],
      ["accounts", "reconnect", [1]],
      ["accounts", "setPassword", [1, "x"]],
      ["accounts", "setPresence", [1, "away", ""]],
      ["chats", "list", [null]],
      ["chats", "openWith", [1, "bob@work.example"]],
      ["chats", "markRead", [1]],
      ["timeline", "open", [1, { kind: "end" }]],
      ["timeline", "older", [1, 1]],
      ["timeline", "newer", [1, 1]],
      ["timeline", "send", [1, "x"]],
      ["timeline", "sendAgain", [1]],
      ["roster", "contacts", [null]],
      ["roster", "requests", []],
      ["roster", "add", [1, "bob@work.example", ""]],
      ["search", "messages", ["x", null]],
      ["settings", "get", []],
      ["settings", "setTheme", ["dark"]],
      ["settings", "importAuthorities", [null]],
      ["settings", "removeAuthority", ["x"]],
    ];
    for (const [service, method, args] of calls) {
      const reply = await window.callAnything(service, method, args);
      expect({ service, method, error: errorOf(reply) }).toEqual({
        service,
        method,
        error: "locked",
      });
    }
    expect((await window.call("timeline", "close", 1 as ChatId)).ok).toBe(true);
    expect(errorOf(await window.call("vault", "unlock", "wrong"))).toBe("wrong-passphrase");
  });
});

describe("what does not exist", () => {
  test("is not found, and a bad address is said to be one", async () => {
    const { window, account } = await makeOnlineProgram();
    const nobody = 999 as AccountId;
    const noChat = 999 as ChatId;
    const errors = [
      await window.call("accounts", "remove", nobody),
      await window.call("accounts", "setConnected", nobody, true),
      await window.call("accounts", "setPassword", nobody, "x"),
      await window.call("chats", "openWith", nobody, "bob@work.example"),
      await window.call("timeline", "open", noChat, { kind: "end" }),
      await window.call("timeline", "send", noChat, "hello"),
      await window.call("timeline", "sendAgain", 999 as MessageKey),
      await window.call("roster", "add", nobody, "bob@work.example", ""),
      await window.call("roster", "rename", account, "bob@work.example", "Bob"),
    ].map(errorOf);
    expect(new Set(errors)).toEqual(new Set(["not-found"]));
    for (const address of ["bob", "work.example", "bob@work.example/x", "@", " "]) {
      expect(errorOf(await window.call("chats", "openWith", account, address))).toBe(
        "invalid-address",
      );
      expect(errorOf(await window.call("roster", "add", account, address, ""))).toBe(
        "invalid-address",
      );
    }
  });
});

describe("changes through calls", () => {
  test("reach every window: a chat that is opened, read, and written in", async () => {
    const { window, account, store, openWindow, clock, connection } = await makeOnlineProgram();
    const other = openWindow();
    const chat = valueOf(await window.call("chats", "openWith", account, " Bob@Work.example "));
    expect(chat).toMatchObject({ address: "bob@work.example", name: "bob", unread: 0 });
    await clock.advance(16);
    expect(other.numbers("chats")).toEqual([1]);
    // Opening it again changes nothing.
    await window.call("chats", "openWith", account, "bob@work.example");
    await receive(store, [message(account)]);
    expect((await window.call("chats", "markRead", chat.id)).ok).toBe(true);
    await window.call("chats", "markRead", chat.id);
    await clock.advance(16);
    expect(other.numbers("chats")).toEqual([1, 2]);

    await other.call("timeline", "open", chat.id, { kind: "end" });
    const sent = valueOf(await window.call("timeline", "send", chat.id, "hello"));
    expect(sent).toMatchObject({ body: "hello", delivery: { kind: "queued" } });
    await connection.message();
    await clock.advance(16);
    expect(other.numbers("timeline")[0]).toBe(1);
    expect(window.numbers("timeline")).toEqual([]);
  });

  test("send a failed message again", async () => {
    const { window, account, store, connection } = await makeOnlineProgram();
    const chat = await openChat(store, account);
    const { key } = await queue(store, chat, "stanza-1", { body: "once more" });
    expect(errorOf(await window.call("timeline", "sendAgain", key))).toBe("not-found");
    const failed = { account, address: "bob@work.example", stanzaId: "stanza-1" };
    await store.ask("messages", "markFailed", { ...failed, reason: "other" });
    expect((await window.call("timeline", "sendAgain", key)).ok).toBe(true);
    const stanza = await connection.message();
    expect(stanza.attrs["id"]).toBe("stanza-1");
  });

  test("find messages, and nothing where nothing was typed", async () => {
    const { window, account, store } = await makeOnlineProgram();
    await receive(store, [message(account, { body: "lunch on Friday" })]);
    const hits = valueOf(await window.call("search", "messages", "fri", null));
    expect(hits).toMatchObject([{ message: { body: "lunch on Friday" }, chatName: "bob" }]);
    expect(valueOf(await window.call("search", "messages", " *\"' ", null))).toEqual([]);
  });

  test("of accounts and presence are published", async () => {
    const { window, account, clock } = await makeOnlineProgram();
    await window.call("accounts", "setPresence", account, "away", "lunch");
    await window.call("accounts", "setConnected", account, false);
    const { number, value } = valueOf(await window.call("accounts", "list"));
    expect(value).toMatchObject([
      { availability: "away", status: "lunch", connection: { kind: "offline" } },
    ]);
    expect(number).toBe(window.numbers("accounts").length);
    await window.call("accounts", "remove", account);
    await clock.advance(16);
    const removals = window.changes.filter(({ topic }) => topic === "accounts").at(-1);
    expect(removals?.change).toEqual({ upserts: [], removals: [account] });
    expect(valueOf(await window.call("accounts", "list")).value).toEqual([]);
  });

  test("of contacts go to the server, requests come from it", async () => {
    const { window, account, connection } = await makeOnlineProgram();
    expect((await window.call("roster", "add", account, "kim@far.example", "Kim")).ok).toBe(true);
    connection.send("<presence from='eve@far.example' type='subscribe'/>");
    await connection.requestAck();
    const requests = valueOf(await window.call("roster", "requests"));
    expect(requests).toMatchObject({
      number: 1,
      value: [{ address: "eve@far.example", name: "eve" }],
    });
    expect((await window.call("roster", "decline", account, "eve@far.example")).ok).toBe(true);
    expect(valueOf(await window.call("roster", "requests")).value).toEqual([]);
    expect((await window.call("roster", "remove", account, "kim@far.example")).ok).toBe(true);
    await window.call("accounts", "setConnected", account, false);
    const offline = await window.call("roster", "accept", account, "kim@far.example");
    expect(errorOf(offline)).toBe("offline");
  });
});

describe("settings", () => {
  test("are set, applied to the windows, and published", async () => {
    const { openWindow, themes, clock } = await makeProgram();
    const window = openWindow();
    await window.call("settings", "setTheme", "dark");
    await window.call("settings", "setSendsReceipts", false);
    await clock.advance(16);
    expect(themes).toEqual(["dark"]);
    expect(window.numbers("settings")).toEqual([1, 2]);
    expect(valueOf(await window.call("settings", "get"))).toEqual({
      number: 2,
      value: { theme: "dark", sendsReceipts: false, authorities: [] },
    });
  });

  test.each([
    ["the person changed their mind", null, { kind: "cancelled" }],
    ["the file cannot be read", "unreadable", { kind: "authority", problem: "unreadable" }],
    [
      "it is no certificate",
      Buffer.from("hello"),
      { kind: "authority", problem: "not-a-certificate" },
    ],
  ] as const)("import no authority when %s", async (_why, certificateFile, error) => {
    const { openWindow } = await makeProgram({ certificateFile });
    const reply = await openWindow().call("settings", "importAuthorities", null);
    expect(reply).toEqual({ ok: false, error });
  });

  test("import an authority and remove it again", async () => {
    const certificateFile = Buffer.from(new TestAuthority("Example Works CA").pem);
    const { openWindow } = await makeProgram({ certificateFile });
    const window = openWindow();
    expect((await window.call("settings", "importAuthorities", null)).ok).toBe(true);
    const { authorities } = valueOf(await window.call("settings", "get")).value;
    expect(authorities).toMatchObject([{ subject: "Example Works CA", isByPolicy: false }]);
    await window.call("settings", "removeAuthority", authorities[0]?.fingerprint ?? "");
    expect(valueOf(await window.call("settings", "get")).value.authorities).toEqual([]);
  });
});
