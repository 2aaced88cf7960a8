/** The other end of a connection, in this process: signs anybody in and then sends as fast as it is
 *  read. It stands where the socket would be, so that what is measured is the program and not TCP. */

import type { Undo } from "../../../app/base/event.ts";
import type { Transport, TransportListener } from "../../../app/xmpp/stream/transport.ts";
import { owner, ownerAddress } from "./history.ts";

const header =
  `<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='s' version='1.0' ` +
  `xmlns:stream='http://etherx.jabber.org/streams' from='${owner.domain}'>`;
const mechanisms =
  `<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>` +
  `<mechanism>PLAIN</mechanism></mechanisms></stream:features>`;
const binding =
  `<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>` +
  `<sm xmlns='urn:xmpp:sm:3'/></stream:features>`;

/** What a socket hands over at once. */
const pieceBytes = 16 * 1024;

export class PouringServer implements Transport {
  readonly host = "loopback";
  readonly port = 0;
  readonly isSecure = true;
  readonly sentCertificate = null;
  #listener: TransportListener | null = null;
  #isReading = true;
  #streams = 0;
  /** What waits to be read. */
  #pending: Uint8Array[] = [];
  #isDelivering = false;
  #acknowledged = 0;
  #onAcknowledged: { readonly count: number; readonly resolve: () => void } | null = null;

  /** Sends text; resolves once `count` stanzas altogether have been acknowledged. */
  pour(text: string, count: number): Promise<void> {
    const bytes = Buffer.from(text);
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      this.#pending.push(bytes.subarray(start, start + pieceBytes));
    }
    return new Promise((resolve) => {
      this.#onAcknowledged = { count, resolve };
      this.#deliver();
    });
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  listen(listener: TransportListener): Undo {
    this.#listener = listener;
    this.#deliver();
    return () => {
      this.#listener = null;
    };
  }

  write(text: string): Promise<void> {
    const reply = this.#replyTo(text);
    if (reply !== "") {
      this.#pending.push(Buffer.from(reply));
      this.#deliver();
    }
    return Promise.resolve();
  }

  setReading(isReading: boolean): void {
    this.#isReading = isReading;
    this.#deliver();
  }

  secure(): never {
    throw new Error("this connection is secure already");
  }

  channelBinding(): null {
    return null;
  }

  close(): void {
    this.#listener = null;
  }

  destroy(): void {
    this.close();
  }

  #replyTo(text: string): string {
    if (text.includes("<stream:stream")) {
      this.#streams++;
      return header + (this.#streams === 1 ? mechanisms : binding);
    }
    if (text.startsWith("<auth")) return `<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`;
    if (text.includes("<bind")) {
      const id = /id="([^"]+)"/.exec(text)?.[1] ?? "";
      return (
        `<iq type='result' id='${id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>` +
        `<jid>${ownerAddress}/Linnet.bench</jid></bind></iq>`
      );
    }
    if (text.startsWith("<enable")) return `<enabled xmlns='urn:xmpp:sm:3'/>`;
    const handled = /<a [^>]*h="(\d+)"/.exec(text)?.[1];
    if (handled !== undefined) this.#onAck(Number(handled));
    return "";
  }

  #onAck(handled: number): void {
    this.#acknowledged = handled;
    const waiter = this.#onAcknowledged;
    if (!waiter || handled < waiter.count) return;
    this.#onAcknowledged = null;
    waiter.resolve();
  }

  /** One piece in each turn of the event loop, as a socket does. */
  #deliver(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    setImmediate(() => {
      this.#isDelivering = false;
      if (!this.#listener || !this.#isReading) return;
      const piece = this.#pending.shift();
      if (!piece) return;
      this.#listener.data(piece);
      this.#deliver();
    });
  }
}
