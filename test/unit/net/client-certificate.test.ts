/** Our certificate in the TLS handshake: whether it was really sent, with what, and what a server says
 *  against it. Real TLS on both sides; the strict server is openssl's. */

import { spawn } from "node:child_process";
import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { createSecureContext, createServer, type TlsOptions, type TLSSocket } from "node:tls";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../app/base/clock.ts";
import type { Result } from "../../../app/base/result.ts";
import { SocketTransport } from "../../../app/net/socket-transport.ts";
import { ClientIdentity } from "../../../app/trust/client-identity.ts";
import type { TrustGate } from "../../../app/trust/gate.ts";
import type { TransportEnd, TransportFailure } from "../../../app/xmpp/stream/transport.ts";
import { TestAuthority } from "../../lab/certificates.ts";
import { KeyFiles, type TestKeyKind } from "../../lab/key-files.ts";
import { freePorts } from "../../lab/ports.ts";

/** What servers of other makes take from clients; Node's leave out Ed25519 by themselves. */
const sigalgs = "ed25519:ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:rsa_pkcs1_sha256";

const domain = "home.example";
const address = `ana@${domain}`;
const authority = new TestAuthority("Server authority");
const server = authority.issue({ names: [domain] });
const files = new KeyFiles();
afterAll(() => {
  files[Symbol.dispose]();
});

/** Believes everybody: what is judged here is not trust in the server. */
const anybody = {
  context: (identity: ClientIdentity | null = null) =>
    createSecureContext({ minVersion: "TLSv1.2", ...identity?.tlsOptions }),
  judge: () => Promise.resolve({ isTrusted: true, checks: [] }),
  watch: () => () => undefined,
} as unknown as TrustGate;

function identityOf(key: TestKeyKind): ClientIdentity {
  const [pkcs8 = "", certificate = ""] = files
    .pem({ address, key })
    .toString()
    .split(/(?<=END PRIVATE KEY-----\n)/);
  const [issuer = ""] = files.authorities.split(/(?<=END CERTIFICATE-----\n)/);
  return new ClientIdentity({ key: pkcs8, certificate, chain: [issuer], addresses: [address] });
}

async function dial(port: number, identity: ClientIdentity | null): Promise<SocketTransport> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const transport = new SocketTransport(socket, {
    host: "127.0.0.1",
    port,
    domain,
    gate: anybody,
    clock: systemClock,
    identity,
  });
  onTestFinished(() => {
    transport.destroy();
  });
  return transport;
}

async function startServer(
  options: TlsOptions,
): Promise<{ port: number; peer: Promise<TLSSocket> }> {
  const { promise: peer, resolve } = Promise.withResolvers<TLSSocket>();
  const listening = createServer(
    { key: server.key, cert: server.certificate, rejectUnauthorized: false, sigalgs, ...options },
    (socket) => {
      socket.on("error", () => undefined);
      resolve(socket);
    },
  );
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  onTestFinished(() => {
    listening.close();
  });
  return { port: (listening.address() as AddressInfo).port, peer };
}

describe.each(["TLSv1.2", "TLSv1.3"] as const)("with %s", (version) => {
  test.each(["rsa", "p-256", "ed25519"] as const)(
    "a server that asks gets the certificate and its authority: %s",
    async (key) => {
      const { port, peer } = await startServer({ maxVersion: version, requestCert: true });
      const transport = await dial(port, identityOf(key));
      expect(await transport.secure()).toEqual({ ok: true, value: null });
      expect(transport.sentCertificate).toEqual({ addresses: [address] });
      const seen = chainOf((await peer).getPeerX509Certificate());
      expect(seen).toEqual([`CN=${address}`, "CN=Verona people"]);
    },
  );

  test("one that asks and gets none is not said to have one", async () => {
    const { port, peer } = await startServer({ maxVersion: version, requestCert: true });
    const transport = await dial(port, null);
    expect(await transport.secure()).toEqual({ ok: true, value: null });
    expect(transport.sentCertificate).toBeNull();
    expect((await peer).getPeerCertificate()).toEqual({});
  });

  test.each(["rsa", "p-256", "ed25519"] as const)(
    "one that does not ask gets none, and is not said to have one: %s",
    async (key) => {
      const { port, peer } = await startServer({ maxVersion: version });
      const transport = await dial(port, identityOf(key));
      expect(await transport.secure()).toEqual({ ok: true, value: null });
      expect(transport.sentCertificate).toBeNull();
      expect((await peer).getPeerCertificate()).toEqual({});
    },
  );

  test("nor does one that wants another hello first", async () => {
    const { port } = await startServer({ maxVersion: version, ecdhCurve: "P-384" });
    const transport = await dial(port, identityOf("rsa"));
    expect(await transport.secure()).toEqual({ ok: true, value: null });
    expect(transport.sentCertificate).toBeNull();
  });
});

test("a server that cannot check signatures of our kind of key is said to be one", async () => {
  const { port } = await startServer({ requestCert: true, sigalgs: "rsa_pss_rsae_sha256" });
  const transport = await dial(port, identityOf("ed25519"));
  expect(await transport.secure()).toMatchObject({
    error: { kind: "client-certificate", problem: "unsupported-key" },
  });
});

describe("a server that only takes its own people", () => {
  const strict = (version: "tls1_2" | "tls1_3", ...more: string[]) => startStrict(version, more);

  test("and TLS 1.3: none is refused behind the handshake, as 'required'", async () => {
    const transport = await dial(await strict("tls1_3"), null);
    expect(await endOf(transport)).toEqual({ kind: "client-certificate", problem: "required" });
  });

  test("lets in whom its authority knows", async () => {
    const transport = await dial(await strict("tls1_3"), identityOf("p-256"));
    expect(await transport.secure()).toEqual({ ok: true, value: null });
    expect(transport.sentCertificate).not.toBeNull();
  });

  test.each(["tls1_2", "tls1_3"] as const)("refuses others by %s", async (version) => {
    using others = new KeyFiles("Mantua people");
    const [key = "", certificate = ""] = others
      .pem({ address })
      .toString()
      .split(/(?<=END PRIVATE KEY-----\n)/);
    const parts = { key, certificate, chain: [], addresses: [address] };
    const transport = await dial(await strict(version), new ClientIdentity(parts));
    expect(await endOf(transport)).toMatchObject({
      kind: "client-certificate",
      problem: "unknown-authority",
    });
  });

  test.each(["tls1_2", "tls1_3"] as const)("refuses what has expired by %s", async (version) => {
    const later = String(Math.floor(Date.now() / 1_000) + 400 * 86_400);
    const transport = await dial(await strict(version, "-attime", later), identityOf("p-256"));
    expect(await endOf(transport)).toMatchObject({
      kind: "client-certificate",
      problem: "expired",
    });
  });
});

/** openssl's server, which breaks off by itself where a certificate does not please it. */
async function startStrict(version: string, more: readonly string[]): Promise<number> {
  const [port = 0] = await freePorts(1);
  files.write("server.pem", server.certificate + server.key);
  files.write("people.pem", files.authorities);
  const child = spawn(
    "openssl",
    [
      "s_server",
      "-accept",
      `127.0.0.1:${port}`,
      "-cert",
      "server.pem",
      `-${version}`,
      "-Verify",
      "3",
      "-verify_return_error",
      "-CAfile",
      "people.pem",
      ...more,
    ],
    { cwd: files.folder, stdio: ["pipe", "pipe", "ignore"] },
  );
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  for await (const chunk of child.stdout) if (String(chunk).includes("ACCEPT")) break;
  return port;
}

/** Why the connection is over, in the handshake or after it. */
async function endOf(transport: SocketTransport): Promise<TransportFailure | TransportEnd> {
  const secured: Result<null, TransportFailure> = await transport.secure();
  if (!secured.ok) return secured.error;
  return new Promise((resolve) => {
    transport.listen({ data: () => undefined, end: resolve });
  });
}

/** As it was presented. */
function chainOf(leaf: X509Certificate | undefined): string[] {
  return leaf ? [leaf.subject, ...chainOf(leaf.issuerCertificate)] : [];
}
