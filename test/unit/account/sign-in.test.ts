/** Signing in to another account, and removing one: a form with a mistake leaves nothing behind. */

import { describe, expect, test } from "vitest";
import { Accounts } from "../../../app/account/accounts.ts";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import { systemRandom } from "../../../app/base/random.ts";
import type { AccountId } from "../../../app/contract/ids.ts";
import type { SignInForm } from "../../../app/contract/services.ts";
import type { Dialer } from "../../../app/net/dialer.ts";
import { StoreError, type Store } from "../../../app/store/store.ts";
import { HeldStore } from "../../lab/held-store.ts";
import { MemoryServer } from "../../lab/memory-server.ts";
import { makeFolder, openStore } from "../../lab/profile-folder.ts";
import { RecordedChanges } from "../../lab/recorded-changes.ts";
import { recordedLog, type RecordedLog } from "../../lab/recorded-log.ts";
import { contact, message, receive } from "../../lab/stored-data.ts";

interface AccountsStage {
  readonly accounts: Accounts;
  readonly store: Store;
  readonly server: MemoryServer;
  readonly clock: FakeClock;
  readonly changes: RecordedChanges;
  readonly log: RecordedLog;
  /** What was dialled: the domain and the server set by hand. */
  readonly dialled: unknown[];
}

async function makeAccounts({
  folder = makeFolder(),
  wrap = (store: Store): Store => store,
} = {}): Promise<AccountsStage> {
  const store = await openStore({ folder });
  const server = new MemoryServer();
  const clock = new FakeClock();
  const changes = new RecordedChanges();
  const log = recordedLog();
  const dialled: unknown[] = [];
  const dialer = {
    dial: (domain: string, manual: unknown) => {
      dialled.push({ domain, manual });
      return server.dial();
    },
  } as unknown as Dialer;
  const accounts = await Accounts.load({
    store: wrap(store),
    publisher: changes,
    dialer,
    clock,
    random: systemRandom,
    log: log.log,
    sendsReceipts: () => true,
  });
  return { accounts, store, server, clock, changes, log, dialled };
}

function form(change: Partial<SignInForm> = {}): SignInForm {
  return {
    address: "ana@home.example",
    password: "correct horse",
    server: null,
    isPlainAllowed: true,
    ...change,
  };
}

async function storedAccounts({ store }: AccountsStage): Promise<string[]> {
  return (await store.ask("accounts", "list", null)).map(({ address }) => address);
}

describe("signing in", () => {
  test("stores the account and is online with the session that proved the password", async () => {
    const stage = await makeAccounts();
    const signedIn = await stage.accounts.signIn(form({ address: " Ana@HOME.example " }));
    expect(signedIn).toMatchObject({
      ok: true,
      value: { address: "ana@home.example", connection: { kind: "online" } },
    });
    expect(stage.accounts.views).toHaveLength(1);
    expect(stage.server.attempts).toBe(1);
    const [record] = await stage.store.ask("accounts", "list", null);
    expect(record).toMatchObject({ isConnected: true, isPlainAllowed: true, server: null });
    expect(record?.resource).toMatch(/^Linnet\.[\w-]{6}$/);
    const id = record?.id ?? (0 as AccountId);
    expect(await stage.store.ask("accounts", "password", { id })).toBe("correct horse");
    await stage.server.connections[0]?.received.first((each) => each.is("presence"));
    expect(stage.log.text()).not.toContain("correct horse");
  });

  test("goes to the server that was set by hand, also after a restart", async () => {
    const folder = makeFolder();
    const first = await makeAccounts({ folder });
    const server = { host: "10.0.0.7", port: 5223, tls: "direct" as const };
    await first.accounts.signIn(form({ server }));
    expect(first.dialled).toEqual([{ domain: "home.example", manual: server }]);
    first.accounts.stopAll();
    await first.store.close();
    const second = await makeAccounts({ folder });
    const online = second.changes.until("accounts", ({ upserts }) =>
      upserts.find(({ connection }) => connection.kind === "online"),
    );
    second.accounts.connectAll();
    await online;
    expect(second.dialled).toEqual(first.dialled);
  });

  test("asks for a domain as DNS spells it", async () => {
    const stage = await makeAccounts();
    stage.server.unreachable = { kind: "host-unknown", host: "xn--mnchen-3ya.example" };
    await stage.accounts.signIn(form({ address: "ana@münchen.example" }));
    expect(stage.dialled).toEqual([{ domain: "xn--mnchen-3ya.example", manual: null }]);
  });

  test.each([
    "",
    " ",
    "ana",
    "home.example",
    "@home.example",
    "ana@",
    "ana@home.example/desk",
    "a b@c.d",
    "ana@ho me",
  ])("needs an address: %j", async (address) => {
    const stage = await makeAccounts();
    const outcome = await stage.accounts.signIn(form({ address }));
    expect(outcome).toEqual({ ok: false, error: { kind: "invalid-address" } });
    expect(stage.server.attempts).toBe(0);
  });

  test("that fails leaves nothing behind, and can be tried again", async () => {
    const stage = await makeAccounts();
    const wrong = await stage.accounts.signIn(form({ password: "wrong horse" }));
    expect(wrong).toEqual({
      ok: false,
      error: { kind: "connection", problem: { kind: "wrong-password" } },
    });
    stage.server.unreachable = { kind: "host-unknown", host: "home.example" };
    expect(await stage.accounts.signIn(form())).toEqual({
      ok: false,
      error: { kind: "connection", problem: { kind: "host-unknown", host: "home.example" } },
    });
    await stage.clock.advance(86_400_000);
    expect(stage.server.attempts).toBe(2);
    expect(await storedAccounts(stage)).toEqual([]);
    expect(stage.accounts.views).toEqual([]);
    expect(stage.changes.of("accounts")).toEqual([]);
    expect(stage.clock.pending).toBe(0);
    stage.server.unreachable = null;
    expect((await stage.accounts.signIn(form())).ok).toBe(true);
    expect(stage.log.text()).not.toContain("horse");
  });

  test("twice to one account is refused without connecting", async () => {
    const stage = await makeAccounts();
    await stage.accounts.signIn(form());
    const again = await stage.accounts.signIn(form({ address: "ANA@home.example" }));
    expect(again).toEqual({ ok: false, error: { kind: "already-signed-in" } });
    expect(stage.server.attempts).toBe(1);
  });

  test("that cannot be stored is not left signed in", async () => {
    let held: HeldStore | undefined;
    const stage = await makeAccounts({
      wrap: (store) => (held = new HeldStore(store, ["accounts.add"])).asStore(),
    });
    const signingIn = stage.accounts.signIn(form()).catch((thrown: unknown) => thrown);
    await held?.refuse(1, new StoreError("disk-full", "no room"));
    expect(await signingIn).toMatchObject({ problem: "disk-full" });
    await stage.server.connections[0]?.ended;
    expect(stage.accounts.views).toEqual([]);
  });
});

describe("cancelling", () => {
  test("ends the attempt while the server is silent", async () => {
    const stage = await makeAccounts();
    stage.server.isBindHeld = true;
    const signingIn = stage.accounts.signIn(form());
    const connection = await stage.server.binding.first(() => true);
    stage.accounts.cancelSignIn();
    expect(await signingIn).toEqual({ ok: false, error: { kind: "cancelled" } });
    await connection.ended;
    expect(await storedAccounts(stage)).toEqual([]);
  });

  test("counts at every moment of signing in", async () => {
    for (let turns = 0; turns < 10; turns += 2) {
      const stage = await makeAccounts();
      const signingIn = stage.accounts.signIn(form());
      for (let turn = 0; turn < turns; turn++) await stage.clock.advance(0);
      stage.accounts.cancelSignIn();
      // The server may take its time with the good order.
      await stage.clock.advance(2_000);
      const outcome = await signingIn;
      expect(await storedAccounts(stage)).toHaveLength(outcome.ok ? 1 : 0);
      if (outcome.ok) break;
      expect(outcome.error).toEqual({ kind: "cancelled" });
      for (const connection of stage.server.connections) await connection.ended;
      await stage.store.close();
    }
  });

  test("counts also when the server's last answer was on its way already", async () => {
    const stage = await makeAccounts();
    stage.server.isBindHeld = true;
    const signingIn = stage.accounts.signIn(form());
    const connection = await stage.server.binding.first(() => true);
    connection.completeBind();
    stage.accounts.cancelSignIn();
    expect(await signingIn).toEqual({ ok: false, error: { kind: "cancelled" } });
    await connection.ended;
    expect(await storedAccounts(stage)).toEqual([]);
    expect(stage.accounts.views).toEqual([]);
  });

  test("is what a second form does to the first", async () => {
    const stage = await makeAccounts();
    stage.server.isBindHeld = true;
    const first = stage.accounts.signIn(form());
    await stage.server.binding.first(() => true);
    stage.server.isBindHeld = false;
    const second = stage.accounts.signIn(form());
    expect(await first).toEqual({ ok: false, error: { kind: "cancelled" } });
    expect((await second).ok).toBe(true);
    expect(await storedAccounts(stage)).toEqual(["ana@home.example"]);
  });

  test("of nothing is nothing", async () => {
    const stage = await makeAccounts();
    stage.accounts.cancelSignIn();
    expect((await stage.accounts.signIn(form())).ok).toBe(true);
    stage.accounts.cancelSignIn();
    expect(stage.accounts.views).toMatchObject([{ connection: { kind: "online" } }]);
  });
});

describe("removing an account", () => {
  test("signs out, deletes everything of it, and says so", async () => {
    const stage = await makeAccounts();
    const signedIn = await stage.accounts.signIn(form());
    if (!signedIn.ok) throw new Error(signedIn.error.kind);
    const { id } = signedIn.value;
    const { chats } = await receive(stage.store, [message(id)]);
    const contacts = [contact(id, "bob@work.example")];
    await stage.store.ask("contacts", "replace", { account: id, version: "", contacts });
    expect(await stage.accounts.remove(id)).toEqual({ ok: true, value: null });
    await stage.server.connections[0]?.ended;
    expect(stage.accounts.views).toEqual([]);
    expect(stage.accounts.get(id)).toBeNull();
    expect(await storedAccounts(stage)).toEqual([]);
    expect(await stage.store.ask("chats", "page", { before: null, limit: 10 })).toEqual([]);
    expect(stage.changes.of("accounts").at(-1)).toEqual({ upserts: [], removals: [id] });
    expect(stage.changes.of("chats").at(-1)).toEqual({ upserts: [], removals: [chats[0]?.id] });
    expect(stage.changes.of("contacts").at(-1)).toEqual({
      upserts: [],
      removals: [{ account: id, address: "bob@work.example" }],
    });
    expect(await stage.accounts.remove(id)).toEqual({ ok: false, error: { kind: "not-found" } });
    await stage.clock.advance(86_400_000);
    expect(stage.server.attempts).toBe(1);
    expect((await stage.accounts.signIn(form())).ok).toBe(true);
  });
});

test("the end of the program ends every session in good order", async () => {
  const stage = await makeAccounts();
  await stage.accounts.signIn(form());
  stage.accounts.stopAll();
  await stage.server.connections[0]?.ended;
  expect(stage.server.connections[0]?.written).toContain("</stream:stream>");
  // It was the program that ended, not the person who went offline.
  expect(await stage.store.ask("accounts", "list", null)).toMatchObject([{ isConnected: true }]);
});
