/** What the tables refuse, and what goes when an account goes. */

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../../app/store/database.ts";
import { makeFolder, openStore, testKey } from "../../lab/profile-folder.ts";
import { addAccount, contact, message, queue, receive } from "../../lab/stored-data.ts";

type Database = ReturnType<typeof openDatabase>;

function newDatabase(): Database {
  return openDatabase(join(makeFolder(), "linnet.db"), testKey);
}

function names(db: Database, sql: string): string[] {
  return db.prepare(sql, { pluck: true }).all().map(String);
}

describe("tables", () => {
  test("are all strict, but for the full-text index", () => {
    const db = newDatabase();
    const lax = names(
      db,
      `SELECT name FROM pragma_table_list
       WHERE schema = 'main' AND type = 'table' AND strict = 0
         AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'message_text%'`,
    );
    expect(lax).toEqual([]);
    db.close();
  });

  test.each([
    ["a word as a number", "INSERT INTO setting VALUES (1, x'00')"],
    ["an account without a name", "INSERT INTO account (id) VALUES (1)"],
    [
      "a text as a time",
      "INSERT INTO message (chat, position, sent_at, stanza_id, body, is_cut) VALUES (1, 1, 'now', '', '', 0)",
    ],
    [
      "a server reached in an unknown way",
      "INSERT INTO account VALUES (2, 'x@y', 'r', 'h', 1, 'plain', 0, 0, 'online', '', '', NULL)",
    ],
    [
      "a message of no chat",
      "INSERT INTO message (chat, position, sent_at, stanza_id, body, is_cut) VALUES (99, 1, 1, '', '', 0)",
    ],
    ["a secret of no account", "INSERT INTO secret VALUES (99, 'password', 'x')"],
    [
      "two messages in one position",
      `INSERT INTO message (chat, position, sent_at, stanza_id, body, is_cut)
       VALUES (1, 7, 1, '', '', 0), (1, 7, 1, '', '', 0)`,
    ],
  ])("refuse %s", (_what, sql) => {
    const db = newDatabase();
    db.exec(
      "INSERT INTO account VALUES (1, 'a@b', 'r', NULL, NULL, NULL, 0, 0, 'online', '', '', NULL)",
    );
    db.exec("INSERT INTO chat (id, account, address, activity) VALUES (1, 1, 'c@d', 1)");
    expect(() => {
      db.exec(sql);
    }).toThrow(/SQLITE_CONSTRAINT|cannot store|constraint/i);
    db.close();
  });
});

describe("removing an account", () => {
  test("says which rows went, and gives their numbers to nothing else", async () => {
    const store = await openStore();
    const first = await addAccount(store);
    const { messages } = await receive(store, [message(first.id)]);
    const [removedMessage] = messages;
    const contacts = [contact(first.id, "bob@work.example")];
    await store.ask("contacts", "replace", { account: first.id, version: "1", contacts });
    const request = { account: first.id, address: "kim@far.example", receivedAt: 1 };
    await store.ask("contacts", "addRequest", { request, max: 10 });
    expect(await store.ask("accounts", "remove", { id: first.id })).toEqual({
      chats: [removedMessage?.chat],
      contacts: [{ account: first.id, address: "bob@work.example" }],
      requests: [{ account: first.id, address: "kim@far.example" }],
    });
    const second = await addAccount(store);
    const [newMessage] = (await receive(store, [message(second.id)])).messages;
    expect(second.id).not.toBe(first.id);
    expect(newMessage?.chat).not.toBe(removedMessage?.chat);
    expect(newMessage?.key).not.toBe(removedMessage?.key);
    const none = await store.ask("accounts", "remove", { id: first.id });
    expect(none).toEqual({ chats: [], contacts: [], requests: [] });
  });

  test("removes everything of it and nothing of another", async () => {
    const folder = makeFolder();
    const store = await openStore({ folder });
    const [ana, eve] = [await addAccount(store), await addAccount(store, "eve@home.example")];
    for (const { id } of [ana, eve]) {
      const body = `farewell from ${id}`;
      const { chats } = await receive(store, [message(id, { body }), message(id, { body })]);
      if (chats[0]) await queue(store, chats[0].id, "mine", { body: `answer of ${id}` });
      const contacts = [contact(id, "bob@work.example")];
      await store.ask("contacts", "replace", { account: id, version: "1", contacts });
      const request = { account: id, address: "kim@far.example", receivedAt: 1 };
      await store.ask("contacts", "addRequest", { request, max: 10 });
    }

    await store.ask("accounts", "remove", { id: ana.id });

    expect(await store.ask("accounts", "list", null)).toMatchObject([{ id: eve.id }]);
    expect(await store.ask("accounts", "password", { id: ana.id })).toBeNull();
    const search = { match: '"farewell" OR "answer"', chat: null, limit: 50 };
    const hits = await store.ask("messages", "search", search);
    expect(hits.map(({ message: { body } }) => body)).toEqual([
      `answer of ${eve.id}`,
      `farewell from ${eve.id}`,
      `farewell from ${eve.id}`,
    ]);
    await store.close();
    const db = openDatabase(join(folder, "linnet.db"), testKey);
    const count = (table: string): unknown =>
      db.prepare(`SELECT count(*) FROM ${table}`, { pluck: true }).get();
    expect({
      account: count("account"),
      secret: count("secret"),
      contact: count("contact"),
      subscription_request: count("subscription_request"),
      chat: count("chat"),
      message: count("message"),
    }).toEqual({
      account: 1,
      secret: 1,
      contact: 1,
      subscription_request: 1,
      chat: 1,
      message: 3,
    });
    // The index agrees with the table, row by row; else this throws.
    db.exec("INSERT INTO message_text (message_text, rank) VALUES ('integrity-check', 1)");
    const rows = db.prepare("SELECT rowid FROM message_text WHERE message_text MATCH 'farewell'");
    expect(rows.all()).toHaveLength(2);
    db.close();
  });
});
