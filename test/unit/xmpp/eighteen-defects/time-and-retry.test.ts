/** Defects 11 and 18 of the stock client: patient with slow servers, and never a nuisance. */

import { describe, expect, test } from "vitest";
import { backOffMs } from "../../../../app/account/back-off.ts";
import { mayPassByItself } from "../../../../app/account/problem.ts";
import { netLimits, recoveryLimits, streamLimits } from "../../../../app/base/limits.ts";
import { systemRandom, type Random } from "../../../../app/base/random.ts";
import {
  bind,
  bound,
  address,
  expectBind,
  expectSasl,
  features,
  header,
  login,
  mechanisms,
  openStream,
  proceed,
  sasl,
  signIn,
  starttls,
  streamError,
  upgrade,
} from "../../../lab/scripted-login.ts";
import { ScramServer } from "../../../lab/scram-server.ts";
import { clientHello, ScriptedServer, type Peer } from "../../../lab/scripted-server.ts";
import { identity, makeSession, play, playOnline, problemAfter } from "../stage.ts";

describe("11: two devices do not throw each other out for ever", () => {
  test("replaced by another session: it stays at that until a person says otherwise", async () => {
    await using stage = await playOnline(login);
    await stage.peer.send(streamError("conflict"));
    const problem = await problemAfter(stage.session);
    expect(problem).toEqual({ kind: "replaced" });
    expect(problem && mayPassByItself(problem)).toBe(false);
    await stage.peer.expect(/<\/stream:stream>$/);
    expect(stage.server.peers).toHaveLength(1);
  });

  test("a server that is restarted is tried again by itself", async () => {
    await using stage = await playOnline(login);
    await stage.peer.send(streamError("system-shutdown"));
    const problem = await problemAfter(stage.session);
    expect(problem).toEqual({ kind: "server-shutdown" });
    expect(problem && mayPassByItself(problem)).toBe(true);
  });

  function always(fraction: number): Random {
    return { ...systemRandom, fraction: () => fraction };
  }

  test("waiting doubles from failure to failure, up to a limit", () => {
    const most = always(1 - 2 ** -48);
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((attempt) => backOffMs(attempt, most));
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 120, 120, 120].map((seconds) => seconds * 1_000));
    expect(Math.max(...waits)).toBe(recoveryLimits.delayMsMax);
  });

  test("no two clients come back at the same moment, and none at once", () => {
    const waits = Array.from({ length: 1_000 }, () => backOffMs(8, systemRandom));
    expect(new Set(waits).size).toBeGreaterThan(900);
    const average = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(average).toBeGreaterThan(recoveryLimits.delayMsMax * 0.4);
    expect(average).toBeLessThan(recoveryLimits.delayMsMax * 0.6);
    expect(backOffMs(8, always(0))).toBe(recoveryLimits.firstDelayMs / 2);
  });
});

/** What a server does before it falls silent. Each ends when the client waits for the next thing. */
const silences: Record<string, (peer: Peer) => Promise<unknown>> = {
  "taking the connection": (peer) => peer.expect(/<stream:stream /),
  "its stream header": async (peer) => {
    await openStream(peer, "");
  },
  "an offer of TLS": async (peer) => {
    await openStream(peer, features(starttls));
    await peer.expect(/<starttls/);
  },
  "<proceed/>": async (peer) => {
    await openStream(peer, features(starttls));
    await peer.expect(/<starttls[^>]*>/);
    await peer.send(proceed);
    await peer.expect(clientHello);
  },
  "the TLS handshake": async (peer) => {
    await upgrade(peer);
    await peer.expect(/<stream:stream /);
  },
  "an offer of mechanisms": async (peer) => {
    await upgrade(peer);
    await openStream(peer, features(mechanisms("SCRAM-SHA-256")));
    await expectSasl(peer, "auth");
  },
  "its challenge": async (peer) => {
    await upgrade(peer);
    await openStream(peer, features(mechanisms("SCRAM-SHA-256")));
    const scram = new ScramServer({ digest: "sha256", password: "R0m30" });
    await peer.send(sasl("challenge", scram.first(await expectSasl(peer, "auth"))));
    await expectSasl(peer, "response");
  },
  success: async (peer) => {
    await upgrade(peer);
    await signIn(peer);
    await peer.expect(/<stream:stream /);
  },
  "an offer of binding": async (peer) => {
    await upgrade(peer);
    await signIn(peer);
    await openStream(peer, features(bind));
    await expectBind(peer);
  },
};

describe("18: a slow server has time, a silent one does not have for ever", () => {
  test.each(Object.entries(silences))("the server falls silent after %s", async (_, script) => {
    const { promise: silent, resolve } = Promise.withResolvers<void>();
    await using stage = await play(async (peer) => {
      await script(peer);
      resolve();
      await peer.gone;
    });
    const started = stage.session.start();
    await silent;
    await stage.clock.advance(streamLimits.negotiationStepMs - 1);
    expect(stage.session.state).not.toBe("closed");
    await stage.clock.advance(1);
    expect(await started).toMatchObject({ ok: false });
    expect(await problemAfter(stage.session)).toEqual({ kind: "silent" });
    // And whatever the server does about it, the socket is given back.
    await stage.clock.advance(streamLimits.closeMs);
    await stage.clock.advance(streamLimits.closeMs);
    await (
      await stage.server.firstPeer()
    ).gone;
    expect(stage.clock.pending).toBe(0);
  });

  test("a server that needs 25 seconds for each answer lets us in", async () => {
    await using server = await ScriptedServer.start({ identity }, async (peer) => {
      const late = (): Promise<void> => clock.advance(25_000);
      await peer.expect(/<stream:stream [^>]*>/);
      await late();
      await peer.send(header, features(starttls));
      await peer.expect(/<starttls[^>]*>/);
      await late();
      await peer.startTls(proceed);
      await peer.expect(/<stream:stream [^>]*>/);
      await late();
      await peer.send(header, features(mechanisms("SCRAM-SHA-256")));
      const clientFirst = await expectSasl(peer, "auth");
      await late();
      const scram = new ScramServer({ digest: "sha256", password: "R0m30" });
      await peer.send(sasl("challenge", scram.first(clientFirst)));
      const { final } = scram.final(await expectSasl(peer, "response"));
      await late();
      await peer.send(sasl("success", final));
      await peer.expect(/<stream:stream [^>]*>/);
      await late();
      await peer.send(header, features(bind));
      const { id, resource } = await expectBind(peer);
      await late();
      await peer.send(bound(id, `${address}/${resource}`));
    });
    const { session, clock } = makeSession({ port: server.port });
    expect(await session.start()).toMatchObject({ ok: true });
  });

  test("a server that never begins direct TLS costs one candidate's time", async () => {
    await using server = await ScriptedServer.start({}, (peer) => peer.gone);
    const { session, clock } = makeSession({ port: server.port, tls: "direct" });
    const started = session.start();
    await server.firstPeer();
    await clock.advance(netLimits.candidateMs);
    expect(await started).toMatchObject({ ok: false });
    expect(await problemAfter(session)).toEqual({
      kind: "timeout",
      host: "127.0.0.1",
      port: server.port,
    });
  });

  test("a server that does not say goodbye is not waited for", async () => {
    await using stage = await playOnline(login);
    stage.session.close();
    await stage.peer.expect(/<\/stream:stream>$/);
    expect(stage.session.state).toBe("online");
    await stage.clock.advance(streamLimits.closeMs);
    expect(await problemAfter(stage.session)).toBeNull();
  });
});
