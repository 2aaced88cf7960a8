/** Defects 3, 4 and 5 of the stock client: nobody reads along, and it is the right server. */

import { describe, expect, test } from "vitest";
import { FakeClock } from "../../../../app/base/clock.fake.ts";
import { systemRandom } from "../../../../app/base/random.ts";
import { Dialer } from "../../../../app/net/dialer.ts";
import { makeResolver } from "../../../../app/net/resolver.ts";
import { asciiDomain, parseBareJid } from "../../../../app/xmpp/jid.ts";
import type { KeyAndCertificate } from "../../../lab/certificates.ts";
import { DnsServer } from "../../../lab/dns-server.ts";
import { recordedLog } from "../../../lab/recorded-log.ts";
import {
  bind,
  domain,
  farewell,
  features,
  header,
  login,
  mechanisms,
  message,
  ns,
  openStream,
  proceed,
  starttls,
} from "../../../lab/scripted-login.ts";
import { ScriptedServer } from "../../../lab/scripted-server.ts";
import {
  authority,
  gate,
  identity,
  makeDialer,
  makeSession,
  play,
  playOnline,
  problemAfter,
} from "../stage.ts";

describe("3: encryption cannot be taken away", () => {
  test.each([
    ["offers signing in without it", features(mechanisms("SCRAM-SHA-256", "PLAIN"))],
    ["offers nothing at all", features()],
    ["offers a session without signing in", features(bind)],
  ])("somebody in between %s: the client leaves without a word", async (_, offered) => {
    await using stage = await play(
      async (peer) => {
        await openStream(peer, offered);
        await farewell(peer);
      },
      { isPlainAllowed: true },
    );
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({ kind: "tls-unavailable" });
    const peer = await stage.server.firstPeer();
    await peer.gone;
    expect(peer.received).toMatch(
      /^<\?xml version='1.0'\?><stream:stream [^>]*><\/stream:stream>$/,
    );
    // Not even whose account this would have been.
    expect(peer.received).not.toContain("juliet");
  });

  test("the server offers encryption and then refuses it", async () => {
    await using stage = await play(async (peer) => {
      await openStream(peer, features(starttls, mechanisms("PLAIN")));
      await peer.expect(/<starttls/);
      await peer.send(`<failure xmlns='${ns.tls}'/></stream:stream>`);
      await peer.gone;
    });
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({ kind: "tls-unavailable" });
    expect((await stage.server.firstPeer()).received).not.toContain("<auth");
  });

  test.each([
    ["a message", message("send me your password")],
    ["an offer of mechanisms", features(mechanisms("PLAIN"))],
    ["a second answer", proceed],
    ["half an element", "<message from='romeo@montague.example'><bo"],
    ["a new stream", header],
    ["white space", "\n"],
  ])("%s smuggled in behind <proceed/> ends the session before TLS", async (_, injected) => {
    await using stage = await play(async (peer) => {
      await openStream(peer, features(starttls));
      await peer.expect(/<starttls[^>]*>/);
      await peer.send(proceed, injected);
      await peer.gone;
    });
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({ kind: "unreadable", what: "malformed" });
    const peer = await stage.server.firstPeer();
    await peer.gone;
    // Words at most; a handshake begins with the byte 22.
    expect(peer.received).not.toContain("\u0016");
  });

  test("an answer that came before the question, with more behind it, is no better", async () => {
    await using stage = await play(async (peer) => {
      await peer.expect(/<stream:stream [^>]*>/);
      await peer.send(header, features(starttls), proceed, message("send me your password"));
      await peer.gone;
    });
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({ kind: "unreadable", what: "malformed" });
  });

  test("what was said before TLS counts for nothing afterwards", async () => {
    const received: string[] = [];
    await using stage = await playOnline(async (peer) => {
      await peer.expect(/<stream:stream [^>]*>/);
      await peer.send(header, message("in the clear"), features(starttls));
      await peer.expect(/<starttls[^>]*>/);
      await peer.startTls(proceed);
      await login(peer, { isDirectTls: true });
    });
    stage.session.onMessage((each) => void received.push(each.body ?? ""));
    await stage.peer.send(message("inside"));
    await stage.peer.send("</stream:stream>");
    await stage.session.over;
    expect(received).toEqual(["inside"]);
  });
});

describe("4: a server with many domains learns which one is meant", () => {
  test.each(["starttls", "direct"] as const)("%s", async (tls) => {
    const isDirectTls = tls === "direct";
    await using stage = await playOnline((peer) => login(peer, { isDirectTls }), { tls });
    expect(stage.peer.serverName).toBe(domain);
    expect(stage.peer.protocol).toBe("xmpp-client");
    expect(stage.peer.plainBytes > 0).toBe(!isDirectTls);
  });
});

describe("4: also where its name is not ASCII", () => {
  test("TLS gets A-labels, and the stream the name that people see", async () => {
    const account = parseBareJid("juliet@münchen.example");
    if (!account) throw new Error("the example is an address");
    const shown = authority.issue({ names: ["xn--mnchen-3ya.example"] });
    await using server = await ScriptedServer.start(
      { identity: shown, isDirectTls: true },
      async (peer) => {
        await peer.expect(/<stream:stream [^>]*to="münchen.example"/);
        peer.end();
      },
    );
    const place = { host: "127.0.0.1", port: server.port, tls: "direct" } as const;
    const dialer = makeDialer(new FakeClock(Date.now()), recordedLog().log);
    const dial = (): ReturnType<Dialer["dial"]> => dialer.dial(asciiDomain(account), place);
    const { session } = makeSession({ port: server.port, account, dial });
    await session.start();
    expect(await problemAfter(session)).toEqual({ kind: "lost" });
    expect((await server.firstPeer()).serverName).toBe("xn--mnchen-3ya.example");
  });
});

/** A hoster whose server has another name than the domains it serves. */
async function hosted(shown: KeyAndCertificate): Promise<{
  readonly dns: DnsServer;
  readonly server: ScriptedServer;
  readonly dialer: Dialer;
}> {
  const server = await ScriptedServer.start(
    { identity: shown, isDirectTls: true },
    async (peer) => {
      if (shown === identity) await login(peer, { isDirectTls: true });
      else await peer.gone;
    },
  );
  const dns = await DnsServer.start({
    [`_xmpps-client._tcp.${domain}`]: {
      SRV: [{ target: "xmpp.hoster.example", port: server.port }],
    },
    "xmpp.hoster.example": { A: "127.0.0.1" },
  });
  const clock = new FakeClock(Date.now());
  const { log } = recordedLog();
  const resolver = makeResolver(systemRandom, [dns.address], clock);
  const dialer = new Dialer({ resolver, gate, clock, log, lookup: dns.lookup });
  return { dns, server, dialer };
}

describe("5: a certificate is for the account's domain, whatever the server is called", () => {
  test("a hoster has the domain's certificate: direct TLS works", async () => {
    const { dns, server, dialer } = await hosted(identity);
    await using _dns = dns;
    await using _server = server;
    const { session } = makeSession({
      port: server.port,
      dial: () => dialer.dial(domain, null),
    });
    expect(await session.start()).toMatchObject({ ok: true });
    expect((await server.firstPeer()).serverName).toBe(domain);
  });

  test("a hoster has only its own certificate: not one byte of XMPP is sent", async () => {
    const own = authority.issue({ names: ["xmpp.hoster.example"] });
    const { dns, server, dialer } = await hosted(own);
    await using _dns = dns;
    await using _server = server;
    const { session } = makeSession({
      port: server.port,
      dial: () => dialer.dial(domain, null),
    });
    await session.start();
    expect(await problemAfter(session)).toEqual({
      kind: "certificate",
      host: "xmpp.hoster.example",
      problems: ["other-domain"],
      question: expect.any(String) as string,
    });
    const peer = await server.firstPeer();
    await peer.gone;
    expect(peer.received).toBe("");
  });

  test("the same behind STARTTLS: nothing follows the handshake", async () => {
    const own = authority.issue({ names: ["xmpp.hoster.example"] });
    await using server = await ScriptedServer.start({ identity: own }, async (peer) => {
      await openStream(peer, features(starttls));
      await peer.expect(/<starttls[^>]*>/);
      await peer.startTls(proceed);
      await peer.gone;
    });
    const { session } = makeSession({ port: server.port });
    await session.start();
    expect(await problemAfter(session)).toMatchObject({ problems: ["other-domain"] });
    const peer = await server.firstPeer();
    await peer.gone;
    expect(peer.received).toBe("");
  });
});
