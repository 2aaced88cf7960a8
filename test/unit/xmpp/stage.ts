/** Sessions as the program makes them, pointed at a scripted server. */

import type { Element } from "@xmpp/xml";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import type { Clock } from "../../../app/base/clock.ts";
import type { Log } from "../../../app/base/log.ts";
import { systemRandom } from "../../../app/base/random.ts";
import { problemOf } from "../../../app/account/problem.ts";
import type { ConnectionProblem } from "../../../app/contract/problems.ts";
import { Dialer } from "../../../app/net/dialer.ts";
import { domainOf, parseBareJid, type BareJid } from "../../../app/xmpp/jid.ts";
import { Session, type SessionOptions } from "../../../app/xmpp/stream/session.ts";
import { XmlStream, type StreamEnd } from "../../../app/xmpp/stream/xml-stream.ts";
import { extensions } from "../../../app/xmpp/xep/index.ts";
import { TestAuthority } from "../../lab/certificates.ts";
import { makeGate } from "../../lab/gate.ts";
import { recordedLog, type RecordedLog } from "../../lab/recorded-log.ts";
import { Recorder } from "../../lab/recorder.ts";
import { address, domain } from "../../lab/scripted-login.ts";
import { ScriptedServer, type Peer, type Script } from "../../lab/scripted-server.ts";

export const authority = new TestAuthority("Linnet tests");
export const identity = authority.issue({ names: [domain] });

/** Trusts the authority of the tests, besides what everybody trusts. */
export const gate = makeGate({ authorities: () => [authority] });

export function testAccount(): BareJid {
  const account = parseBareJid(address);
  if (!account) throw new Error("the account of the tests has an invalid address");
  return account;
}

/** Connects to where it is told, never looking anything up. */
export function makeDialer(clock: Clock, log: Log): Dialer {
  const resolver = { candidates: () => Promise.reject(new Error("nobody asked for a lookup")) };
  return new Dialer({ resolver, gate, clock, log });
}

export interface SessionUnderTest {
  readonly session: Session;
  readonly clock: FakeClock;
  readonly recorded: RecordedLog;
}

export interface Wishes extends Partial<SessionOptions> {
  readonly port: number;
  readonly password?: string;
  readonly tls?: "direct" | "starttls";
}

/** A session that dials a port on loopback. Its clock stands still until the test moves it. */
export function makeSession(wishes: Wishes): SessionUnderTest {
  const { port, password = "R0m30", tls = "starttls", ...rest } = wishes;
  const clock = new FakeClock(Date.now());
  const recorded = recordedLog();
  const dialer = makeDialer(clock, recorded.log);
  const session = new Session({
    account: testAccount(),
    credentials: { username: "juliet", password },
    isPlainAllowed: false,
    resource: "balcony",
    extensions,
    clock,
    random: systemRandom,
    log: recorded.log,
    dial: () => dialer.dial(domain, { host: "127.0.0.1", port, tls }),
    ...rest,
  });
  return { session, clock, recorded };
}

export interface StreamUnderTest {
  readonly stream: XmlStream;
  readonly clock: FakeClock;
  /** Elements that nobody waited for. */
  readonly elements: Recorder<Element>;
  readonly end: Promise<StreamEnd>;
}

/** A bare XML stream to a port on loopback, without a session around it. */
export async function connectStream(port: number): Promise<StreamUnderTest> {
  const clock = new FakeClock(Date.now());
  const { log } = recordedLog();
  const dialled = await makeDialer(clock, log).dial(domain, {
    host: "127.0.0.1",
    port,
    tls: "starttls",
  });
  if (!dialled.ok) throw new Error(`no connection: ${dialled.error.kind}`);
  const elements = new Recorder<Element>();
  const { promise: end, resolve } = Promise.withResolvers<StreamEnd>();
  const stream = new XmlStream({
    transport: dialled.value,
    domain: domainOf(testAccount()),
    clock,
    log,
    onElement: (element) => {
      elements.add(element);
    },
    onEnd: resolve,
  });
  return { stream, clock, elements, end };
}

export interface Play extends SessionUnderTest, AsyncDisposable {
  readonly server: ScriptedServer;
}

/** Starts a server with a certificate for the tests' domain, and a session that is to talk to it. */
export async function play(script: Script, wishes: Partial<Wishes> = {}): Promise<Play> {
  const isDirectTls = wishes.tls === "direct";
  const server = await ScriptedServer.start({ identity, isDirectTls }, script);
  return {
    ...makeSession({ port: server.port, ...wishes }),
    server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export interface OnlinePlay extends Play {
  readonly peer: Peer;
}

/** {@link play} with the session online; `logIn` is what the server does until then. */
export async function playOnline(
  logIn: (peer: Peer) => Promise<unknown>,
  wishes: Partial<Wishes> = {},
): Promise<OnlinePlay> {
  const { promise, resolve } = Promise.withResolvers<Peer>();
  const stage = await play(async (peer) => {
    await logIn(peer);
    resolve(peer);
  }, wishes);
  const started = await stage.session.start();
  if (!started.ok) {
    await stage[Symbol.asyncDispose]();
    throw new Error(`the session did not start: ${JSON.stringify(started.error)}`);
  }
  return { ...stage, peer: await promise };
}

/** What a person is told about the end of a session. */
export async function problemAfter(session: Session): Promise<ConnectionProblem | null> {
  return problemOf(await session.over);
}
