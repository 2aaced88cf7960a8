/** The contact list and the requests as they are stored. */

import { beforeEach, describe, expect, test } from "vitest";
import type { AccountId } from "../../../app/contract/ids.ts";
import type { ContactRecord } from "../../../app/store/queries/contacts.ts";
import type { Store } from "../../../app/store/store.ts";
import { openStore } from "../../lab/profile-folder.ts";
import { addAccount, contact } from "../../lab/stored-data.ts";

let store: Store;
let account: AccountId;

beforeEach(async () => {
  store = await openStore();
  account = (await addAccount(store)).id;
});

function replace(contacts: readonly ContactRecord[], of = account): Promise<null> {
  return store.ask("contacts", "replace", { account: of, version: "1", contacts });
}

async function allPages(limit: number): Promise<ContactRecord[]> {
  const all: ContactRecord[] = [];
  let after: { account: AccountId; address: string } | null = null;
  for (;;) {
    const rows: ContactRecord[] = await store.ask("contacts", "page", { after, limit });
    const last = rows.at(-1);
    if (!last) return all;
    all.push(...rows);
    after = { account: last.account, address: last.address };
  }
}

async function version(): Promise<string | undefined> {
  return (await store.ask("accounts", "list", null))[0]?.rosterVersion;
}

describe("the list", () => {
  test("is ordered by name, or by address where there is none, whatever the case", async () => {
    await replace([
      contact(account, "zoe@a.example", { name: "anna" }),
      contact(account, "adam@a.example", { name: "Zacharias" }),
      contact(account, "Mia@a.example"),
      contact(account, "b@a.example", { name: "Bert" }),
    ]);
    expect((await allPages(2)).map(({ address }) => address)).toEqual([
      "zoe@a.example",
      "b@a.example",
      "Mia@a.example",
      "adam@a.example",
    ]);
  });

  test("comes in pages without gaps or repeats among equal names and equal addresses", async () => {
    const eve = (await addAccount(store, "eve@home.example")).id;
    const twins = (of: AccountId): ContactRecord[] =>
      Array.from({ length: 25 }, (_, index) =>
        contact(of, `${index}@twins.example`, { name: "The Twins" }),
      );
    await replace(twins(account));
    await replace(twins(eve), eve);
    const whole = await store.ask("contacts", "page", { after: null, limit: 100 });
    expect(whole).toHaveLength(50);
    for (const limit of [1, 3, 25, 100]) expect(await allPages(limit)).toEqual(whole);
  });

  test("holds twenty thousand contacts", async () => {
    const contacts = Array.from({ length: 20_000 }, (_, index) =>
      contact(account, `person-${index}@large.example`, {
        name: `Person ${index % 500}`,
        groups: ["Everybody", `Group ${index % 7}`],
      }),
    );
    await replace(contacts);
    const paged = await allPages(100);
    expect(paged).toHaveLength(20_000);
    expect(new Set(paged.map(({ address }) => address)).size).toBe(20_000);
    expect(await store.ask("contacts", "ofAccount", { account })).toHaveLength(20_000);
  });

  test("gives back what was put in", async () => {
    const record = contact(account, "bob@work.example", {
      name: 'Bob "The Builder" \u{1f6e0}',
      groups: ["Friends", "", "a,b", '["x"]'],
      subscription: "to",
      isAsking: true,
    });
    await replace([record]);
    expect(await store.ask("contacts", "ofAccount", { account })).toEqual([record]);
  });
});

describe("changes", () => {
  test("replace the whole list of one account, with its version", async () => {
    const eve = (await addAccount(store, "eve@home.example")).id;
    const kept = contact(eve, "bob@work.example");
    await replace([kept], eve);
    await replace([contact(account, "old@work.example"), contact(account, "bob@work.example")]);
    const now = contact(account, "new@work.example");
    await store.ask("contacts", "replace", { account, version: "v7", contacts: [now] });
    expect(await store.ask("contacts", "ofAccount", { account })).toEqual([now]);
    expect(await store.ask("contacts", "ofAccount", { account: eve })).toEqual([kept]);
    expect(await version()).toBe("v7");
  });

  test("put one contact in, change it, and take it out, each with the version", async () => {
    const bob = contact(account, "bob@work.example", { name: "Bob", subscription: "none" });
    await store.ask("contacts", "update", { contact: bob, version: "v1" });
    const changed = { ...bob, name: "Aaron", subscription: "both" as const, groups: ["Work"] };
    await store.ask("contacts", "update", {
      contact: contact(account, "ada@x.example"),
      version: "v2",
    });
    await store.ask("contacts", "update", { contact: changed, version: "v3" });
    expect((await allPages(10))[0]).toEqual(changed);
    expect(await version()).toBe("v3");
    const { address } = bob;
    await store.ask("contacts", "remove", { account, address, version: "v4" });
    expect(await store.ask("contacts", "ofAccount", { account })).toHaveLength(1);
    await store.ask("contacts", "remove", { account, address, version: "v5" });
    expect(await version()).toBe("v5");
  });

  test("of an account that is gone are refused", async () => {
    const stranger = contact(999 as AccountId, "bob@work.example");
    const update = store.ask("contacts", "update", { contact: stranger, version: "v1" });
    await expect(update).rejects.toThrow(/FOREIGN KEY/);
  });
});

describe("requests", () => {
  test("are kept once, in the order in which they came, until they are answered", async () => {
    const request = (address: string, receivedAt: number): Promise<boolean> =>
      store.ask("contacts", "addRequest", { request: { account, address, receivedAt }, max: 10 });
    expect(await request("late@far.example", 2)).toBe(true);
    expect(await request("early@far.example", 1)).toBe(true);
    expect(await request("early@far.example", 3)).toBe(false);
    expect(await store.ask("contacts", "requests", null)).toEqual([
      { account, address: "early@far.example", receivedAt: 1 },
      { account, address: "late@far.example", receivedAt: 2 },
    ]);
    const answered = { account, address: "early@far.example" };
    expect(await store.ask("contacts", "removeRequest", answered)).toBe(true);
    expect(await store.ask("contacts", "removeRequest", answered)).toBe(false);
    expect(await store.ask("contacts", "requests", null)).toHaveLength(1);
  });

  test("have a limit for each account", async () => {
    const eve = (await addAccount(store, "eve@home.example")).id;
    const request = (of: AccountId, number: number): Promise<boolean> =>
      store.ask("contacts", "addRequest", {
        request: { account: of, address: `spam-${number}@far.example`, receivedAt: number },
        max: 3,
      });
    const kept = [];
    for (let number = 0; number < 5; number++) kept.push(await request(account, number));
    expect(kept).toEqual([true, true, true, false, false]);
    expect(await request(eve, 0)).toBe(true);
  });
});
