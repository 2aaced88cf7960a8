/** The transport over real sockets: what it delivers, when, and what TLS tells it. */

import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { createSecureContext } from "node:tls";
import forge from "node-forge";
import { describe, expect, onTestFinished, test } from "vitest";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import { streamLimits } from "../../../app/base/limits.ts";
import { SocketTransport } from "../../../app/net/socket-transport.ts";
import type { TrustGate } from "../../../app/trust/gate.ts";
import type { TransportEnd } from "../../../app/xmpp/stream/transport.ts";
import { TestAuthority, type KeyAndCertificate } from "../../lab/certificates.ts";
import { Recorder } from "../../lab/recorder.ts";
import {
  ScriptedServer,
  type Peer,
  type Script,
  type ScriptedServerOptions,
} from "../../lab/scripted-server.ts";

const domain = "a.example";

/** Believes everybody: what is judged here is not trust. */
const anybody: TrustGate = {
  context: () => createSecureContext({ minVersion: "TLSv1.2" }),
  judge: () => Promise.resolve({ isTrusted: true, checks: [] }),
  watch: () => () => undefined,
};

interface Line {
  readonly transport: SocketTransport;
  readonly clock: FakeClock;
  readonly server: ScriptedServer;
}

async function connectTo(options: ScriptedServerOptions, script: Script): Promise<Line> {
  const server = await ScriptedServer.start(options, script);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { port } = server;
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const clock = new FakeClock();
  const host = "127.0.0.1";
  const transport = new SocketTransport(socket, { host, port, domain, gate: anybody, clock });
  return { transport, clock, server };
}

interface Heard {
  readonly texts: Recorder<string>;
  readonly end: Promise<TransportEnd>;
  readonly undo: () => void;
}

function listenTo(transport: SocketTransport): Heard {
  const texts = new Recorder<string>();
  const { promise: end, resolve } = Promise.withResolvers<TransportEnd>();
  const undo = transport.listen({
    data: (bytes) => {
      texts.add(Buffer.from(bytes).toString());
    },
    end: resolve,
  });
  return { texts, end, undo };
}

describe("delivery", () => {
  test("nothing is read before somebody listens, and nothing is lost", async () => {
    const { transport, server } = await connectTo({}, (peer) => peer.send("one "));
    const peer = await server.firstPeer();
    await peer.send("two");
    const { texts } = listenTo(transport);
    await texts.until((all) => all.join("") === "one two");
    expect(texts.items.join("")).toBe("one two");
  });

  test("while reading is stopped nothing comes, and afterwards everything", async () => {
    const { transport, server } = await connectTo({}, (peer) => peer.gone);
    const { texts } = listenTo(transport);
    transport.setReading(false);
    const peer = await server.firstPeer();
    await peer.send("kept");
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(texts.items).toEqual([]);
    transport.setReading(true);
    await texts.until((all) => all.join("") === "kept");
    expect(texts.items).toEqual(["kept"]);
  });

  test("an end that came while nobody listened is told to the next who does, once", async () => {
    const { transport, server } = await connectTo({}, (peer) => peer.gone);
    const first = listenTo(transport);
    const peer = await server.firstPeer();
    peer.end();
    expect(await first.end).toEqual({ kind: "closed" });
    first.undo();
    expect(await listenTo(transport).end).toEqual({ kind: "closed" });
  });

  test("writing after the end resolves and does no harm", async () => {
    const { transport, server } = await connectTo({}, (peer) => peer.gone);
    const { end } = listenTo(transport);
    (await server.firstPeer()).end();
    await end;
    await transport.write("too late");
    transport.close();
    transport.destroy();
    expect((await server.firstPeer()).received).toBe("");
  });

  test("closing sends what was written before", async () => {
    const { transport, server } = await connectTo({}, (peer) => peer.gone);
    const { end } = listenTo(transport);
    void transport.write("last words");
    transport.close();
    const peer = await server.firstPeer();
    await peer.expect(/last words/);
    expect(await end).toEqual({ kind: "closed" });
  });

  test("a server that keeps talking after we closed is cut off", async () => {
    const { transport, server, clock } = await connectTo({}, (peer) => peer.gone);
    const { undo } = listenTo(transport);
    const peer = await server.firstPeer();
    undo();
    let isCutOff = false;
    const cutOff = peer.send("x".repeat(50_000_000)).then(() => (isCutOff = true));
    transport.close();
    await clock.advance(streamLimits.closeMs - 1);
    expect(isCutOff).toBe(false);
    await clock.advance(1);
    await cutOff;
    await peer.gone;
    expect(isCutOff).toBe(true);
  });
});

/** A certificate signed with the given hash: the authority of the lab knows SHA-256 only. */
function signedWith(md: forge.md.MessageDigest): KeyAndCertificate {
  const keys = forge.pki.rsa.generateKeyPair({ bits: 2048 });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = "01";
  certificate.validity.notBefore = new Date(Date.now() - 86_400_000);
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  const subject = [{ name: "commonName", value: domain }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.sign(keys.privateKey, md);
  return {
    key: forge.pki.privateKeyToPem(keys.privateKey),
    certificate: forge.pki.certificateToPem(certificate),
  };
}

describe("channel binding", () => {
  const identity = new TestAuthority("Linnet tests").issue({ names: [domain] });

  test("before TLS there is none", async () => {
    const { transport } = await connectTo({}, (peer) => peer.gone);
    expect(transport.isSecure).toBe(false);
    expect(transport.channelBinding("tls-exporter")).toBeNull();
    expect(transport.channelBinding("tls-server-end-point")).toBeNull();
  });

  test("TLS 1.3: both sides derive the same", async () => {
    const options = { identity, isDirectTls: true };
    const { promise: ready, resolve } = Promise.withResolvers<Peer>();
    const { transport } = await connectTo(options, (peer) => {
      resolve(peer);
      return peer.gone;
    });
    expect(await transport.secure()).toEqual({ ok: true, value: null });
    expect(transport.isSecure).toBe(true);
    const peer = await ready;
    expect(transport.channelBinding("tls-exporter")).toHaveLength(32);
    expect(transport.channelBinding("tls-exporter")).toEqual(peer.exporter);
  });

  test("TLS 1.2: the exporter is not unique there, and not used (RFC 9266 §4.2)", async () => {
    const options = { identity, isDirectTls: true, tlsVersionMax: "TLSv1.2" } as const;
    const { transport } = await connectTo(options, (peer) => peer.gone);
    await transport.secure();
    expect(transport.channelBinding("tls-exporter")).toBeNull();
    expect(transport.channelBinding("tls-server-end-point")).toHaveLength(32);
  });

  // RFC 5929 §4.1: the hash of the signature, but SHA-256 for MD5 and SHA-1.
  test.each([
    ["SHA-1", forge.md.sha1.create(), "sha256"],
    ["SHA-256", forge.md.sha256.create(), "sha256"],
    ["SHA-384", forge.md.sha384.create(), "sha384"],
    ["SHA-512", forge.md.sha512.create(), "sha512"],
  ])("a certificate signed with %s", async (_, md, digest) => {
    const shown = signedWith(md);
    const options = { identity: shown, isDirectTls: true };
    const { transport } = await connectTo(options, (peer) => peer.gone);
    await transport.secure();
    const { raw } = new X509Certificate(shown.certificate);
    const expected = createHash(digest).update(raw).digest();
    expect(transport.channelBinding("tls-server-end-point")).toEqual(expected);
  });
});
