/** The connection of an account: it comes back by itself where that can help, and only there. */

import { describe, expect, test } from "vitest";
import { dayMs, letRetry, makeAccount, refused, type AccountStage } from "./stage.ts";

function kinds({ changes }: AccountStage): string[] {
  return changes.connections().map(({ kind }) => kind);
}

describe("an account", () => {
  test("connects, and says each step once", async () => {
    const stage = await makeAccount();
    expect(stage.account.view.connection).toEqual({ kind: "offline" });
    await stage.goOnline();
    expect(kinds(stage)).toEqual(["connecting", "online"]);
    expect(stage.account.view).toEqual({
      id: stage.record.id,
      address: "ana@home.example",
      connection: { kind: "online" },
      availability: "online",
      status: "",
    });
  });

  test("asks for its roster before it shows itself, and shows itself before it sends", async () => {
    const stage = await makeAccount({ stored: { availability: "away", status: "thinking" } });
    const args = { account: stage.record.id, address: "bob@work.example", now: 0 };
    const { chat } = await stage.store.ask("chats", "openWith", args);
    await stage.account.outbox.send(chat.id, "written before");
    const connection = await stage.goOnline();
    await connection.message();
    const stanzas = connection.received.items.filter((each) => each.getNS() === "jabber:client");
    expect(stanzas.map((each) => each.getName())).toEqual(["iq", "presence", "message"]);
    expect(stanzas[0]?.getChild("query", "jabber:iq:roster")).toBeDefined();
    expect(stanzas[1]?.getChildText("show")).toBe("away");
    expect(stanzas[1]?.getChildText("status")).toBe("thinking");
    expect(stanzas[1]?.getChild("c", "http://jabber.org/protocol/caps")).toBeDefined();
  });

  test("that the person left offline stays so", async () => {
    const stage = await makeAccount({ stored: { isConnected: false } });
    stage.account.start(null);
    await stage.clock.advance(dayMs);
    expect(stage.server.attempts).toBe(0);
    expect(stage.account.view.connection).toEqual({ kind: "offline" });
  });

  test("started twice connects once", async () => {
    const stage = await makeAccount();
    await stage.goOnline();
    stage.account.start(null);
    await stage.clock.advance(dayMs);
    expect(stage.server.attempts).toBe(1);
  });
});

describe("a lost connection", () => {
  test("is made again after a while that is said beforehand", async () => {
    const stage = await makeAccount();
    const connection = await stage.goOnline();
    await stage.clock.advance(3_600_000);
    const waiting = stage.enters("waiting");
    connection.break();
    const view = await waiting;
    expect(view.problem).toEqual({ kind: "lost" });
    const delayMs = view.retryAt - stage.clock.now();
    expect(delayMs).toBeGreaterThanOrEqual(500);
    expect(delayMs).toBeLessThanOrEqual(2_000);
    await stage.clock.advance(delayMs - 1);
    expect(stage.server.attempts).toBe(1);
    const online = stage.enters("online");
    await stage.clock.advance(1);
    await online;
    expect(stage.server.attempts).toBe(2);
    expect(kinds(stage)).toEqual(["connecting", "online", "waiting", "connecting", "online"]);
  });

  test("is tried ever less often while the server cannot be reached", async () => {
    const stage = await makeAccount();
    stage.server.unreachable = refused;
    const waiting = stage.enters("waiting");
    stage.account.start(null);
    expect((await waiting).problem).toEqual(refused);
    const delays: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      const { connection } = stage.account.view;
      if (connection.kind !== "waiting") throw new Error(connection.kind);
      delays.push(Math.round((connection.retryAt - stage.clock.now()) / 1_000));
      await letRetry(stage);
    }
    expect(delays).toEqual([2, 4, 8, 16, 32, 64, 120, 120, 120]);
    stage.server.unreachable = null;
    await letRetry(stage);
    expect(stage.account.view.connection.kind).toBe("online");
  });

  test("counts as the first one again after a session that lasted", async () => {
    const stage = await makeAccount();
    stage.server.unreachable = refused;
    const waiting = stage.enters("waiting");
    stage.account.start(null);
    await waiting;
    for (let attempt = 0; attempt < 6; attempt++) await letRetry(stage);
    stage.server.unreachable = null;
    await letRetry(stage);
    await stage.clock.advance(10 * 60_000);
    const lost = stage.enters("waiting");
    stage.server.connections.at(-1)?.break();
    expect((await lost).retryAt - stage.clock.now()).toBeLessThanOrEqual(2_000);
  });

  test("that breaks each time as soon as it is made is not made over and over", async () => {
    const stage = await makeAccount();
    await stage.goOnline();
    const end = stage.clock.now() + 3_600_000;
    while (stage.clock.now() < end) {
      const waiting = stage.enters("waiting");
      stage.server.connections.at(-1)?.break();
      await waiting;
      await letRetry(stage);
    }
    expect(stage.server.attempts).toBeLessThan(40);
  });

  test("without a password that can be read is tried again, not forgotten", async () => {
    let isBroken = true;
    const stage: AccountStage = await makeAccount({
      makeSession: () =>
        isBroken
          ? Promise.reject(new Error("database disk image is malformed"))
          : Promise.resolve(stage.server.makeSession(stage.clock, stage.log.log)),
    });
    const waiting = stage.enters("waiting");
    stage.account.start(null);
    expect((await waiting).problem).toEqual({ kind: "internal" });
    isBroken = false;
    await letRetry(stage);
    expect(stage.account.view.connection.kind).toBe("online");
  });
});

describe("what does not pass by itself", () => {
  /** A day later, nothing has been tried. */
  async function staysStopped(stage: AccountStage): Promise<void> {
    const { attempts } = stage.server;
    for (let hour = 0; hour < 24; hour++) await stage.clock.advance(dayMs / 24);
    expect(stage.server.attempts).toBe(attempts);
    expect(stage.account.view.connection.kind).toBe("stopped");
  }

  test.each([
    ["not-authorized", { kind: "wrong-password" }],
    ["account-disabled", { kind: "account-disabled" }],
    ["mechanism-too-weak", { kind: "sign-in-refused", condition: "mechanism-too-weak" }],
  ])("stops the account: signing in refused with %s", async (condition, problem) => {
    const stage = await makeAccount();
    stage.server.refusal = condition;
    const stopped = stage.enters("stopped");
    stage.account.start(null);
    expect((await stopped).problem).toEqual(problem);
    await staysStopped(stage);
    expect(stage.server.attempts).toBe(1);
  });

  test.each([
    ["conflict", { kind: "replaced" }],
    ["policy-violation", { kind: "policy-violation" }],
    ["not-authorized", { kind: "wrong-password" }],
    ["host-gone", { kind: "server-error", condition: "host-gone" }],
  ])("stops the account: a session ended with %s", async (condition, problem) => {
    const stage = await makeAccount();
    const connection = await stage.goOnline();
    const stopped = stage.enters("stopped");
    connection.endWith(condition);
    expect((await stopped).problem).toEqual(problem);
    await staysStopped(stage);
  });

  test("stops the account: a certificate that is not accepted", async () => {
    const stage = await makeAccount();
    const problems = ["expired"] as const;
    stage.server.unreachable = {
      kind: "certificate",
      host: "home.example",
      problems,
      question: null,
    };
    const stopped = stage.enters("stopped");
    stage.account.start(null);
    await stopped;
    await staysStopped(stage);
  });

  test("stops the account: no password in the store", async () => {
    const stage = await makeAccount({ makeSession: () => Promise.resolve(null) });
    const stopped = stage.enters("stopped");
    stage.account.start(null);
    expect((await stopped).problem).toEqual({ kind: "wrong-password" });
    await staysStopped(stage);
  });

  test.each(["system-shutdown", "internal-server-error", "connection-timeout", "reset"])(
    "is not what passes: a session ended with %s",
    async (condition) => {
      const stage = await makeAccount();
      const connection = await stage.goOnline();
      const waiting = stage.enters("waiting");
      connection.endWith(condition);
      await waiting;
      await letRetry(stage);
      expect(stage.account.view.connection.kind).toBe("online");
    },
  );
});
