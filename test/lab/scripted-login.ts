/** What a correct server says, step by step, so that a test scripts only its fault.
 *
 *  The steps follow RFC 6120: header, STARTTLS, SASL with SCRAM, resource binding, and after that
 *  XEP-0198 where it was offered. */

import type { Peer } from "./scripted-server.ts";
import { ScramServer, type ScramServerOptions } from "./scram-server.ts";

export const domain = "capulet.example";
export const address = `juliet@${domain}`;
export const ns = {
  tls: "urn:ietf:params:xml:ns:xmpp-tls",
  sasl: "urn:ietf:params:xml:ns:xmpp-sasl",
  bind: "urn:ietf:params:xml:ns:xmpp-bind",
  streams: "urn:ietf:params:xml:ns:xmpp-streams",
  stanzas: "urn:ietf:params:xml:ns:xmpp-stanzas",
  sm: "urn:xmpp:sm:3",
} as const;

export const header = `<?xml version='1.0'?><stream:stream from='${domain}' id='s1' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
export const starttls = `<starttls xmlns='${ns.tls}'><required/></starttls>`;
export const proceed = `<proceed xmlns='${ns.tls}'/>`;
export const bind = `<bind xmlns='${ns.bind}'/>`;
export const sm = `<sm xmlns='${ns.sm}'/>`;

export function features(...each: readonly string[]): string {
  return `<stream:features>${each.join("")}</stream:features>`;
}

export function mechanisms(...names: readonly string[]): string {
  const each = names.map((name) => `<mechanism>${name}</mechanism>`);
  return `<mechanisms xmlns='${ns.sasl}'>${each.join("")}</mechanisms>`;
}

export function bindingTypes(...types: readonly string[]): string {
  const each = types.map((type) => `<channel-binding type='${type}'/>`);
  return `<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>${each.join("")}</sasl-channel-binding>`;
}

/** A SASL element, its text in base64. */
export function sasl(name: "challenge" | "success", text: string): string {
  return `<${name} xmlns='${ns.sasl}'>${Buffer.from(text).toString("base64")}</${name}>`;
}

export function streamError(condition: string): string {
  return `<stream:error><${condition} xmlns='${ns.streams}'/></stream:error></stream:stream>`;
}

/** A chat message from a friend. */
export function message(body: string, from = "romeo@montague.example/orchard"): string {
  return `<message from='${from}' to='${address}' type='chat'><body>${body}</body></message>`;
}

export interface LoginOptions {
  readonly password?: string;
  readonly digest?: ScramServerOptions["digest"];
  /** What the server offers for signing in. */
  readonly offer?: string;
  /** What the server offers besides binding once the client has signed in. */
  readonly features?: string;
  /** The connection is secure from its first byte on. */
  readonly isDirectTls?: boolean;
}

/** Answers a stream header with ours and the given features. */
export async function openStream(peer: Peer, offered: string): Promise<RegExpExecArray> {
  const opened = await peer.expect(/<stream:stream [^>]*>/);
  await peer.send(header, offered);
  return opened;
}

/** Opens the stream and upgrades it. */
export async function upgrade(peer: Peer): Promise<void> {
  await openStream(peer, features(starttls));
  await peer.expect(/<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"\/>/);
  await peer.startTls(proceed);
}

/** Reads a SASL element of the client and decodes what it carries. */
export async function expectSasl(peer: Peer, name: "auth" | "response"): Promise<string> {
  const [, text = ""] = await peer.expect(new RegExp(`<${name} [^>]*?(?:/>|>([^<]*)</${name}>)`));
  return Buffer.from(text, "base64").toString();
}

/** Lets the client sign in, and refuses one that does not know the password.
 *  @returns the server's half of the exchange: what the client said of itself */
export async function signIn(peer: Peer, options: LoginOptions = {}): Promise<ScramServer> {
  const { digest = "sha256", password = "R0m30" } = options;
  const { offer = mechanisms("SCRAM-SHA-256", "PLAIN") } = options;
  await openStream(peer, features(offer));
  const [auth, , mechanism = ""] = await peer.expect(
    /<auth [^>]*mechanism=(["'])(.*?)\1[^>]*>([^<]*)/,
  );
  const clientFirst = Buffer.from(auth.slice(auth.indexOf(">") + 1), "base64").toString();
  const binding = mechanism.endsWith("-PLUS") ? bindingOf(peer, clientFirst) : null;
  const scram = new ScramServer({ digest, password, ...(binding && { bindingData: binding }) });
  await peer.send(sasl("challenge", scram.first(clientFirst)));
  const verdict = scram.final(await expectSasl(peer, "response"));
  if (!verdict.isProven) throw new Error("the client did not prove that it knows the password");
  await peer.send(sasl("success", verdict.final));
  return scram;
}

/** This side's view of the channel binding that the client names. */
function bindingOf(peer: Peer, clientFirst: string): Uint8Array | null {
  const type = /^p=([^,]+),/.exec(clientFirst)?.[1];
  return type === "tls-exporter" ? peer.exporter : peer.endPoint;
}

/** Reads the request for binding. Returns its id and the wished resource. */
export async function expectBind(peer: Peer): Promise<{ id: string; resource: string }> {
  const [, id = "", resource = ""] = await peer.expect(
    /<iq [^>]*id="([^"]+)"[^>]*><bind [^>]*><resource>([^<]*)<\/resource><\/bind><\/iq>/,
  );
  return { id, resource };
}

export function bound(id: string, jid: string): string {
  return `<iq type='result' id='${id}'><bind xmlns='${ns.bind}'><jid>${jid}</jid></bind></iq>`;
}

/** Opens the stream anew after SASL and binds. Returns our client's full address. */
export async function bindResource(peer: Peer, offered = ""): Promise<string> {
  await openStream(peer, features(bind, offered));
  const { id, resource } = await expectBind(peer);
  await peer.send(bound(id, `${address}/${resource}`));
  return `${address}/${resource}`;
}

/** The whole of it: from the first byte to a client that is online. */
export async function login(peer: Peer, options: LoginOptions = {}): Promise<string> {
  if (!options.isDirectTls) await upgrade(peer);
  await signIn(peer, options);
  return bindResource(peer, options.features);
}

/** {@link login} with stream management (XEP-0198) on. */
export async function loginWithManagement(peer: Peer, options: LoginOptions = {}): Promise<string> {
  const jid = await login(peer, { ...options, features: sm });
  await peer.expect(/<enable xmlns="urn:xmpp:sm:3"\/>/);
  await peer.send(`<enabled xmlns='${ns.sm}'/>`);
  return jid;
}

/** Waits for the client to end the stream (RFC 6120 §4.4) and does the same. */
export async function farewell(peer: Peer): Promise<void> {
  await peer.expect(/<\/stream:stream>/);
  await peer.send("</stream:stream>");
  peer.end();
  await peer.gone;
}

/** Asks the client for a sign of life and waits for it: everything said before has been read, and
 *  everything the client had to say to it is in what this returns. */
export async function exchangePing(peer: Peer): Promise<string> {
  const before = peer.received.length;
  const id = `ping${before}`;
  await peer.send(
    `<iq type='get' id='${id}' from='${domain}' to='${address}'><ping xmlns='urn:xmpp:ping'/></iq>`,
  );
  await peer.expect(new RegExp(`<iq [^>]*id="${id}"[^>]*/>`));
  return peer.received.slice(before).replace(new RegExp(`<iq [^>]*id="${id}"[^>]*/>.*`, "s"), "");
}
