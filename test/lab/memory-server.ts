/** The other end of sessions, in memory: signs one account in, keeps what the client sends, and says
 *  what a test tells it to.
 *
 *  As over a network, nothing arrives in the tick in which it was sent. Bytes, TLS and SASL are tested
 *  elsewhere, over real sockets; here every connection is secure from the start. */

import type { FakeClock } from "../../app/base/clock.fake.ts";
import { onlineXmlLimits } from "../../app/base/limits.ts";
import type { Log } from "../../app/base/log.ts";
import { systemRandom } from "../../app/base/random.ts";
import { failure, success, type Result } from "../../app/base/result.ts";
import { localOf, parseBareJid, type BareJid } from "../../app/xmpp/jid.ts";
import { Session } from "../../app/xmpp/stream/session.ts";
import type { Transport, TransportFailure } from "../../app/xmpp/stream/transport.ts";
import { extensions } from "../../app/xmpp/xep/index.ts";
import { XmlReader, type XmlEvents } from "../../app/xmpp/xml/reader.ts";
import { MemoryTransport } from "./memory-transport.ts";
import { Recorder } from "./recorder.ts";

/** A stanza or nonza as the server reads it. */
export type Received = Parameters<XmlEvents["element"]>[0];

export interface MemoryServerOptions {
  readonly account?: string;
  readonly password?: string;
  /** Elements added to the features of the bound stream. */
  readonly features?: string;
  readonly hasStreamManagement?: boolean;
}

const nsSm = "urn:xmpp:sm:3";
const nsBind = "urn:ietf:params:xml:ns:xmpp-bind";
const nsSasl = "urn:ietf:params:xml:ns:xmpp-sasl";
const nsStanzas = "urn:ietf:params:xml:ns:xmpp-stanzas";

export class MemoryServer {
  readonly account: BareJid;
  readonly connections: MemoryConnection[] = [];
  /** Every connection whose client asked for a resource. */
  readonly binding = new Recorder<MemoryConnection>();
  /** Every connection that got one. */
  readonly online = new Recorder<MemoryConnection>();
  password: string;
  /** Connections fail in this way while it is set. */
  unreachable: TransportFailure | null = null;
  /** The SASL condition with which every password is refused while it is set. */
  refusal: string | null = null;
  /** While true, bind requests stay without an answer until {@link MemoryConnection.completeBind}. */
  isBindHeld = false;
  /** While true, stanzas are not acknowledged until {@link MemoryConnection.acknowledge}. */
  areAcksHeld = false;
  /** How often a client tried to connect. */
  attempts = 0;
  /** Answers a request: the payload of the result, an `<error/>` element, or null for silence. */
  answer: (payload: Received, request: Received) => string | null = answerAsUsual;
  readonly features: string;
  readonly hasStreamManagement: boolean;

  constructor(options: MemoryServerOptions = {}) {
    const { account = "ana@home.example", password = "correct horse" } = options;
    const address = parseBareJid(account);
    if (!address) throw new Error(`${account} is no address`);
    this.account = address;
    this.password = password;
    this.features = options.features ?? "";
    this.hasStreamManagement = options.hasStreamManagement ?? true;
  }

  /** What a session dials. */
  readonly dial = (): Promise<Result<Transport, TransportFailure>> => {
    this.attempts++;
    if (this.unreachable) return Promise.resolve(failure(this.unreachable));
    const connection = new MemoryConnection(this);
    this.connections.push(connection);
    return Promise.resolve(success(connection.transport));
  };

  /** A session that will sign in here. */
  makeSession(clock: FakeClock, log: Log, password = this.password): Session {
    return new Session({
      account: this.account,
      credentials: { username: localOf(this.account), password },
      isPlainAllowed: true,
      resource: "Linnet.test",
      extensions,
      clock,
      random: systemRandom,
      log,
      dial: this.dial,
    });
  }
}

export class MemoryConnection {
  readonly transport: MemoryTransport;
  /** Everything after resource binding, in order. */
  readonly received = new Recorder<Received>();
  /** All that was written, as text. */
  written = "";
  readonly #server: MemoryServer;
  readonly #ended = Promise.withResolvers<null>();
  #reader: XmlReader | null = null;
  #isAuthenticated = false;
  #bindRequest: string | null = null;
  /** Stanzas since `<enable/>`; null before it. */
  #stanzas: number | null = null;

  constructor(server: MemoryServer) {
    this.#server = server;
    this.transport = new MemoryTransport({
      write: (text) => {
        this.#onText(text);
      },
      closed: () => {
        this.#ended.resolve(null);
      },
    });
  }

  /** Resolves when the client has closed the connection. */
  get ended(): Promise<null> {
    return this.#ended.promise;
  }

  /** The stanzas of a kind so far: messages, presences or requests. */
  stanzas(name: "message" | "presence" | "iq"): Received[] {
    return this.received.items.filter((element) => element.is(name));
  }

  /** The first message that fits, also one of the past. */
  message(fits: (message: Received) => boolean = () => true): Promise<Received> {
    return this.received.first((element) => element.is("message") && fits(element));
  }

  /** Says something to the client. */
  send(xml: string): void {
    this.transport.deliver(Buffer.from(xml));
  }

  /** Asks how many stanzas the client has dealt with; resolves with its answer, which may wait. */
  async requestAck(): Promise<number> {
    const isAnswer = (element: Received): boolean => element.is("a", nsSm);
    const answers = this.received.items.filter(isAnswer).length;
    this.send(`<r xmlns='${nsSm}'/>`);
    const all = await this.received.count(answers + 1, isAnswer);
    return Number(all.at(-1)?.attrs["h"]);
  }

  /** Acknowledges `count` stanzas of the client, all of them unless given. */
  acknowledge(count = this.#stanzas ?? 0): void {
    this.send(`<a xmlns='${nsSm}' h='${count}'/>`);
  }

  completeBind(): void {
    if (this.#bindRequest === null) throw new Error("the client did not ask for a resource");
    const id = this.#bindRequest;
    this.#bindRequest = null;
    this.send(
      `<iq type='result' id='${id}'><bind xmlns='${nsBind}'>` +
        `<jid>${this.#server.account}/Linnet.test</jid></bind></iq>`,
    );
    this.#server.online.add(this);
  }

  /** Ends the stream with an error (RFC 6120 §4.9). */
  endWith(condition: string): void {
    const ns = "urn:ietf:params:xml:ns:xmpp-streams";
    this.send(`<stream:error><${condition} xmlns='${ns}'/></stream:error></stream:stream>`);
  }

  /** The network is gone. */
  break(): void {
    this.transport.end({ kind: "broken", detail: "ECONNRESET" });
  }

  #onText(text: string): void {
    this.written += text;
    if (text.startsWith("<?xml")) this.#reader = this.#makeReader();
    const fault = this.#reader?.write(Buffer.from(text));
    if (fault) this.endWith("not-well-formed");
  }

  #makeReader(): XmlReader {
    return new XmlReader(
      {
        open: () => {
          this.#openStream();
        },
        element: (element) => {
          this.#onElement(element);
        },
        close: () => {
          this.send("</stream:stream>");
        },
      },
      onlineXmlLimits,
    );
  }

  #openStream(): void {
    const domain = this.#server.account.slice(this.#server.account.indexOf("@") + 1);
    const management = this.#server.hasStreamManagement ? `<sm xmlns='${nsSm}'/>` : "";
    const features = this.#isAuthenticated
      ? `<bind xmlns='${nsBind}'/>${management}${this.#server.features}`
      : `<mechanisms xmlns='${nsSasl}'><mechanism>PLAIN</mechanism></mechanisms>`;
    this.send(
      `<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' id='1' ` +
        `xmlns:stream='http://etherx.jabber.org/streams' from='${domain}'>` +
        `<stream:features>${features}</stream:features>`,
    );
  }

  #onElement(element: Received): void {
    if (element.is("auth", nsSasl)) {
      this.#authenticate(element);
      return;
    }
    const bind = element.getChild("bind", nsBind);
    if (bind) {
      this.#bindRequest = element.attrs["id"] ?? "";
      this.#server.binding.add(this);
      if (!this.#server.isBindHeld) this.completeBind();
      return;
    }
    if (element.is("enable", nsSm)) this.#enable();
    else if (["message", "presence", "iq"].includes(element.getName())) this.#onStanza(element);
    else if (element.is("r", nsSm) && !this.#server.areAcksHeld) this.acknowledge();
    this.received.add(element);
  }

  #authenticate(auth: Received): void {
    const { account, password, refusal } = this.#server;
    const expected = `\0${localOf(account)}\0${password}`;
    const isRight = Buffer.from(auth.text(), "base64").toString() === expected;
    const condition = refusal ?? (isRight ? null : "not-authorized");
    this.#isAuthenticated = condition === null;
    this.send(
      condition === null
        ? `<success xmlns='${nsSasl}'/>`
        : `<failure xmlns='${nsSasl}'><${condition}/></failure>`,
    );
  }

  #enable(): void {
    this.#stanzas = 0;
    this.send(`<enabled xmlns='${nsSm}'/>`);
  }

  #onStanza(stanza: Received): void {
    if (this.#stanzas !== null) this.#stanzas++;
    const type = stanza.attrs["type"];
    const [payload] = stanza.getChildElements();
    if (!stanza.is("iq") || (type !== "get" && type !== "set") || !payload) return;
    const answer = this.#server.answer(payload, stanza);
    if (answer === null) return;
    const kind = answer.startsWith("<error") ? "error" : "result";
    this.send(`<iq type='${kind}' id='${stanza.attrs["id"] ?? ""}'>${answer}</iq>`);
  }
}

/** An empty contact list, and everything that a client sets is fine. */
export function answerAsUsual(payload: Received, request: Received): string {
  if (payload.is("query", "jabber:iq:roster") && request.attrs["type"] === "get") {
    return "<query xmlns='jabber:iq:roster'/>";
  }
  return "";
}

/** An `<error/>` for {@link MemoryServer.answer}. */
export function refusal(condition: string, type = "cancel"): string {
  return `<error type='${type}'><${condition} xmlns='${nsStanzas}'/></error>`;
}
