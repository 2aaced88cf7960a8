/** Settings: what people choose, within what the policy leaves open. */

import { describe, expect, test } from "vitest";
import { noPolicy, type Policy } from "../../../app/policy/policy.ts";
import { Settings } from "../../../app/policy/settings.ts";
import { StoreError, type Store } from "../../../app/store/store.ts";
import { readAuthorities } from "../../../app/trust/anchors.ts";
import { TestAuthority } from "../../lab/certificates.ts";
import { HeldStore } from "../../lab/held-store.ts";
import { openStore } from "../../lab/profile-folder.ts";
import { RecordedChanges } from "../../lab/recorded-changes.ts";

const works = new TestAuthority("Example Works CA");
const plant = new TestAuthority("Example Plant CA");

interface SettingsStage {
  readonly settings: Settings;
  readonly store: Store;
  readonly changes: RecordedChanges;
  /** How often the trust anchors were reloaded. */
  readonly reloads: () => number;
}

async function load(store: Store, policy: Policy = noPolicy): Promise<SettingsStage> {
  const changes = new RecordedChanges();
  let reloads = 0;
  const settings = await Settings.load({
    store,
    policy,
    publisher: changes,
    onTrust: () => {
      reloads++;
    },
  });
  return { settings, store, changes, reloads: () => reloads };
}

function policyWith(...authorities: readonly TestAuthority[]): Policy {
  const read = authorities.map(({ pem }) => readAuthorities(Buffer.from(pem)));
  return { ...noPolicy, authorities: read.flatMap((each) => (each.ok ? each.value : [])) };
}

describe("settings", () => {
  test("are what a new profile has until somebody chooses", async () => {
    const { settings } = await load(await openStore());
    expect(settings.view).toEqual({ theme: "system", sendsReceipts: true, authorities: [] });
  });

  test("are kept and published", async () => {
    const store = await openStore();
    const { settings, changes } = await load(store);
    await settings.setTheme("dark");
    await settings.setSendsReceipts(false);
    expect(changes.of("settings")).toEqual([
      { theme: "dark", sendsReceipts: true, authorities: [] },
      { theme: "dark", sendsReceipts: false, authorities: [] },
    ]);
    const again = await load(store);
    expect(again.settings.view).toMatchObject({ theme: "dark", sendsReceipts: false });
    expect(again.settings.sendsReceipts).toBe(false);
  });

  test.each([
    ["theme", "neon"],
    ["theme", null],
    ["theme", { toString: "dark" }],
    ["sendsReceipts", "no"],
    ["sendsReceipts", 0],
    ["sendsReceipts", []],
    ["unknown", "setting of a later version"],
  ])("that make no sense are as if nobody had chosen: %s is %j", async (name, value) => {
    const store = await openStore();
    await store.ask("settings", "set", { name, value });
    const { settings } = await load(store);
    expect(settings.view).toMatchObject({ theme: "system", sendsReceipts: true });
  });

  test("that could not be written are not said to be set", async () => {
    const held = new HeldStore(await openStore(), ["settings.set"]);
    const { settings, changes } = await load(held.asStore());
    const setting = settings.setSendsReceipts(false);
    await held.refuse(1, new StoreError("disk-full", "no room"));
    await expect(setting).rejects.toThrow("no room");
    expect(settings.sendsReceipts).toBe(true);
    expect(changes.of("settings")).toEqual([]);
  });
});

describe("authorities", () => {
  test("are imported, trusted at once, and remembered", async () => {
    const store = await openStore();
    const stage = await load(store);
    const file = Buffer.from(`our roots\n${works.pem}\n${plant.pem}`);
    expect(await stage.settings.importAuthorities(file)).toEqual({ ok: true, value: null });
    expect(stage.settings.view.authorities).toHaveLength(2);
    expect(stage.reloads()).toBe(1);
    const subjects = stage.changes
      .of("settings")
      .at(-1)
      ?.authorities.map(({ subject }) => subject);
    expect(subjects).toEqual(["Example Plant CA", "Example Works CA"]);
    expect((await load(store)).settings.view.authorities).toEqual(stage.settings.view.authorities);
    await stage.settings.importAuthorities(file);
    expect(stage.settings.view.authorities).toHaveLength(2);
  });

  test("can be removed, but for those of the policy", async () => {
    const store = await openStore();
    const { settings, reloads } = await load(store, policyWith(works));
    await settings.importAuthorities(Buffer.from(plant.pem));
    const [byPolicy, imported] = settings.view.authorities;
    expect([byPolicy, imported]).toMatchObject([
      { subject: "Example Works CA", isByPolicy: true },
      { subject: "Example Plant CA", isByPolicy: false },
    ]);
    expect(await settings.removeAuthority(byPolicy?.fingerprint ?? "")).toEqual({
      ok: false,
      error: { kind: "set-by-policy" },
    });
    expect(await settings.removeAuthority(imported?.fingerprint ?? "")).toEqual({
      ok: true,
      value: null,
    });
    expect(settings.view.authorities).toEqual([byPolicy]);
    expect(settings.view.authorities).toHaveLength(1);
    expect(reloads()).toBe(2);
  });

  test("of the policy stay when the person had imported the same one before", async () => {
    const store = await openStore();
    await (await load(store)).settings.importAuthorities(Buffer.from(works.pem));
    const { settings } = await load(store, policyWith(works));
    const [first] = settings.view.authorities;
    expect(await settings.removeAuthority(first?.fingerprint ?? "")).toMatchObject({ ok: false });
    expect(settings.view.authorities.map(({ isByPolicy }) => isByPolicy)).toEqual([true]);
  });

  test("that are none change nothing", async () => {
    const { settings, reloads, changes } = await load(await openStore());
    const server = works.issue({ names: ["home.example"] }).certificate;
    for (const [file, error] of [
      ["hello", "not-a-certificate"],
      ["", "not-a-certificate"],
      [server, "not-an-authority"],
      [`${works.pem}\n${server}`, "not-an-authority"],
      ["x".repeat(1_100_000), "too-large"],
    ] as const) {
      expect(await settings.importAuthorities(Buffer.from(file))).toEqual({ ok: false, error });
    }
    expect(settings.view.authorities).toEqual([]);
    expect(reloads()).toBe(0);
    expect(changes.of("settings")).toEqual([]);
  });
});
