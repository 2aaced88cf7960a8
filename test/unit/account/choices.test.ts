/** What the person does to the connection of an account: at once, once, and remembered. */

import { describe, expect, test } from "vitest";
import type { Session } from "../../../app/xmpp/stream/session.ts";
import { dayMs, letRetry, makeAccount, refused } from "./stage.ts";

describe("the person", () => {
  test("need not wait: reconnecting tries at once, and from the shortest wait again", async () => {
    const stage = await makeAccount();
    stage.server.unreachable = refused;
    let waiting = stage.enters("waiting");
    stage.account.start(null);
    await waiting;
    for (let attempt = 0; attempt < 5; attempt++) await letRetry(stage);
    waiting = stage.enters("waiting");
    stage.account.reconnect();
    const { retryAt } = await waiting;
    expect(retryAt - stage.clock.now()).toBeLessThanOrEqual(2_000);
    // The wait that was cut short does not go on beside it.
    const { attempts } = stage.server;
    await stage.clock.advance(499);
    expect(stage.server.attempts).toBe(attempts);
  });

  test("can reconnect what was stopped, and not what is online or offline", async () => {
    const stage = await makeAccount();
    stage.server.refusal = "not-authorized";
    const stopped = stage.enters("stopped");
    stage.account.start(null);
    await stopped;
    stage.server.refusal = null;
    const online = stage.enters("online");
    stage.account.reconnect();
    await online;
    stage.account.reconnect();
    stage.account.stop();
    stage.account.reconnect();
    await stage.clock.advance(dayMs);
    expect(stage.server.attempts).toBe(2);
    expect(stage.account.view.connection.kind).toBe("offline");
  });

  test("goes offline and online, and the choice is remembered", async () => {
    const stage = await makeAccount();
    const connection = await stage.goOnline();
    await stage.account.setConnected(false);
    expect(stage.account.view.connection).toEqual({ kind: "offline" });
    await connection.ended;
    expect(connection.written).toContain("</stream:stream>");
    expect(await stage.store.ask("accounts", "list", null)).toMatchObject([{ isConnected: false }]);
    await stage.clock.advance(dayMs);
    expect(stage.server.attempts).toBe(1);
    const online = stage.enters("online");
    await stage.account.setConnected(true);
    await online;
    expect(await stage.store.ask("accounts", "list", null)).toMatchObject([{ isConnected: true }]);
    await stage.account.setConnected(true);
    expect(stage.server.attempts).toBe(2);
  });

  test("who goes offline while waiting or connecting is offline", async () => {
    const stage = await makeAccount();
    stage.server.unreachable = refused;
    const waiting = stage.enters("waiting");
    stage.account.start(null);
    await waiting;
    await stage.account.setConnected(false);
    await stage.clock.advance(dayMs);
    expect(stage.server.attempts).toBe(1);
    stage.server.unreachable = null;
    stage.server.isBindHeld = true;
    const connecting = stage.enters("connecting");
    await stage.account.setConnected(true);
    await connecting;
    await stage.account.setConnected(false);
    await stage.clock.advance(dayMs);
    expect(stage.account.view.connection).toEqual({ kind: "offline" });
    expect(stage.server.online.items).toEqual([]);
  });

  test("who goes offline and online before anything came of it has one session", async () => {
    const waiting: ((session: Session) => void)[] = [];
    const stage = await makeAccount({
      makeSession: () => new Promise((resolve) => waiting.push(resolve)),
    });
    stage.account.start(null);
    stage.account.stop();
    const online = stage.enters("online");
    await stage.account.setConnected(true);
    for (const resolve of waiting) resolve(stage.server.makeSession(stage.clock, stage.log.log));
    await online;
    await stage.clock.advance(dayMs);
    expect(stage.server.attempts).toBe(1);
  });

  test("gives a new password, which is remembered and tried", async () => {
    const stage = await makeAccount();
    stage.server.password = "changed elsewhere";
    const stopped = stage.enters("stopped");
    stage.account.start(null);
    await stopped;
    const online = stage.enters("online");
    await stage.account.setPassword("changed elsewhere");
    await online;
    const { id } = stage.record;
    expect(await stage.store.ask("accounts", "password", { id })).toBe("changed elsewhere");
    await stage.account.setPassword("and again");
    expect(stage.account.view.connection).toEqual({ kind: "online" });
    expect(stage.log.text()).not.toContain("changed elsewhere");
  });

  test("sets presence: it is sent, shown, and remembered for the next session", async () => {
    const stage = await makeAccount();
    await stage.account.setPresence("dnd", "not now");
    expect(stage.account.view).toMatchObject({ availability: "dnd", status: "not now" });
    const connection = await stage.goOnline();
    await stage.account.setPresence("chat", "");
    await connection.received.count(2, (each) => each.is("presence"));
    const shown = connection.stanzas("presence").map((each) => each.getChildText("show"));
    expect(shown).toEqual(["dnd", "chat"]);
    expect(await stage.store.ask("accounts", "list", null)).toMatchObject([
      { availability: "chat", status: "" },
    ]);
  });
});
