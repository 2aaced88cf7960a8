/** Trust as the program has it, with a real store, over real TLS to servers that show what a test wants. */

import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { createServer as createWebServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";
import { systemClock, type Clock } from "../../../app/base/clock.ts";
import { systemRandom } from "../../../app/base/random.ts";
import type { Result } from "../../../app/base/result.ts";
import type { TrustView } from "../../../app/contract/trust.ts";
import { SocketTransport } from "../../../app/net/socket-transport.ts";
import {
  writeContext,
  writeContextPrimitive,
  writeInteger,
  writeOid,
  writeSequence,
} from "../../../app/pki/der/writer.ts";
import { accessOids, extensionOids } from "../../../app/pki/oids.ts";
import type { Store } from "../../../app/store/store.ts";
import { BuiltInAnchors } from "../../../app/trust/built-in-anchors.ts";
import { Trust } from "../../../app/trust/trust.ts";
import { usualRules, type TrustRules } from "../../../app/trust/trust-rules.ts";
import type { Web } from "../../../app/trust/web-fetch.ts";
import type { TransportFailure } from "../../../app/xmpp/stream/transport.ts";
import { makeFolder, openStore } from "../../lab/profile-folder.ts";
import { recordedLog, type RecordedLog } from "../../lab/recorded-log.ts";
import { TestAuthority, type CertificateOptions, type Extension } from "../pki/test-authority.ts";

export { TestAuthority } from "../pki/test-authority.ts";

export const domain = "verona.example";
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Node's own fetch, which does not ask any real nameserver for what a test names. */
export const nodeWeb: Web = {
  async fetch(url, request) {
    const { body, ...rest } = request;
    const response = await fetch(url, { ...rest, body: body ? new Uint8Array(body) : null });
    return { status: response.status, headers: response.headers, body: response.body };
  },
  async resolve(host) {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  },
};

export interface TrustStage {
  readonly trust: Trust;
  readonly store: Store;
  readonly log: RecordedLog;
  readonly views: TrustView[];
  readonly folder: string;
  rules: TrustRules;
}

export interface TrustStageOptions {
  readonly rules?: Partial<TrustRules>;
  /** Trusted because a person has imported them. */
  readonly imported?: readonly TestAuthority[];
  readonly builtIn?: readonly TestAuthority[];
  readonly clock?: Clock;
  readonly web?: Web | null;
  readonly folder?: string;
  readonly store?: Store;
}

export const crlScript = new URL("../../../app/trust/crl-worker.ts", import.meta.url);

export async function makeTrust(options: TrustStageOptions = {}): Promise<TrustStage> {
  const { imported = [], builtIn = [], clock = systemClock, web = nodeWeb } = options;
  const folder = options.folder ?? makeFolder();
  const store = options.store ?? (await openStore({ folder }));
  const log = recordedLog();
  const views: TrustView[] = [];
  if (imported.length > 0) {
    await store.ask("trust", "addAuthorities", { certificates: imported.map(asRecord) });
  }
  const stage: { rules: TrustRules } = { rules: { ...usualRules, ...options.rules } };
  const trust = await Trust.load({
    store,
    rules: () => stage.rules,
    revocation: web && { web, folder: join(folder, "revocation"), crlScript },
    builtIn: new BuiltInAnchors(() => builtIn.map(pemOf)),
    clock,
    random: systemRandom,
    log: log.log,
    onChange: (view) => views.push(view),
  });
  return Object.assign(stage, { trust, store, log, views, folder });
}

export function asRecord({ certificate, name }: TestAuthority): {
  fingerprint: string;
  der: Uint8Array;
  subject: string;
  expiresAt: number;
} {
  const { fingerprint, encoded, notAfter } = certificate;
  return { fingerprint, der: encoded, subject: name, expiresAt: notAfter };
}

export function pemOf({ certificate }: TestAuthority): string {
  const base64 = Buffer.from(certificate.encoded).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

export interface LeafOptions extends CertificateOptions {
  readonly names?: readonly string[];
  readonly ocsp?: readonly string[];
  readonly crls?: readonly string[];
  readonly mustStaple?: boolean;
}

export function makeRoot(name: string, options: CertificateOptions = {}): TestAuthority {
  return TestAuthority.makeRoot(name, { ...around(Date.now()), keyUsage: [5, 6], ...options });
}

/** A server's certificate. */
export function issueLeaf(by: TestAuthority, options: LeafOptions = {}): TestAuthority {
  return by.issue("server", {
    ...around(Date.now()),
    keyUsage: [0],
    ...options,
    extensions: [...leafExtensions(options), ...(options.extensions ?? [])],
  });
}

/** Signed by its own key. */
export function selfSigned(options: LeafOptions = {}): TestAuthority {
  return TestAuthority.makeRoot("a server of its own", {
    ...around(Date.now()),
    isAuthority: false,
    ...options,
    extensions: leafExtensions(options),
  });
}

function around(now: number): Pick<CertificateOptions, "notBefore" | "notAfter"> {
  return { notBefore: now - 30 * dayMs, notAfter: now + 30 * dayMs };
}

function leafExtensions(options: LeafOptions): Extension[] {
  const { names = [domain], ocsp = [], crls = [], mustStaple = false } = options;
  const uri = (text: string): Buffer => writeContextPrimitive(6, Buffer.from(text));
  const extensions: Extension[] = [
    {
      oid: extensionOids.subjectAltName,
      value: writeSequence(...names.map((name) => writeContextPrimitive(2, Buffer.from(name)))),
    },
  ];
  if (ocsp.length > 0) {
    const value = ocsp.map((url) => writeSequence(writeOid(accessOids.ocsp), uri(url)));
    extensions.push({ oid: extensionOids.authorityInfoAccess, value: writeSequence(...value) });
  }
  if (crls.length > 0) {
    const value = crls.map((url) => writeSequence(writeContext(0, writeContext(0, uri(url)))));
    extensions.push({ oid: extensionOids.crlDistributionPoints, value: writeSequence(...value) });
  }
  if (mustStaple) {
    extensions.push({ oid: extensionOids.tlsFeature, value: writeSequence(writeInteger(5)) });
  }
  return extensions;
}

export interface ShownServer {
  readonly port: number;
  /** What clients said, inside TLS. */
  readonly heard: () => string;
  readonly connections: readonly TLSSocket[];
  /** For each connection, whether it continued an earlier one. */
  readonly resumptions: readonly boolean[];
}

/** A server that shows certificates, and a staple where there is one. */
export async function showServer(
  leaf: TestAuthority,
  options: {
    readonly chain?: readonly TestAuthority[];
    readonly staple?: () => Buffer | null;
    readonly port?: number;
  } = {},
): Promise<ShownServer> {
  const { chain = [], staple = () => null, port = 0 } = options;
  let heard = "";
  const connections: TLSSocket[] = [];
  const resumptions: boolean[] = [];
  const server: Server = createServer(
    {
      key: leaf.keys.privateKey.export({ type: "pkcs8", format: "pem" }),
      cert: [leaf, ...chain].map(pemOf).join(""),
    },
    (socket) => {
      connections.push(socket);
      resumptions.push(socket.isSessionReused());
      socket.on("data", (bytes: Buffer) => (heard += bytes.toString()));
      socket.on("error", () => undefined);
    },
  );
  server.on(
    "OCSPRequest",
    (_certificate, _issuer, callback: (e: null, r: Buffer | null) => void) => {
      callback(null, staple());
    },
  );
  server.on("tlsClientError", () => undefined);
  await listen(server, port);
  onTestFinished(() => {
    for (const socket of connections) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    connections,
    resumptions,
  };
}

export interface Reached {
  readonly secured: Result<null, TransportFailure>;
  readonly transport: SocketTransport;
}

/** Connects as the program does. */
export async function reach({ trust }: TrustStage, port: number): Promise<Reached> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const host = "127.0.0.1";
  const transport = new SocketTransport(socket, {
    host,
    port,
    domain,
    gate: trust.gate,
    clock: systemClock,
  });
  onTestFinished(() => {
    transport.destroy();
  });
  return { secured: await transport.secure(), transport };
}

/** What is wrong, in one line; "trusted" for nothing. */
export async function verdictOf(stage: TrustStage, port: number): Promise<string> {
  const { secured, transport } = await reach(stage, port);
  transport.destroy();
  return wordsFor(secured);
}

export function wordsFor(secured: Result<null, TransportFailure>): string {
  if (secured.ok) return "trusted";
  const { error } = secured;
  return error.kind === "certificate" ? error.problems.join(", ") : error.kind;
}

export function questionOf({ secured }: Reached): string {
  const question =
    !secured.ok && secured.error.kind === "certificate" ? secured.error.question : null;
  if (question === null) throw new Error("nobody was asked");
  return question;
}

export interface WebPlace {
  readonly url: string;
  readonly asked: () => number;
}

/** A place on the web that answers with bytes, or as it likes. */
export async function serveWeb(
  answer: (
    request: IncomingMessage,
    body: Buffer,
  ) => Uint8Array | { readonly status: number; readonly location?: string } | null,
): Promise<WebPlace> {
  let asked = 0;
  const server = createWebServer((request, response) => {
    asked++;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const said = answer(request, Buffer.concat(chunks));
      // null: it never answers.
      if (said === null) return;
      if (said instanceof Uint8Array) response.end(said);
      else {
        const { status, location } = said;
        response.writeHead(status, location === undefined ? {} : { location }).end();
      }
    });
  });
  await listen(server, 0);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, asked: () => asked };
}

async function listen(
  server: { listen(port: number, host: string): unknown } & NodeJS.EventEmitter,
  port: number,
): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}
