/** One XML stream over one transport (RFC 6120 §4): header, restarts, order, back-pressure, end.
 *
 *  It knows no features and no stanzas: elements go to whoever waits for the next one, else to the
 *  owner. Everything that can end a stream ends it exactly once, with a reason. */

import { Element } from "@xmpp/xml";
import type { Clock } from "../../base/clock.ts";
import type { Undo } from "../../base/event.ts";
import { onlineXmlLimits, openingXmlLimits, streamLimits } from "../../base/limits.ts";
import { describe, type Log } from "../../base/log.ts";
import { failure, success, type Result } from "../../base/result.ts";
import type { BareJid } from "../jid.ts";
import { withoutForbidden } from "../xml/characters.ts";
import { nsStream, XmlReader, type XmlFault, type XmlLimits } from "../xml/reader.ts";
import { nsTls } from "./starttls.ts";
import {
  conditionFor,
  readStreamError,
  writeStreamError,
  type StreamError,
} from "./stream-error.ts";
import type { ClientCertificateProblem, Transport, TransportFailure } from "./transport.ts";

export type StreamEnd =
  /** We closed it, or the server closed it in good order. */
  | { readonly kind: "closed"; readonly by: "us" | "server" }
  /** The connection broke. */
  | { readonly kind: "lost"; readonly detail: string }
  /** The server wants a certificate of ours, or another one. */
  | { readonly kind: "client-certificate"; readonly problem: ClientCertificateProblem }
  | { readonly kind: "stream-error"; readonly error: StreamError }
  /** The server sent what may not be read any further. */
  | { readonly kind: "unreadable"; readonly fault: XmlFault | "data-before-tls" }
  /** The server did not answer in time. */
  | { readonly kind: "silent" }
  /** A mistake of ours, caught before it could do harm. */
  | { readonly kind: "internal"; readonly detail: string };

export interface XmlStreamOptions {
  readonly transport: Transport;
  readonly domain: BareJid;
  readonly clock: Clock;
  readonly log: Log;
  /** Receives every element nobody waits for, in order. */
  onElement(element: Element): void;
  onEnd(end: StreamEnd): void;
}

interface Waiter {
  readonly accepts: (element: Element) => boolean;
  readonly settle: (element: Element | null) => void;
}

export class XmlStream {
  readonly #options: XmlStreamOptions;
  readonly #transport: Transport;
  #limits: XmlLimits = openingXmlLimits;
  #reader: XmlReader;
  #unlisten: Undo | null = null;
  #waiter: Waiter | null = null;
  /** What waits for its turn, see {@link XmlStream.hold}; null where nothing is held. */
  #held: (() => void)[] | null = null;
  #isReading = true;
  /** Set between `<proceed/>` and the handshake: whatever arrives then was injected. */
  #isSealed = false;
  #isClosing = false;
  #end: StreamEnd | null = null;

  constructor(options: XmlStreamOptions) {
    this.#options = options;
    this.#transport = options.transport;
    this.#reader = this.#makeReader();
    this.#listen();
  }

  get isSecure(): boolean {
    return this.#transport.isSecure;
  }

  get transport(): Transport {
    return this.#transport;
  }

  get end(): StreamEnd | null {
    return this.#end;
  }

  /** Sends the stream header (RFC 6120 §4.7). Our address is named only where nobody can read along. */
  open(from: BareJid): void {
    const header = new Element("stream:stream", {
      xmlns: "jabber:client",
      "xmlns:stream": nsStream,
      version: "1.0",
      to: this.#options.domain,
      from: this.#transport.isSecure ? from : undefined,
    });
    this.#write(`<?xml version='1.0'?>${header.toString().replace(/\/>$/, ">")}`);
  }

  /** Begins anew after TLS or SASL (RFC 6120 §4.3.3): nothing the old stream said counts any more. */
  restart(from: BareJid): void {
    this.#reader.end();
    this.#reader = this.#makeReader();
    if (this.#held) this.#held = [];
    this.open(from);
  }

  /** The server has proved who it is: it may now send large stanzas, on this stream and the next. */
  trust(): void {
    this.#limits = onlineXmlLimits;
    this.#reader.limits = this.#limits;
  }

  /** Characters that XML cannot carry are replaced: the server would end the stream for one of them,
   *  and again each time the same text is sent. */
  send(element: Element): void {
    this.#write(withoutForbidden(element.toString()));
  }

  /** Waits for the next element that `accepts` takes; null when the stream ended instead, which it
   *  also does when the server stays silent for {@link streamLimits.negotiationStepMs}. */
  next(accepts: (element: Element) => boolean): Promise<Element | null> {
    if (this.#end) return Promise.resolve(null);
    return new Promise((resolve) => {
      const cancelTimer = this.#options.clock.after(streamLimits.negotiationStepMs, () => {
        this.#finish({ kind: "silent" });
      });
      this.#waiter = {
        accepts,
        settle: (element) => {
          cancelTimer();
          this.#waiter = null;
          resolve(element);
        },
      };
    });
  }

  /** Keeps back what else came in the same read until whoever waited for the element before it has
   *  acted: `<failure/>` and the end of the stream may come as one, and so may the answer that makes a
   *  session ready and the first message for it. */
  hold(): void {
    if (this.#held) return;
    this.#held = [];
    this.#applyReading();
    setImmediate(() => {
      this.#guard(() => {
        this.#release();
      });
    });
  }

  /** Upgrades to TLS after `<proceed/>` (RFC 6120 §5.4.3.3). */
  async secure(): Promise<Result<null, TransportFailure>> {
    this.#unlisten?.();
    this.#reader.end();
    const cancelTimer = this.#options.clock.after(streamLimits.negotiationStepMs, () => {
      this.#finish({ kind: "silent" });
    });
    const secured = await this.#transport.secure();
    cancelTimer();
    this.#isSealed = false;
    if (!secured.ok) return failure(secured.error);
    if (!this.#end) this.#listen();
    return success(null);
  }

  setReading(isReading: boolean): void {
    this.#isReading = isReading;
    this.#applyReading();
  }

  /** Closes in good order (RFC 6120 §4.4) and waits a moment for the server to do the same. */
  close(): void {
    if (this.#end || this.#isClosing) return;
    if (this.#isSealed) {
      // There is no stream now, and its closing tag would end up in the middle of the TLS handshake.
      this.#finish({ kind: "closed", by: "us" });
      return;
    }
    this.#write("</stream:stream>");
    this.#isClosing = true;
    this.#options.clock.after(streamLimits.closeMs, () => {
      this.#finish({ kind: "closed", by: "us" });
    });
  }

  /** Tells the server what it did wrong and ends the stream. */
  fail(condition: string, end: StreamEnd): void {
    if (this.#end) return;
    this.#write(`${writeStreamError(condition).toString()}</stream:stream>`);
    this.#finish(end);
  }

  /** Ends without ceremony: the connection is believed dead, or a mistake of ours was caught. */
  abort(end: StreamEnd): void {
    this.#finish(end);
  }

  #makeReader(): XmlReader {
    return new XmlReader(
      {
        open: (header) => {
          this.#onOpen(header);
        },
        element: (element) => {
          this.#inTurn(() => {
            this.#onElement(element);
          });
        },
        close: () => {
          this.#inTurn(() => {
            this.#write("</stream:stream>");
            this.#finish({ kind: "closed", by: this.#isClosing ? "us" : "server" });
          });
        },
      },
      this.#limits,
    );
  }

  #listen(): void {
    this.#unlisten = this.#transport.listen({
      data: (bytes) => {
        this.#guard(() => {
          this.#onData(bytes);
        });
      },
      end: (end) => {
        if (end.kind === "client-certificate") this.#finish(end);
        else this.#finish({ kind: "lost", detail: end.kind === "broken" ? end.detail : "closed" });
      },
    });
  }

  /** The boundary to the socket: nothing may be thrown past it (the process would end). */
  #guard(read: () => void): void {
    try {
      read();
    } catch (thrown) {
      this.#options.log.error(`while reading: ${describe(thrown)}`);
      this.#finish({ kind: "internal", detail: describe(thrown) });
    }
  }

  #onData(bytes: Uint8Array): void {
    const fault = this.#reader.write(bytes);
    if (!fault) return;
    this.#inTurn(() => {
      this.#options.log.warn(`unreadable: ${fault.fault} ${fault.detail}`);
      this.fail(conditionFor(fault.fault), { kind: "unreadable", fault: fault.fault });
    });
  }

  /** Does something the server caused: now, or after what it caused before. */
  #inTurn(act: () => void): void {
    if (this.#held) this.#held.push(act);
    else act();
  }

  #release(): void {
    const acts = this.#held ?? [];
    this.#held = null;
    // One of them may hold again: those behind it then wait once more.
    for (const act of acts) this.#inTurn(act);
    this.#applyReading();
  }

  #applyReading(): void {
    if (!this.#end) this.#transport.setReading(this.#isReading && !this.#held);
  }

  #onOpen(header: Element): void {
    // RFC 6120 §4.7.5: no version means XMPP 0.9, which cannot be secured.
    if (!(Number.parseFloat(header.attrs["version"] ?? "0") >= 1)) {
      this.fail("unsupported-version", { kind: "unreadable", fault: "not-a-stream" });
    }
  }

  #onElement(element: Element): void {
    if (this.#end) return;
    if (this.#isSealed) {
      this.#finish({ kind: "unreadable", fault: "data-before-tls" });
      return;
    }
    const error = readStreamError(element);
    if (error) {
      // RFC 6120 §4.9.1.1: stream errors are unrecoverable.
      this.#options.log.warn(`stream error ${error.condition} ${error.text}`);
      this.#write("</stream:stream>");
      this.#finish({ kind: "stream-error", error });
      return;
    }
    if (!this.#waiter?.accepts(element)) {
      this.#options.onElement(element);
      return;
    }
    if (!element.is("proceed", nsTls)) {
      this.hold();
    } else if (this.#reader.isBetweenStanzas) {
      this.#isSealed = true;
    } else {
      // Bytes behind `<proceed/>` came before the server could know that we go on: somebody else's, to
      // be taken for the server's once TLS is up.
      this.#finish({ kind: "unreadable", fault: "data-before-tls" });
      return;
    }
    this.#waiter.settle(element);
  }

  /** RFC 6120 §4.4: nothing follows the closing tag. */
  #write(text: string): void {
    if (!this.#end && !this.#isClosing) void this.#transport.write(text);
  }

  #finish(end: StreamEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#reader.end();
    this.#unlisten?.();
    this.#transport.close();
    this.#waiter?.settle(null);
    this.#options.onEnd(end);
  }
}
