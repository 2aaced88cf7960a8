/** Defect 15 of the stock client: whoever publishes where the server is, is found. */

import { describe, expect, test } from "vitest";
import { FakeClock } from "../../../../app/base/clock.fake.ts";
import { netLimits } from "../../../../app/base/limits.ts";
import { systemRandom } from "../../../../app/base/random.ts";
import { Dialer } from "../../../../app/net/dialer.ts";
import { makeResolver } from "../../../../app/net/resolver.ts";
import { DnsServer, type Zone } from "../../../lab/dns-server.ts";
import { freePorts } from "../../../lab/ports.ts";
import { recordedLog } from "../../../lab/recorded-log.ts";
import { domain } from "../../../lab/scripted-login.ts";
import { ScriptedServer } from "../../../lab/scripted-server.ts";
import { gate, identity } from "../stage.ts";

const direct = `_xmpps-client._tcp.${domain}`;
const starttls = `_xmpp-client._tcp.${domain}`;

interface Net extends AsyncDisposable {
  readonly dns: DnsServer;
  readonly clock: FakeClock;
  readonly dialer: Dialer;
}

async function net(zone: Zone): Promise<Net> {
  const dns = await DnsServer.start(zone);
  const clock = new FakeClock(Date.now());
  const resolver = makeResolver(systemRandom, [dns.address], clock);
  const { log } = recordedLog();
  const dialer = new Dialer({ resolver, gate, clock, log, lookup: dns.lookup });
  return { dns, clock, dialer, [Symbol.asyncDispose]: () => dns[Symbol.asyncDispose]() };
}

/** A server that is there and does nothing; with direct TLS it completes the handshake. */
function idle(isDirectTls: boolean): Promise<ScriptedServer> {
  return ScriptedServer.start({ identity, isDirectTls }, (peer) => peer.gone);
}

/** Takes connections and never says a word, not even of TLS. */
function blackHole(): Promise<ScriptedServer> {
  return ScriptedServer.start({}, (peer) => peer.gone);
}

describe("15: the server is found", () => {
  test("a domain with service records and no address of its own", async () => {
    await using server = await idle(false);
    await using lab = await net({
      [starttls]: { SRV: [{ target: "xmpp.hoster.example", port: server.port }] },
      "xmpp.hoster.example": { A: "127.0.0.1" },
    });
    const dialled = await lab.dialer.dial(domain, null);
    expect(dialled).toMatchObject({ ok: true, value: { host: "xmpp.hoster.example" } });
    expect(lab.dns.questions).not.toContain(`A ${domain}`);
  });

  test("direct TLS is preferred where its priority says so", async () => {
    await using plain = await idle(false);
    await using secure = await idle(true);
    await using lab = await net({
      [starttls]: { SRV: [{ target: domain, port: plain.port, priority: 5 }] },
      [direct]: { SRV: [{ target: domain, port: secure.port, priority: 4 }] },
      [domain]: { A: "127.0.0.1" },
    });
    const dialled = await lab.dialer.dial(domain, null);
    expect(dialled).toMatchObject({ ok: true, value: { port: secure.port, isSecure: true } });
    expect(plain.peers).toHaveLength(0);
  });

  test("the first server is switched off, the next one is tried", async () => {
    const [deadPort = 0] = await freePorts(1);
    await using server = await idle(false);
    await using lab = await net({
      [starttls]: {
        SRV: [
          { target: "a.example", port: deadPort, priority: 1 },
          { target: "gone.example", port: 5222, priority: 2 },
          { target: "b.example", port: server.port, priority: 3 },
        ],
      },
      "a.example": { A: "127.0.0.1" },
      "b.example": { A: "127.0.0.1" },
    });
    expect(await lab.dialer.dial(domain, null)).toMatchObject({
      ok: true,
      value: { host: "b.example", port: server.port },
    });
  });

  test("the first server says nothing: it gets its time and no more, then the next one", async () => {
    await using silent = await blackHole();
    await using server = await idle(true);
    await using lab = await net({
      [direct]: {
        SRV: [
          { target: domain, port: silent.port, priority: 1 },
          { target: domain, port: server.port, priority: 2 },
        ],
      },
      [domain]: { A: "127.0.0.1" },
    });
    const dialled = lab.dialer.dial(domain, null);
    const peer = await silent.firstPeer();
    await lab.clock.advance(netLimits.candidateMs - 1);
    expect(server.peers).toHaveLength(0);
    await lab.clock.advance(1);
    expect(await dialled).toMatchObject({ ok: true, value: { port: server.port } });
    await peer.gone;
  });

  test("every server is silent: the person is told so", async () => {
    await using silent = await blackHole();
    await using lab = await net({
      [direct]: { SRV: [{ target: domain, port: silent.port }] },
      [domain]: { A: "127.0.0.1" },
    });
    const dialled = lab.dialer.dial(domain, null);
    await silent.firstPeer();
    await lab.clock.advance(netLimits.candidateMs);
    const error = { kind: "timeout", host: domain, port: silent.port };
    expect(await dialled).toEqual({ ok: false, error });
  });

  test.each([
    ["no direct TLS, but STARTTLS", true, false],
    ["no STARTTLS, but direct TLS", false, true],
  ])('the target "." says: %s', async (_, isStarttls, isDirect) => {
    await using server = await idle(isDirect);
    const there = { SRV: [{ target: domain, port: server.port }] };
    const notThere = { SRV: [{ target: ".", port: 0 }] };
    await using lab = await net({
      [starttls]: isStarttls ? there : notThere,
      [direct]: isDirect ? there : notThere,
      [domain]: { A: "127.0.0.1" },
    });
    expect(await lab.dialer.dial(domain, null)).toMatchObject({ ok: true });
  });

  test('the target "." says that there is no service: nobody is asked for its address', async () => {
    await using lab = await net({
      [starttls]: { SRV: [{ target: ".", port: 0 }] },
      [domain]: { A: "127.0.0.1" },
    });
    const error = { kind: "host-unknown", host: domain };
    expect(await lab.dialer.dial(domain, null)).toEqual({ ok: false, error });
    expect(lab.dns.questions).not.toContain(`A ${domain}`);
  });

  test('a nameserver that says "." and fails may know better later', async () => {
    await using lab = await net({
      [direct]: { SRV: [{ target: ".", port: 0 }] },
      [starttls]: { fault: "server-failure" },
    });
    const error = { kind: "lookup-failed", host: domain };
    expect(await lab.dialer.dial(domain, null)).toEqual({ ok: false, error });
  });

  test.each(["server-failure", "silence"] as const)(
    "the nameserver's %s for service records leaves the domain itself to try",
    async (fault) => {
      await using dns = await DnsServer.start({ [starttls]: { fault }, [direct]: { fault } });
      const clock = new FakeClock();
      const found = makeResolver(systemRandom, [dns.address], clock).candidates(domain);
      if (fault === "silence") await clock.advance(netLimits.dnsMs);
      const candidate = { host: domain, port: 5222, tls: "starttls" };
      expect(await found).toEqual({ ok: true, value: [candidate] });
      expect(clock.pending).toBe(0);
    },
  );

  test("one kind of record fails, the other is enough", async () => {
    await using server = await idle(true);
    await using lab = await net({
      [starttls]: { fault: "server-failure" },
      [direct]: { SRV: [{ target: domain, port: server.port }] },
      [domain]: { A: "127.0.0.1" },
    });
    expect(await lab.dialer.dial(domain, null)).toMatchObject({ ok: true });
  });

  test("a domain that does not exist", async () => {
    await using lab = await net({});
    const error = { kind: "host-unknown", host: domain };
    expect(await lab.dialer.dial(domain, null)).toEqual({ ok: false, error });
  });

  test("a domain whose address cannot be had now", async () => {
    await using lab = await net({ [domain]: { fault: "server-failure" } });
    const error = { kind: "lookup-failed", host: domain };
    expect(await lab.dialer.dial(domain, null)).toEqual({ ok: false, error });
  });
});
