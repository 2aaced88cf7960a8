/** Accounts, their secrets, and settings as they are stored. */

import { beforeEach, describe, expect, test } from "vitest";
import type { AccountId, IdentityId } from "../../../app/contract/ids.ts";
import type { Store } from "../../../app/store/store.ts";
import { openStore } from "../../lab/profile-folder.ts";
import { addAccount } from "../../lab/stored-data.ts";

let store: Store;

beforeEach(async () => {
  store = await openStore();
});

describe("an account", () => {
  test("comes back as it was added, and never with its password", async () => {
    const server = { host: "chat.home.example", port: 5223, tls: "direct" as const };
    const added = await addAccount(store, "ana@home.example", {
      server,
      isPlainAllowed: true,
      isConnected: false,
      availability: "dnd",
      status: "writing tests",
    });
    expect(added).toEqual({
      id: added.id,
      address: "ana@home.example",
      resource: "Linnet.test",
      server,
      isPlainAllowed: true,
      isConnected: false,
      availability: "dnd",
      status: "writing tests",
      rosterVersion: "",
      identity: null,
    });
    expect(await store.ask("accounts", "list", null)).toEqual([added]);
  });

  test("exists once", async () => {
    await addAccount(store);
    await expect(addAccount(store)).rejects.toThrow(/UNIQUE/);
    expect(await store.ask("accounts", "list", null)).toHaveLength(1);
  });

  test("has a password of its own that can be changed", async () => {
    const { id } = await addAccount(store, "ana@home.example", { password: "first" });
    const other = await addAccount(store, "eve@home.example", { password: "other" });
    await store.ask("accounts", "setPassword", { id, password: "second" });
    expect(await store.ask("accounts", "password", { id })).toBe("second");
    expect(await store.ask("accounts", "password", { id: other.id })).toBe("other");
    expect(await store.ask("accounts", "password", { id: 999 as AccountId })).toBeNull();
  });

  test("may have no password but a certificate, and another one later", async () => {
    const pkcs8 = Buffer.from("a key");
    const add = (name: string): Promise<IdentityId> =>
      store.ask("identities", "add", { name, address: null, issued: null, pkcs8 });
    const [first, second] = [await add("first"), await add("second")];
    const { id } = await addAccount(store, "ana@home.example", {
      password: null,
      identity: first,
    });
    expect(await store.ask("accounts", "password", { id })).toBeNull();
    await store.ask("accounts", "setIdentity", { id, identity: second });
    expect(await store.ask("accounts", "list", null)).toMatchObject([{ id, identity: second }]);
    expect(await store.ask("identities", "get", { id: first })).toMatchObject({ usedBy: [] });
    const used = await store.ask("identities", "get", { id: second });
    expect(used).toMatchObject({ name: "second", usedBy: [id] });
    expect(JSON.stringify(used)).not.toContain([...pkcs8].join(","));
    await store.ask("accounts", "remove", { id });
    expect(await store.ask("identities", "get", { id: second })).toMatchObject({ usedBy: [] });
    await expect(
      addAccount(store, "eve@home.example", { identity: 999 as IdentityId }),
    ).rejects.toThrow(/FOREIGN KEY/);
  });

  test("remembers what the person chose", async () => {
    const { id } = await addAccount(store);
    await store.ask("accounts", "setConnected", { id, isConnected: false });
    await store.ask("accounts", "setPresence", { id, availability: "away", status: "lunch" });
    expect(await store.ask("accounts", "list", null)).toMatchObject([
      { isConnected: false, availability: "away", status: "lunch" },
    ]);
  });
});

describe("settings", () => {
  test("come back as they were set", async () => {
    const settings = { theme: "dark", isOn: true, none: null, list: [1, "two"], __proto__x: 1 };
    for (const [name, value] of Object.entries(settings)) {
      await store.ask("settings", "set", { name, value });
    }
    await store.ask("settings", "set", { name: "theme", value: "light" });
    expect(await store.ask("settings", "all", null)).toEqual({ ...settings, theme: "light" });
  });
});
