/** Servers that are wrong, broken or hostile before anybody has signed in: each has its own sentence. */

import { describe, expect, test } from "vitest";
import { systemClock } from "../../../app/base/clock.ts";
import type { ConnectionProblem } from "../../../app/contract/problems.ts";
import { Dialer } from "../../../app/net/dialer.ts";
import { mayPassByItself } from "../../../app/account/problem.ts";
import { TestAuthority, type ServerCertificateOptions } from "../../lab/certificates.ts";
import { DnsServer } from "../../lab/dns-server.ts";
import { freePorts } from "../../lab/ports.ts";
import { recordedLog } from "../../lab/recorded-log.ts";
import {
  address,
  bind,
  bound,
  domain,
  expectBind,
  features,
  header,
  mechanisms,
  openStream,
  proceed,
  signIn,
  starttls,
  upgrade,
} from "../../lab/scripted-login.ts";
import { clientHello, ScriptedServer, type Peer, type Script } from "../../lab/scripted-server.ts";
import { authority, gate, makeSession, play, problemAfter } from "./stage.ts";

/** Lets a session meet a server and returns what the person is told. */
async function meet(
  script: Script,
  wishes: Parameters<typeof play>[1] = {},
): Promise<ConnectionProblem | null> {
  await using stage = await play(script, wishes);
  const started = await stage.session.start();
  expect(started.ok).toBe(false);
  return problemAfter(stage.session);
}

const host = "127.0.0.1";

describe("no server", () => {
  test("the host does not exist", async () => {
    await using dns = await DnsServer.start({});
    const { log } = recordedLog();
    const resolver = { candidates: () => Promise.reject(new Error("set by hand")) };
    const clock = systemClock;
    const dialer = new Dialer({ resolver, gate, clock, log, lookup: dns.lookup });
    const place = { host: "nowhere.example", port: 5222, tls: "starttls" } as const;
    const { session } = makeSession({ port: 0, dial: () => dialer.dial(domain, place) });
    await session.start();
    expect(await problemAfter(session)).toEqual({ kind: "host-unknown", host: "nowhere.example" });
  });

  test("nobody listens at the port", async () => {
    const [port = 0] = await freePorts(1);
    const { session } = makeSession({ port });
    await session.start();
    expect(await problemAfter(session)).toEqual({ kind: "refused", host, port });
  });

  test("dialling breaks in a way nobody thought of: the session ends all the same", async () => {
    const dial = (): Promise<never> => Promise.reject(new RangeError("port"));
    const { session } = makeSession({ port: 0, dial });
    expect(await session.start()).toMatchObject({ ok: false });
    expect(await problemAfter(session)).toEqual({ kind: "internal" });
  });

  test("the connection is closed at once", async () => {
    const problem = await meet((peer) => {
      peer.end();
      return peer.gone;
    });
    expect(problem).toEqual({ kind: "lost" });
  });
});

describe("the wrong certificate", () => {
  const stranger = new TestAuthority("Nobody's authority");
  const cases: Record<
    string,
    readonly [TestAuthority, ServerCertificateOptions, readonly string[]]
  > = {
    "of another domain": [authority, { names: ["montague.example"] }, ["other-domain"]],
    expired: [authority, { names: [domain], validFromDays: -9, validToDays: -2 }, ["expired"]],
    "not valid yet": [authority, { names: [domain], validFromDays: 2 }, ["not-yet-valid"]],
    "signed by itself": [authority, { names: [domain], isSelfSigned: true }, ["self-signed"]],
    "from an unknown authority": [stranger, { names: [domain] }, ["untrusted-authority"]],
    "expired and of another domain": [
      authority,
      { names: ["montague.example"], validFromDays: -9, validToDays: -2 },
      ["expired", "other-domain"],
    ],
  };

  test.each(Object.entries(cases))("%s", async (_, [issuer, options, problems]) => {
    const identity = issuer.issue(options);
    for (const tls of ["direct", "starttls"] as const) {
      const isDirectTls = tls === "direct";
      await using server = await ScriptedServer.start({ identity, isDirectTls }, async (peer) => {
        if (!isDirectTls) await upgrade(peer);
        await peer.gone;
      });
      const { session } = makeSession({ port: server.port, tls });
      await session.start();
      const problem = await problemAfter(session);
      expect(problem).toEqual({
        kind: "certificate",
        host,
        problems,
        question: expect.any(String) as string,
      });
      expect(problem && mayPassByItself(problem)).toBe(false);
      const peer = await server.firstPeer();
      await peer.gone;
      expect(peer.received).toBe("");
    }
  });
});

describe("no encryption that can be used", () => {
  test("a server that talks XML where TLS was expected", async () => {
    await using server = await ScriptedServer.start({}, async (peer) => {
      await peer.expect(clientHello);
      await peer.send(header);
      await peer.gone;
    });
    const { session } = makeSession({ port: server.port, tls: "direct" });
    await session.start();
    expect(await problemAfter(session)).toEqual({ kind: "tls-failed", host });
  });

  test("a server with TLS 1.1 only", async () => {
    const problem = await meet(async (peer) => {
      await openStream(peer, features(starttls));
      await peer.expect(/<starttls[^>]*>/);
      await peer.send(proceed);
      await peer.expect(clientHello);
      // What such a server answers (RFC 8446 §6): alert, fatal, protocol_version.
      await peer.send(Uint8Array.from([21, 3, 1, 0, 2, 2, 70]));
      await peer.gone;
    });
    expect(problem).toEqual({ kind: "tls-failed", host });
  });

  test("the connection breaks during the handshake", async () => {
    const problem = await meet(async (peer) => {
      await openStream(peer, features(starttls));
      await peer.expect(/<starttls[^>]*>/);
      await peer.send(proceed);
      await peer.expect(clientHello);
      peer.end();
    });
    expect(problem).toEqual({ kind: "tls-failed", host });
  });
});

const giant = "x".repeat(65_536);

/** What is said instead of, or after, a stream header. */
const broken: Record<string, readonly [string, ConnectionProblem]> = {
  "a web server": ["HTTP/1.1 400 Bad Request\r\n\r\n", malformed()],
  "a mail server": ["220 mail.example ESMTP\r\n", malformed()],
  "a page": ["<html><body/></html>", malformed()],
  "a document type": [header.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>'), malformed()],
  "a comment": [header.replace("?>", "?><!-- hello -->"), malformed()],
  "a style sheet": [header.replace("?>", "?><?xml-stylesheet href='x'?>"), malformed()],
  "a stream of another kind": [
    "<stream:stream xmlns:stream='urn:other' version='1.0'>",
    malformed(),
  ],
  "a stream of the last century": [header.replace(" version='1.0' xmlns", " xmlns"), malformed()],
  "a stream of no version": [
    header.replace("version='1.0' xmlns", "version='x' xmlns"),
    malformed(),
  ],
  "Latin-1": [header.replace("?>", " encoding='iso-8859-1'?>"), malformed()],
  "XML that ends in the middle": [`${header}<stream:features></stream:feat>`, malformed()],
  "100 MB of features": [`${header}<stream:features>${giant.repeat(16)}`, tooBig()],
  "a header without end": [`<stream:stream ${"a='' ".repeat(80_000)}`, tooBig()],
  "100 attributes": [`${header}<a ${attributes(100)}/>`, tooBig()],
  "3,000 elements": [`${header}<a>${"<b/>".repeat(3_000)}</a>`, tooBig()],
  "nesting 10,000 deep": [
    `${header}${"<a>".repeat(10_000)}`,
    { kind: "unreadable", what: "too-deep" },
  ],
};

function malformed(): ConnectionProblem {
  return { kind: "unreadable", what: "malformed" };
}

function tooBig(): ConnectionProblem {
  return { kind: "unreadable", what: "too-big" };
}

function attributes(count: number): string {
  return Array.from({ length: count }, (_, number) => `a${number}='1'`).join(" ");
}

describe("no XMPP", () => {
  test.each(Object.entries(broken))("%s", async (_, [text, problem]) => {
    const script = async (peer: Peer): Promise<void> => {
      await peer.expect(/<stream:stream [^>]*>/);
      await peer.send(text);
      await peer.gone;
    };
    expect(await meet(script)).toEqual(problem);
  });
});

describe("no session", () => {
  test("no mechanism that we know", async () => {
    const problem = await meet(async (peer) => {
      await upgrade(peer);
      await openStream(peer, features(mechanisms("GSSAPI", "DIGEST-MD5", "OAUTHBEARER")));
      await peer.expect(/<\/stream:stream>/);
    });
    expect(problem).toEqual({ kind: "no-mechanism", isPlainOffered: false });
  });

  test.each([
    ["resource-constraint", "wait"],
    ["not-allowed", "cancel"],
  ])("binding is refused: %s", async (condition, type) => {
    const problem = await meet(async (peer) => {
      await upgrade(peer);
      await signIn(peer);
      await openStream(peer, features(bind));
      const { id } = await expectBind(peer);
      const error = `<${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>`;
      await peer.send(`<iq type='error' id='${id}'><error type='${type}'>${error}</error></iq>`);
      await peer.expect(/<\/stream:stream>/);
    });
    expect(problem).toEqual({ kind: "session-refused", condition });
  });

  test.each([
    ["somebody else's", `romeo@${domain}/balcony`],
    ["no device's", address],
    ["no", ""],
    ["a malformed", "juliet@/balcony"],
  ])("bound to %s address", async (_, jid) => {
    const problem = await meet(async (peer) => {
      await upgrade(peer);
      await signIn(peer);
      await openStream(peer, features(bind));
      const { id } = await expectBind(peer);
      await peer.send(bound(id, jid));
      await peer.expect(/<\/stream:stream>/);
    });
    expect(problem).toEqual({ kind: "protocol" });
  });
});

test("all these faults are told apart, and each has the kind that says whether to try again", () => {
  const told = new Set(Object.values(broken).map(([, problem]) => JSON.stringify(problem)));
  expect(told.size).toBe(3);
  for (const [, problem] of Object.values(broken)) expect(mayPassByItself(problem)).toBe(true);
});
