/** Several places to try, several ways to fail, one answer for the person. */

import { describe, expect, test } from "vitest";
import { systemClock } from "../../../app/base/clock.ts";
import { failure, success } from "../../../app/base/result.ts";
import { Dialer } from "../../../app/net/dialer.ts";
import type { Candidate } from "../../../app/net/resolver.ts";
import { TestAuthority } from "../../lab/certificates.ts";
import { DnsServer } from "../../lab/dns-server.ts";
import { makeGate } from "../../lab/gate.ts";
import { freePorts } from "../../lab/ports.ts";
import { recordedLog } from "../../lab/recorded-log.ts";
import { ScriptedServer } from "../../lab/scripted-server.ts";

const authority = new TestAuthority("Linnet tests");
const right = authority.issue({ names: ["a.example"] });
const wrong = authority.issue({ names: ["b.example"] });
const gate = makeGate({ authorities: () => [authority] });

function dialerFor(candidates: readonly Candidate[], dns?: DnsServer): Dialer {
  return new Dialer({
    resolver: { candidates: () => Promise.resolve(success([...candidates])) },
    gate,
    clock: systemClock,
    log: recordedLog().log,
    ...(dns ? { lookup: dns.lookup } : {}),
  });
}

function secureServer(identity: typeof right): Promise<ScriptedServer> {
  return ScriptedServer.start({ identity, isDirectTls: true }, (peer) => peer.gone);
}

const host = "127.0.0.1";

describe("of several failures the person is told the one that got furthest", () => {
  test("a wrong certificate before a closed port", async () => {
    await using server = await secureServer(wrong);
    const [dead = 0] = await freePorts(1);
    const dialer = dialerFor([
      { host, port: dead, tls: "direct" },
      { host, port: server.port, tls: "direct" },
      { host, port: dead, tls: "starttls" },
    ]);
    expect(await dialer.dial("a.example", null)).toEqual(
      failure({
        kind: "certificate",
        host,
        problems: ["other-domain"],
        question: expect.any(String) as string,
      }),
    );
  });

  test("a closed port before an unknown host", async () => {
    const [dead = 0] = await freePorts(1);
    await using dns = await DnsServer.start({ "here.example": { A: host } });
    const dialer = dialerFor(
      [
        { host: "nowhere.example", port: 5222, tls: "starttls" },
        { host: "here.example", port: dead, tls: "starttls" },
      ],
      dns,
    );
    expect(await dialer.dial("a.example", null)).toEqual(
      failure({ kind: "refused", host: "here.example", port: dead }),
    );
  });

  test("a resolver that has nothing to say is passed on", async () => {
    const dialer = new Dialer({
      resolver: {
        candidates: () => Promise.resolve(failure({ kind: "lookup-failed", host: "a.example" })),
      },
      gate,
      clock: systemClock,
      log: recordedLog().log,
    });
    expect(await dialer.dial("a.example", null)).toEqual(
      failure({ kind: "lookup-failed", host: "a.example" }),
    );
  });
});

describe("a server whose certificate is wrong does not hide one whose certificate is right", () => {
  test("the next candidate is used, and the first was told nothing", async () => {
    await using bad = await secureServer(wrong);
    await using good = await secureServer(right);
    const dialer = dialerFor([
      { host, port: bad.port, tls: "direct" },
      { host, port: good.port, tls: "direct" },
    ]);
    const dialled = await dialer.dial("a.example", null);
    expect(dialled).toMatchObject({ ok: true, value: { port: good.port, isSecure: true } });
    const peer = await bad.firstPeer();
    await peer.gone;
    expect(peer.received).toBe("");
  });
});

describe("a server set by hand", () => {
  test("is used instead of looking one up, and still has to be the account's", async () => {
    await using server = await secureServer(right);
    const dialer = new Dialer({
      resolver: { candidates: () => Promise.reject(new Error("nobody should ask")) },
      gate,
      clock: systemClock,
      log: recordedLog().log,
    });
    const place = { host, port: server.port, tls: "direct" } as const;
    expect(await dialer.dial("a.example", place)).toMatchObject({ ok: true });
    expect(await dialer.dial("c.example", place)).toEqual(
      failure({
        kind: "certificate",
        host,
        problems: ["other-domain"],
        question: expect.any(String) as string,
      }),
    );
    expect(server.peers.map((peer) => peer.serverName)).toEqual(["a.example", "c.example"]);
  });

  test("an account at an address instead of a name asks for no name", async () => {
    await using server = await secureServer(right);
    const dialer = dialerFor([{ host, port: server.port, tls: "direct" }]);
    await dialer.dial("127.0.0.1", null);
    expect((await server.firstPeer()).serverName).toBeNull();
  });
});
