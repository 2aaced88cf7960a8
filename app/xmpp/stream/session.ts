/** One signed-in connection of one account: from the first byte to the last (RFC 6120).
 *
 *  Composes the parts: stream, negotiation, requests, answers, acknowledgements, extensions. What a
 *  message means is not known here, and nothing here survives the connection: see account/. */

import { EventEmitter } from "node:events";
import iqCallee from "@xmpp/iq/callee.js";
import middleware, { type Entity, type Handler } from "@xmpp/middleware";
import streamFeatures from "@xmpp/stream-features";
import type { Element } from "@xmpp/xml";
import { assert } from "../../base/assert.ts";
import type { Clock } from "../../base/clock.ts";
import { deferred } from "../../base/deferred.ts";
import { Drops } from "../../base/drops.ts";
import { undoAll, type Undo } from "../../base/event.ts";
import { streamLimits } from "../../base/limits.ts";
import { describe, type Log } from "../../base/log.ts";
import type { Random } from "../../base/random.ts";
import { failure, success, type Result } from "../../base/result.ts";
import { parseJid, type BareJid, type FullJid, type Jid } from "../jid.ts";
import { chooseMechanism, type SaslOffer } from "../sasl/choose.ts";
import type { Credentials } from "../sasl/mechanism.ts";
import { readMessage, type Message } from "../stanza/message.ts";
import { readPresence, type Presence } from "../stanza/presence.ts";
import { StreamManagement, writeHandledCountTooHigh } from "../xep/0198-stream-management.ts";
import { pingServer } from "../xep/0199-ping.ts";
import type { Xep } from "../xep/define.ts";
import { nsStream } from "../xml/reader.ts";
import { authenticate, nsSasl, readSaslOffer } from "./authenticate.ts";
import { bindResource, nsBind } from "./bind.ts";
import { IqCalls } from "./iq-calls.ts";
import type { SessionEnd } from "./session-end.ts";
import { nsTls, startTls } from "./starttls.ts";
import type { SentCertificate, Transport, TransportFailure } from "./transport.ts";
import { XmlStream } from "./xml-stream.ts";

export type SessionState =
  "idle" | "connecting" | "securing" | "authenticating" | "binding" | "online" | "closed";

export interface SessionOptions {
  readonly account: BareJid;
  /** Null: the account signs in with a certificate only. */
  readonly credentials: Credentials | null;
  readonly isPlainAllowed: boolean;
  /** The wished name of this device. */
  readonly resource: string;
  readonly extensions: readonly Xep[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Connects to the account's server; direct TLS comes back already secure. */
  dial(): Promise<Result<Transport, TransportFailure>>;
  onState?(state: SessionState): void;
}

/** Takes a stanza. A promise means that the stanza is dealt with once that resolves; until then it is
 *  not acknowledged to the server. A rejected one ends the session: the server keeps the stanza. */
export type StanzaListener<T> = (stanza: T) => void | Promise<void>;

export interface IqHandlerRequest {
  /** Null: our own server, speaking for our account (RFC 6120 §8.1.2.1). */
  readonly from: Jid | null;
  readonly payload: Element;
}

/** Answers with the result's payload, null for an empty result, or an `<error/>` element. */
export type IqHandler = (request: IqHandlerRequest) => Element | null;

export class Session {
  readonly iq: IqCalls;
  readonly #options: SessionOptions;
  readonly #entity: Entity;
  readonly #management: StreamManagement;
  readonly #drops: Drops;
  readonly #messageListeners = new Set<StanzaListener<Message>>();
  readonly #presenceListeners = new Set<StanzaListener<Presence>>();
  readonly #iqHandlers = new Map<string, IqHandler>();
  readonly #outcome = deferred<Result<FullJid, SessionEnd>>();
  readonly #over = deferred<SessionEnd>();
  #detachExtensions: Undo = () => undefined;
  #state: SessionState = "idle";
  #stream: XmlStream | null = null;
  #own: FullJid | null = null;
  #features: Element | null = null;
  #isAuthenticated = false;
  /** What the server said to our certificate, until it has signed us in with the password instead: some end
   *  the stream upon it. */
  #refusal: SessionEnd | null = null;
  #negotiationRounds = 0;
  #uncommitted = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#drops = new Drops(options.log);
    this.iq = new IqCalls({
      clock: options.clock,
      random: options.random,
      own: () => this.#own,
      send: (stanza) => {
        this.send(stanza);
      },
    });
    this.#management = new StreamManagement({
      send: (nonza) => {
        this.#stream?.send(nonza);
      },
      confirmByPing: () => pingServer(this),
      onImpossibleAck: (handled, sent) => {
        this.#stream?.send(writeHandledCountTooHigh(handled, sent));
        this.#finish({ kind: "protocol", detail: "acknowledged more than was sent" });
      },
    });
    this.#entity = this.#makeEntity();
    this.#composePipeline();
  }

  get state(): SessionState {
    return this.#state;
  }

  get account(): BareJid {
    return this.#options.account;
  }

  get extensions(): readonly Xep[] {
    return this.#options.extensions;
  }

  get log(): Log {
    return this.#options.log;
  }

  /** Our full address. Known from resource binding on. */
  get own(): FullJid {
    assert(this.#own, "no address before resource binding");
    return this.#own;
  }

  /** Whether the server offered a feature on the bound stream (RFC 6120 §4.3.2). */
  offers(name: string, ns: string): boolean {
    return this.#features?.getChild(name, ns) !== undefined;
  }

  /** How many handlers and listeners are attached: extensions leave none behind. */
  get attachments(): number {
    return this.#messageListeners.size + this.#presenceListeners.size + this.#iqHandlers.size;
  }

  /** How many stanzas were dropped because they were malformed, forbidden or forged. */
  get dropped(): number {
    return this.#drops.total;
  }

  /** Resolves once, when the session is over, however far it came. */
  get over(): Promise<SessionEnd> {
    return this.#over.promise;
  }

  /** Connects and signs in. Resolves with our full address, or with why there is none. */
  start(): Promise<Result<FullJid, SessionEnd>> {
    assert(this.#state === "idle", "a session starts once");
    this.#enter("connecting");
    this.#run(this.#connect());
    return this.#outcome.promise;
  }

  /** Ends the session in good order. */
  close(): void {
    if (this.#stream) this.#stream.close();
    else this.#finish({ kind: "stream", end: { kind: "closed", by: "us" } });
  }

  /** Sends a stanza whose fate is answered elsewhere (a request) or does not matter (presence). */
  send(stanza: Element): void {
    if (!this.#stream || this.#state === "closed") return;
    this.#stream.send(stanza);
    this.#management.count();
  }

  /** Sends a stanza and resolves with true once the server has taken it; with false when the session
   *  ended before the server said so, in which case nobody knows. */
  deliver(stanza: Element): Promise<boolean> {
    if (!this.#stream || this.#state === "closed") return Promise.resolve(false);
    this.#stream.send(stanza);
    return this.#management.confirm();
  }

  /** Receives every message that the codecs accept, in the order of the stream. */
  onMessage(listener: StanzaListener<Message>): Undo {
    this.#messageListeners.add(listener);
    return () => this.#messageListeners.delete(listener);
  }

  onPresence(listener: StanzaListener<Presence>): Undo {
    this.#presenceListeners.add(listener);
    return () => this.#presenceListeners.delete(listener);
  }

  /** Answers requests for one payload. Anything nobody handles is refused (RFC 6120 §8.2.3). */
  handleIq(type: "get" | "set", ns: string, name: string, handler: IqHandler): Undo {
    const key = `${type} ${ns} ${name}`;
    assert(!this.#iqHandlers.has(key), `two handlers for ${key}`);
    this.#iqHandlers.set(key, handler);
    return () => this.#iqHandlers.delete(key);
  }

  async #connect(): Promise<void> {
    const dialled = await this.#options.dial();
    if (this.#state === "closed") {
      if (dialled.ok) dialled.value.destroy();
      return;
    }
    if (!dialled.ok) {
      this.#finish({ kind: "transport", failure: dialled.error });
      return;
    }
    const { host, port, isSecure } = dialled.value;
    this.log.info(`connected to ${host}:${port}${isSecure ? " over direct TLS" : ""}`);
    this.#stream = new XmlStream({
      transport: dialled.value,
      domain: this.account.slice(this.account.indexOf("@") + 1) as BareJid,
      clock: this.#options.clock,
      log: this.log,
      onElement: (element) => {
        this.#onElement(element);
      },
      onEnd: (end) => {
        const isAnswer = end.kind === "closed" || end.kind === "stream-error";
        this.#finish((isAnswer ? this.#refusal : null) ?? { kind: "stream", end });
      },
    });
    this.#enter("securing");
    this.#stream.open(this.account);
    await this.#negotiate(this.#stream);
  }

  /** Waits for the features of a stream that was just opened (RFC 6120 §4.3.2) and negotiates the next
   *  of them. Features that come later are not waited for: some servers repeat them on a bound stream,
   *  and negotiating twice would break it. */
  async #negotiate(stream: XmlStream): Promise<void> {
    const features = await stream.next((element) => element.is("features", nsStream));
    if (!features) return;
    if (++this.#negotiationRounds > streamLimits.negotiationRoundsMax) {
      this.#finish({ kind: "protocol", detail: "endless negotiation" });
      return;
    }
    this.#entity.emit("element", features);
  }

  /** Runs a step that nobody waits for. If it breaks, the session ends instead of standing still. */
  #run(step: Promise<void>): void {
    step.catch((thrown: unknown) => {
      this.#onBreak(thrown);
    });
  }

  #onBreak(thrown: unknown): void {
    this.log.error(`in a handler: ${describe(thrown)}`);
    this.#finish({ kind: "stream", end: { kind: "internal", detail: describe(thrown) } });
  }

  /** What the composed xmpp.js packages are attached to. */
  #makeEntity(): Entity {
    const entity = Object.assign(new EventEmitter(), {
      jid: null,
      options: { domain: this.account.slice(this.account.indexOf("@") + 1) },
      send: (reply: Element) => {
        // iqCallee repeats the refused payload in front of the error. Its prefixes may be bound where
        // we do not repeat them, and a stranger could make us send megabytes, or what is not XML.
        if (reply.attrs["type"] === "error") reply.children = reply.children.slice(-1);
        this.send(reply);
        return Promise.resolve();
      },
    });
    entity.on("error", (thrown: unknown) => {
      this.#onBreak(thrown);
    });
    return entity;
  }

  /** Features are negotiated in the order in which they stand here (XEP-0170); the refusals between
   *  them are what makes encryption and a proven server not optional. */
  #composePipeline(): void {
    const pipeline = middleware({ entity: this.#entity });
    const features = streamFeatures({ middleware: pipeline });
    const refuse = (isRefused: () => boolean, end: (features: Element) => SessionEnd): Handler =>
      pipeline.use((context, next) => {
        if (!context.stanza.is("features", nsStream) || !isRefused()) return next();
        this.#finish(end(context.stanza));
        return undefined;
      });

    features.use("starttls", nsTls, (_context, next) =>
      this.#stream?.isSecure ? next() : this.#startTls(),
    );
    refuse(
      () => !this.#stream?.isSecure,
      () => ({ kind: "tls-unavailable" }),
    );
    features.use("mechanisms", nsSasl, ({ stanza }, next) =>
      this.#isAuthenticated ? next() : this.#authenticate(stanza),
    );
    refuse(
      () => !this.#isAuthenticated,
      () => ({ kind: "no-mechanism", offered: [] }),
    );
    features.use("bind", nsBind, ({ stanza }) => this.#bind(stanza));
    refuse(
      () => true,
      () => ({ kind: "protocol", detail: "no resource binding offered" }),
    );

    iqCallee({ middleware: pipeline, entity: this.#entity });
    pipeline.use((context, next) => {
      const payload = context.element;
      if (!payload) return next();
      const key = `${context.type} ${payload.getNS() ?? ""} ${payload.getName()}`;
      const handler = this.#iqHandlers.get(key);
      if (!handler) return next();
      const { from } = context.stanza.attrs;
      // `true` is what iqCallee takes for an empty result.
      return handler({ from: from === undefined ? null : parseJid(from), payload }) ?? true;
    });
  }

  #onElement(element: Element): void {
    switch (element.getNS() === "jabber:client" ? element.name : "") {
      case "message":
      case "presence":
      case "iq":
        this.#onStanza(element);
        return;
      default:
        if (!this.#management.receive(element)) {
          this.log.debug(`unexpected element ${element.name}`);
        }
    }
  }

  async #startTls(): Promise<void> {
    const stream = this.#currentStream();
    const secured = await startTls(stream);
    this.#continue(secured, stream);
  }

  async #authenticate(features: Element): Promise<void> {
    const stream = this.#currentStream();
    this.#enter("authenticating");
    const offer = readSaslOffer(features);
    const sent = stream.transport.sentCertificate;
    let authenticated = await this.#signIn(stream, offer, sent);
    // RFC 6120 §6.4.5: after a failure another mechanism may be tried on the same stream.
    if (!authenticated.ok && this.#refusal && this.#options.credentials) {
      this.log.info("the server does not sign us in with the certificate");
      authenticated = await this.#signIn(stream, offer, null);
    }
    if (authenticated.ok) {
      this.#isAuthenticated = true;
      this.#refusal = null;
      stream.trust();
    }
    this.#continue(authenticated, stream);
  }

  /** One attempt. @param sent the certificate to sign in with, if the server takes it */
  async #signIn(
    stream: XmlStream,
    offer: SaslOffer,
    sent: SentCertificate | null,
  ): Promise<Result<null, SessionEnd>> {
    const { credentials, isPlainAllowed, random } = this.#options;
    const mechanism = chooseMechanism({
      offer,
      credentials,
      certificate: sent && { account: this.account, sent },
      isPlainAllowed,
      random,
      bindingData: (type) => stream.transport.channelBinding(type),
    });
    if (!mechanism) {
      if (credentials) return failure({ kind: "no-mechanism", offered: offer.mechanisms });
      const reason = sent ? "not-offered" : "not-asked";
      return failure({ kind: "certificate-unused", reason });
    }
    this.log.info(`signing in with ${mechanism.name}`);
    const authenticated = await authenticate(stream, mechanism);
    if (authenticated.ok || mechanism.name !== "EXTERNAL") return authenticated;
    const refusal = refusalOfCertificate(authenticated.error);
    this.#refusal = refusal;
    return refusal ? failure(refusal) : authenticated;
  }

  async #bind(features: Element): Promise<void> {
    this.#enter("binding");
    const bound = await bindResource(this.iq, this.account, this.#options.resource);
    if (!bound.ok) {
      this.#finish(bound.error);
      return;
    }
    if (this.#state === "closed") return;
    this.#own = bound.value;
    this.#features = features;
    if (StreamManagement.isOffered(features)) this.#management.enable();
    this.#detachExtensions = undoAll(
      this.extensions.map((extension) => extension.attach?.(this) ?? (() => undefined)),
    );
    this.#enter("online");
    this.#outcome.resolve(success(bound.value));
  }

  /** After a step of negotiation: begin the stream anew, or end. */
  #continue(step: Result<null, SessionEnd>, stream: XmlStream): void {
    if (!step.ok) {
      this.#finish(step.error);
      return;
    }
    stream.restart(this.account);
    this.#run(this.#negotiate(stream));
  }

  #onStanza(stanza: Element): void {
    const handled = this.#management.received();
    const { from: fromText, to } = stanza.attrs;
    const from = fromText === undefined ? null : parseJid(fromText);
    const isToValid = to === undefined || parseJid(to) !== null;
    if ((fromText !== undefined && from === null) || !isToValid) {
      this.#drops.note("invalid address", "our server");
      handled();
      return;
    }
    if (stanza.name === "iq") {
      this.#onIq(stanza, from);
      handled();
      return;
    }
    if (this.#state !== "online") {
      handled();
      return;
    }
    const sender = from ?? this.account;
    const context = { account: this.account, from: sender };
    if (stanza.name === "message") {
      const message = readMessage(stanza, context);
      if (message.ok) this.#dispatch(this.#messageListeners, message.value, handled);
      else this.#dropStanza(message.error, sender, handled);
    } else {
      const presence = readPresence(stanza, context);
      if (presence.ok) this.#dispatch(this.#presenceListeners, presence.value, handled);
      else this.#dropStanza(presence.error, sender, handled);
    }
  }

  #onIq(stanza: Element, from: Jid | null): void {
    const type = stanza.attrs["type"];
    if (type === "result" || type === "error") {
      // What came behind the answer to binding is for a session that is online.
      if (this.#state === "binding") this.#stream?.hold();
      if (!this.iq.answer(stanza, from))
        this.#drops.note("answer to no question", from ?? "server");
      return;
    }
    if (this.#state === "online") this.#entity.emit("element", stanza);
  }

  #dropStanza(reason: string, from: Jid, handled: () => void): void {
    this.#drops.note(reason, from);
    handled();
  }

  #dispatch<T>(listeners: ReadonlySet<StanzaListener<T>>, stanza: T, handled: () => void): void {
    const commits: Promise<void>[] = [];
    for (const listener of listeners) {
      const commit = listener(stanza);
      if (commit) commits.push(commit);
    }
    if (commits.length === 0) {
      handled();
      return;
    }
    this.#setUncommitted(this.#uncommitted + 1);
    Promise.all(commits).then(
      () => {
        this.#setUncommitted(this.#uncommitted - 1);
        handled();
      },
      (thrown: unknown) => {
        this.log.error(`a stanza could not be kept: ${describe(thrown)}`);
        this.#finish({ kind: "not-stored" });
      },
    );
  }

  /** Stops reading the socket while too much waits for the disk. */
  #setUncommitted(count: number): void {
    const wasFull = this.#uncommitted >= streamLimits.stanzasUncommittedMax;
    this.#uncommitted = count;
    const isFull = count >= streamLimits.stanzasUncommittedMax;
    if (wasFull !== isFull) this.#stream?.setReading(!isFull);
  }

  #currentStream(): XmlStream {
    assert(this.#stream, "negotiation without a stream");
    return this.#stream;
  }

  #enter(state: SessionState): void {
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    this.#options.onState?.(state);
  }

  #finish(end: SessionEnd): void {
    if (this.#state === "closed") return;
    this.#enter("closed");
    this.#stream?.close();
    this.#management.close();
    this.iq.close();
    this.#detachExtensions();
    this.#outcome.resolve(failure(end));
    this.#over.resolve(end);
  }
}

/** What the server said to EXTERNAL; null where it was about something else than the certificate. */
function refusalOfCertificate(end: SessionEnd): SessionEnd | null {
  switch (end.kind) {
    case "not-authorized":
      return { kind: "certificate-refused", condition: "not-authorized", text: "" };
    case "account-disabled":
      // Prosody says this of certificates that it does not trust, and "credentials-expired" of old ones.
      return { kind: "certificate-refused", condition: end.kind, text: end.text };
    case "sasl-failure":
      return { kind: "certificate-refused", condition: end.condition, text: end.text };
    case "protocol":
      // Prosody 0.12 stumbles over a certificate that has expired, and says something that is no answer.
      return { kind: "certificate-refused", condition: "undefined-condition", text: "" };
    default:
      return null;
  }
}
