/** The list of chats: its order, its pages, its names. */

import { beforeEach, describe, expect, test } from "vitest";
import type { AccountId, ChatId, Position } from "../../../app/contract/ids.ts";
import type { ChatView } from "../../../app/contract/views.ts";
import type { Store } from "../../../app/store/store.ts";
import { openStore } from "../../lab/profile-folder.ts";
import { addAccount, contact, message, receive, startMs } from "../../lab/stored-data.ts";

let store: Store;
let account: AccountId;

beforeEach(async () => {
  store = await openStore();
  account = (await addAccount(store)).id;
});

async function allPages(limit: number): Promise<ChatView[]> {
  const all: ChatView[] = [];
  let before: Position | null = null;
  for (;;) {
    const rows: ChatView[] = await store.ask("chats", "page", { before, limit });
    const last = rows.at(-1);
    if (!last) return all;
    all.push(...rows);
    before = last.activity;
  }
}

async function listedAddresses(): Promise<string[]> {
  return (await allPages(100)).map(({ address }) => address);
}

describe("the list", () => {
  test("comes in pages without gaps or repeats, also when everything happened at once", async () => {
    for (let index = 0; index < 30; index++) {
      const address = `opened-${index}@work.example`;
      await store.ask("chats", "openWith", { account, address, now: startMs });
    }
    const batch = Array.from({ length: 30 }, (_, index) =>
      message(account, { address: `wrote-${index}@work.example`, sentAt: startMs }),
    );
    await receive(store, batch);
    for (const limit of [1, 7, 60, 100]) {
      const chats = await allPages(limit);
      expect(new Set(chats.map(({ id }) => id)).size).toBe(60);
      expect(chats).toHaveLength(60);
      const activities = chats.map(({ activity }) => activity);
      expect(activities).toEqual(activities.toSorted((a, b) => b - a));
    }
  });

  test("has what happened last on top", async () => {
    const from = (address: string, sentAt: number): Promise<unknown> =>
      receive(store, [message(account, { address, sentAt })], sentAt);
    await from("a@work.example", startMs);
    await from("b@work.example", startMs + 1_000);
    await from("c@work.example", startMs + 2_000);
    expect(await listedAddresses()).toEqual(["c@work.example", "b@work.example", "a@work.example"]);
    await from("a@work.example", startMs + 3_000);
    expect(await listedAddresses()).toEqual(["a@work.example", "c@work.example", "b@work.example"]);
    const old = { address: "b@work.example", sentAt: startMs - 1_000, isDelayed: true };
    await receive(store, [message(account, old)], startMs + 4_000);
    expect(await listedAddresses()).toEqual(["a@work.example", "c@work.example", "b@work.example"]);
  });

  test("of two accounts is one list", async () => {
    const eve = (await addAccount(store, "eve@home.example")).id;
    const address = "bob@work.example";
    await receive(store, [message(account, { address }), message(eve, { address })]);
    const chats = await allPages(1);
    expect(chats.map((chat) => chat.account)).toEqual([eve, account]);
  });
});

describe("opening a chat", () => {
  test("makes one where there is none, and finds it afterwards", async () => {
    const args = { account, address: "kim@far.example", now: startMs };
    const first = await store.ask("chats", "openWith", args);
    expect(first).toEqual({
      isNew: true,
      chat: {
        id: first.chat.id,
        account,
        address: "kim@far.example",
        name: "kim",
        last: null,
        unread: 0,
        activity: startMs * 1_000,
      },
    });
    const second = await store.ask("chats", "openWith", { ...args, now: startMs + 1_000 });
    expect(second).toEqual({ isNew: false, chat: first.chat });
    expect(await store.ask("chats", "get", { id: first.chat.id })).toEqual(first.chat);
    expect(await store.ask("chats", "get", { id: 999 as ChatId })).toBeNull();
  });
});

describe("names", () => {
  test("are those of the contact list, else the part before the @, else the address", async () => {
    for (const address of ["bob@work.example", "kim@far.example", "far.example"]) {
      await receive(store, [message(account, { address })]);
    }
    const contacts = [
      contact(account, "bob@work.example", { name: "Bob Baker" }),
      contact(account, "kim@far.example"),
    ];
    await store.ask("contacts", "replace", { account, version: "1", contacts });
    expect((await allPages(10)).map(({ name }) => name)).toEqual([
      "far.example",
      "kim",
      "Bob Baker",
    ]);
  });

  test("are those of the account's own contact list", async () => {
    const eve = (await addAccount(store, "eve@home.example")).id;
    const address = "bob@work.example";
    await receive(store, [message(account, { address }), message(eve, { address })]);
    const contacts = [contact(account, address, { name: "Bob of Ana" })];
    await store.ask("contacts", "replace", { account, version: "1", contacts });
    expect((await allPages(10)).map(({ name }) => name)).toEqual(["bob", "Bob of Ana"]);
  });

  test("of some addresses can be asked for, where there are chats with them", async () => {
    await receive(store, [
      message(account, { address: "bob@work.example" }),
      message(account, { address: "kim@far.example" }),
    ]);
    const addresses = ["kim@far.example", "nobody@far.example", "bob@work.example"];
    const found = await store.ask("chats", "withAddresses", { account, addresses });
    expect(found.map(({ address }) => address)).toEqual(["kim@far.example", "bob@work.example"]);
    const eve = (await addAccount(store, "eve@home.example")).id;
    expect(await store.ask("chats", "withAddresses", { account: eve, addresses })).toEqual([]);
    const none = await store.ask("chats", "withAddresses", { account, addresses: [] });
    expect(none).toEqual([]);
  });
});
