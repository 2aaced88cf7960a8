/** The real dialer, with a record of what its connections carried inside TLS. */

import type { Undo } from "../../app/base/event.ts";
import type { Result } from "../../app/base/result.ts";
import { Dialer } from "../../app/net/dialer.ts";
import type { Candidate } from "../../app/net/resolver.ts";
import type { ClientIdentity } from "../../app/trust/client-identity.ts";
import type {
  ChannelBindingType,
  SentCertificate,
  Transport,
  TransportFailure,
  TransportListener,
} from "../../app/xmpp/stream/transport.ts";

export class TappedDialer extends Dialer {
  /** One for every attempt, in order; null for those that came to nothing. */
  readonly attempts: (TappedTransport | null)[] = [];

  override async dial(
    domain: string,
    manual: Candidate | null,
    identity: ClientIdentity | null = null,
  ): Promise<Result<Transport, TransportFailure>> {
    const dialled = await super.dial(domain, manual, identity);
    if (!dialled.ok) {
      this.attempts.push(null);
      return dialled;
    }
    const tapped = new TappedTransport(dialled.value);
    this.attempts.push(tapped);
    return { ok: true, value: tapped };
  }

  /** The connection of the last attempt. */
  get wire(): TappedTransport {
    const last = this.attempts.at(-1);
    if (!last) throw new Error("the last attempt came to nothing");
    return last;
  }
}

export class TappedTransport implements Transport {
  readonly #inner: Transport;
  readonly #received: Uint8Array[] = [];
  readonly #sent: string[] = [];

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  get sent(): string {
    return this.#sent.join("");
  }

  get received(): string {
    return Buffer.concat(this.#received).toString();
  }

  get host(): string {
    return this.#inner.host;
  }

  get port(): number {
    return this.#inner.port;
  }

  get isSecure(): boolean {
    return this.#inner.isSecure;
  }

  get sentCertificate(): SentCertificate | null {
    return this.#inner.sentCertificate;
  }

  listen(listener: TransportListener): Undo {
    return this.#inner.listen({
      data: (bytes) => {
        this.#received.push(bytes.slice());
        listener.data(bytes);
      },
      end: (end) => {
        listener.end(end);
      },
    });
  }

  write(text: string): Promise<void> {
    this.#sent.push(text);
    return this.#inner.write(text);
  }

  setReading(isReading: boolean): void {
    this.#inner.setReading(isReading);
  }

  secure(): Promise<Result<null, TransportFailure>> {
    return this.#inner.secure();
  }

  channelBinding(type: ChannelBindingType): Uint8Array | null {
    return this.#inner.channelBinding(type);
  }

  close(): void {
    this.#inner.close();
  }

  destroy(): void {
    this.#inner.destroy();
  }
}
