/** A connection in memory. What is delivered to the client arrives in a later tick, as one read. */

import { success, type Result } from "../../app/base/result.ts";
import type {
  Transport,
  TransportEnd,
  TransportFailure,
  TransportListener,
} from "../../app/xmpp/stream/transport.ts";

export interface TransportEvents {
  write(text: string): void;
  closed(): void;
}

export class MemoryTransport implements Transport {
  readonly host = "memory.example";
  readonly port = 5223;
  readonly isSecure = true;
  readonly sentCertificate = null;
  isReading = true;
  readonly #events: TransportEvents;
  readonly #toClient: (Uint8Array | TransportEnd)[] = [];
  #listener: TransportListener | null = null;
  #isScheduled = false;
  #hasEnded = false;

  constructor(events: TransportEvents) {
    this.#events = events;
  }

  listen(listener: TransportListener): () => void {
    this.#listener = listener;
    this.#schedule();
    return () => {
      this.#listener = null;
    };
  }

  write(text: string): Promise<void> {
    if (!this.#hasEnded) this.#events.write(text);
    return Promise.resolve();
  }

  setReading(isReading: boolean): void {
    this.isReading = isReading;
    this.#schedule();
  }

  secure(): Promise<Result<null, TransportFailure>> {
    return Promise.resolve(success(null));
  }

  channelBinding(): Uint8Array | null {
    return null;
  }

  close(): void {
    this.#hasEnded = true;
    this.#events.closed();
  }

  destroy(): void {
    this.close();
  }

  deliver(bytes: Uint8Array): void {
    this.#toClient.push(bytes);
    this.#schedule();
  }

  end(end: TransportEnd): void {
    this.#toClient.push(end);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#deliverAll();
    });
  }

  /** Everything that waits arrives as one read, as it does from a socket. */
  #deliverAll(): void {
    if (!this.isReading || this.#hasEnded) return;
    const chunks: Uint8Array[] = [];
    while (this.#toClient[0] instanceof Uint8Array) {
      chunks.push(this.#toClient.shift() as Uint8Array);
    }
    if (chunks.length > 0 && this.#listener) this.#listener.data(Buffer.concat(chunks));
    const [end] = this.#toClient;
    if (!end || end instanceof Uint8Array) return;
    this.#hasEnded = true;
    this.#listener?.end(end);
    this.#events.closed();
  }
}
