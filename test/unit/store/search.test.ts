/** Full-text search with what people type: words, beginnings of words, and nothing that means more. */

import { beforeEach, describe, expect, test } from "vitest";
import { matchExpression } from "../../../app/chat/search.ts";
import type { AccountId, ChatId } from "../../../app/contract/ids.ts";
import type { SearchHit } from "../../../app/contract/views.ts";
import type { Store } from "../../../app/store/store.ts";
import { openStore } from "../../lab/profile-folder.ts";
import { addAccount, contact, message, queue, receive } from "../../lab/stored-data.ts";

let store: Store;
let account: AccountId;

beforeEach(async () => {
  store = await openStore();
  account = (await addAccount(store)).id;
});

async function write(...bodies: string[]): Promise<void> {
  await receive(
    store,
    bodies.map((body) => message(account, { body })),
  );
}

async function find(query: string, chat: ChatId | null = null): Promise<readonly SearchHit[]> {
  const match = matchExpression(query);
  return match === null ? [] : store.ask("messages", "search", { match, chat, limit: 50 });
}

async function bodies(query: string, chat: ChatId | null = null): Promise<string[]> {
  return (await find(query, chat)).map((hit) => hit.message.body);
}

async function bodiesOfEach(queries: readonly string[]): Promise<Record<string, string[]>> {
  const entries = queries.map(async (query) => [query, await bodies(query)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

describe("what is found", () => {
  test("has every word, in any order, newest first", async () => {
    await write("the red boat", "a boat that is red", "a red car", "boats");
    expect(await bodies("boat red")).toEqual(["a boat that is red", "the red boat"]);
    expect(await bodies("boat ")).toEqual(["a boat that is red", "the red boat"]);
  });

  test("may only begin like the last word, while that is being typed", async () => {
    await write("meeting", "meet", "we met");
    expect(await bodies("mee")).toEqual(["meet", "meeting"]);
    expect(await bodies("meet ")).toEqual(["meet"]);
    expect(await bodies("meet.")).toEqual(["meet"]);
    expect(await bodies("mee now")).toEqual([]);
  });

  test("does not depend on case, diacritics and how they are written", async () => {
    await write("Café", "Über", "Straße", "Привет", "Ελλάδα", "हिन्दी");
    const table = {
      cafe: ["Café"],
      CAFÉ: ["Café"],
      "Cafe\u0301": ["Café"],
      uber: ["Über"],
      strasse: [],
      straß: ["Straße"],
      привет: ["Привет"],
      ελλάδα: ["Ελλάδα"],
      हिन्दी: ["हिन्दी"],
    };
    expect(await bodiesOfEach(Object.keys(table))).toEqual(table);
  });

  test("is in one chat where one is given", async () => {
    await write("lunch with bob");
    const kim = message(account, { address: "kim@far.example", body: "lunch with kim" });
    const { chats } = await receive(store, [kim]);
    expect(await bodies("lunch")).toEqual(["lunch with kim", "lunch with bob"]);
    expect(await bodies("lunch", chats[0]?.id ?? null)).toEqual(["lunch with kim"]);
    expect(await bodies("lunch", 999 as ChatId)).toEqual([]);
  });

  test("is of both sides, and names the chat as the list of chats does", async () => {
    const { chats } = await receive(store, [
      message(account, { address: "bob@work.example", body: "tea or coffee" }),
      message(account, { address: "kim@far.example", body: "tea or water" }),
    ]);
    const contacts = [contact(account, "bob@work.example", { name: "Bob Baker" })];
    await store.ask("contacts", "replace", { account, version: "1", contacts });
    if (chats[0]) await queue(store, chats[0].id, "own", { body: "tea" });
    const hits = await find("tea");
    expect(hits.map(({ chatName, message: { body } }) => [chatName, body])).toEqual([
      ["Bob Baker", "tea"],
      ["kim", "tea or water"],
      ["Bob Baker", "tea or coffee"],
    ]);
    const listed = await store.ask("chats", "page", { before: null, limit: 10 });
    expect(new Set(hits.map(({ chatName }) => chatName))).toEqual(
      new Set(listed.map(({ name }) => name)),
    );
  });

  test("is no more than was asked for", async () => {
    await write(...Array.from({ length: 60 }, (_, index) => `same ${index}`));
    const hits = await store.ask("messages", "search", { match: '"same"', chat: null, limit: 50 });
    expect(hits).toHaveLength(50);
    expect(hits[0]?.message.body).toBe("same 59");
  });
});

describe("what is typed", () => {
  test("is taken literally", async () => {
    await write("exact phrase", "phrase exact");
    const both = ["phrase exact", "exact phrase"];
    const table = {
      '"exact phrase"': both,
      'exact"': both,
      "exact AND phrase": [],
      "exact OR nothing": [],
      "exact NOT phrase": [],
      "NEAR(exact phrase)": [],
      "body: exact": [],
      "{body} : exact": [],
      "-exact": both,
      "exact + phrase": both,
      "^exact": both,
      "ex*": [],
      "*** exact ***": both,
      "((exact": both,
      "exact -- ": both,
      "exact'; DROP TABLE message; --": [],
      "exact\0phrase": both,
      exact: both,
    };
    expect(await bodiesOfEach(Object.keys(table))).toEqual(table);
  });

  test("may be a word of the query language", async () => {
    const words = ["AND", "OR", "NOT", "NEAR", "body", "rank", "MATCH"];
    await write(...words.map((word) => `the word ${word} is here`));
    const table = Object.fromEntries(words.map((word) => [word, [`the word ${word} is here`]]));
    expect(await bodiesOfEach(words)).toEqual(table);
  });

  test("may be nothing to search for", () => {
    const queries = ["", " ", '"', "*", "()", "😀", "-- !?"];
    expect(queries.map(matchExpression)).toEqual(queries.map(() => null));
  });

  test("cannot reach another table through any of its places", async () => {
    await write("harmless");
    const chat = "1 OR 1=1" as unknown as ChatId;
    expect(await find("harmless", chat)).toEqual([]);
    const match = `harmless" UNION SELECT * FROM secret --`;
    const search = store.ask("messages", "search", { match, chat: null, limit: 50 });
    await expect(search).rejects.toThrow(/fts5|unterminated/);
    expect(await store.ask("accounts", "password", { id: account })).toBe("correct horse");
  });
});
