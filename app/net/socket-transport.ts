/** A TCP connection, with or without TLS, as the protocol library's {@link Transport}. */

import { createHash, type X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { isIP } from "node:net";
import { connect as tlsConnect, TLSSocket } from "node:tls";
import type { Clock } from "../base/clock.ts";
import type { Undo } from "../base/event.ts";
import { streamLimits, trustLimits } from "../base/limits.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { ClientIdentity } from "../trust/client-identity.ts";
import type { TrustGate } from "../trust/gate.ts";
import type {
  ChannelBindingType,
  SentCertificate,
  Transport,
  TransportEnd,
  TransportFailure,
  TransportListener,
} from "../xmpp/stream/transport.ts";
import { clientCertificateProblem } from "./tls-alerts.ts";

export interface SocketTransportOptions {
  readonly host: string;
  readonly port: number;
  /** The account's domain in A-labels: SNI, and what the certificate must be for. */
  readonly domain: string;
  readonly gate: TrustGate;
  readonly clock: Clock;
  /** What to show of ourselves where the server asks for a certificate. */
  readonly identity?: ClientIdentity | null;
  /** TLS is up; from here on the gate has its own time. */
  readonly onHandshake?: () => void;
}

export class SocketTransport implements Transport {
  readonly #options: SocketTransportOptions;
  #socket: Socket;
  #listener: TransportListener | null = null;
  #end: TransportEnd | null = null;
  #isSecure = false;
  #isReading = true;
  #sentCertificate: SentCertificate | null = null;
  /** The server's certificate. Electron's TLS hands it out once: asked again, it has none. */
  #leaf: X509Certificate | null = null;
  #unwatch: Undo;

  /** @param socket connected */
  constructor(socket: Socket, options: SocketTransportOptions) {
    this.#options = options;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.pause();
    this.#unwatch = this.#watch(socket);
  }

  get host(): string {
    return this.#options.host;
  }

  get port(): number {
    return this.#options.port;
  }

  get isSecure(): boolean {
    return this.#isSecure;
  }

  get sentCertificate(): SentCertificate | null {
    return this.#sentCertificate;
  }

  listen(listener: TransportListener): Undo {
    this.#listener = listener;
    const onData = (bytes: Buffer): void => {
      listener.data(bytes);
    };
    const socket = this.#socket;
    socket.on("data", onData);
    if (this.#isReading) socket.resume();
    if (this.#end) listener.end(this.#end);
    return () => {
      socket.off("data", onData);
      socket.pause();
      this.#listener = null;
    };
  }

  write(text: string): Promise<void> {
    if (this.#end) return Promise.resolve();
    return new Promise((resolve) => {
      // A failed write also closes the socket, and that is how the listener learns of it.
      this.#socket.write(text, () => {
        resolve();
      });
    });
  }

  setReading(isReading: boolean): void {
    this.#isReading = isReading;
    if (isReading && this.#listener) this.#socket.resume();
    else this.#socket.pause();
  }

  async secure(): Promise<Result<null, TransportFailure>> {
    const { host, domain, gate, identity = null } = this.#options;
    this.#unwatch();
    const plain = this.#socket;
    const before = plain.bytesWritten;
    const socket = tlsConnect({
      socket: this.#socket,
      ...(isIP(domain) ? {} : { servername: domain }),
      ALPNProtocols: ["xmpp-client"],
      secureContext: gate.context(identity),
      requestOCSP: true,
      // Nor is there a session to resume, ever: the library would not look at the certificate again.
      // The gate below decides, with the account's domain, before anything is read or written.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    let staple: Uint8Array | null = null;
    socket.on("OCSPResponse", (response: Buffer | null) => {
      staple = response && response.length > 0 ? new Uint8Array(response) : null;
    });
    const helloBytes = plain.bytesWritten - before;
    const handshake = await completeHandshake(socket);
    if (!handshake.ok) {
      const { message } = handshake.error;
      this.#fail(socket, message);
      const problem = clientCertificateProblem(handshake.error);
      return failure(
        problem
          ? { kind: "client-certificate", host, problem }
          : { kind: "tls-failed", host, detail: message },
      );
    }
    socket.pause();
    this.#socket = socket;
    this.#unwatch = this.#watch(socket);
    this.#options.onHandshake?.();
    const verdict = await this.#judge(socket, staple);
    if (!verdict.ok) {
      this.destroy();
      return verdict;
    }
    if (identity) {
      // The last of the handshake is written behind this tick.
      await new Promise((resolve) => setImmediate(resolve));
      const answerBytes = plain.bytesWritten - before - helloBytes;
      if (wasSent(identity, answerBytes)) {
        this.#sentCertificate = { addresses: identity.addresses };
      }
    }
    this.#isSecure = true;
    return success(null);
  }

  channelBinding(type: ChannelBindingType): Uint8Array | null {
    if (!(this.#socket instanceof TLSSocket) || !this.#isSecure) return null;
    switch (type) {
      case "tls-exporter":
        // RFC 9266 §4.2: on TLS 1.2 unique only with the extended master secret, which cannot be seen.
        return this.#socket.getProtocol() === "TLSv1.3"
          ? this.#socket.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0))
          : null;
      case "tls-server-end-point":
        return this.#leaf && serverEndPoint(this.#leaf);
    }
  }

  close(): void {
    if (this.#end) return;
    this.#socket.end();
    // A server that does not answer must not keep the socket.
    const socket = this.#socket;
    this.#options.clock.after(streamLimits.closeMs, () => {
      socket.destroy();
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #judge(
    socket: TLSSocket,
    staple: Uint8Array | null,
  ): Promise<Result<null, TransportFailure>> {
    const { host, port, domain, gate } = this.#options;
    const leaf = socket.getPeerX509Certificate() ?? null;
    this.#leaf = leaf;
    const libraryObjection = socket.authorized ? null : String(socket.authorizationError);
    const chain = presentedChain(leaf);
    const server = { domain, host, port, chain, staple, libraryObjection };
    const verdict = await gate.judge(server);
    if (!verdict.isTrusted) {
      const { problems, question } = verdict;
      return failure({ kind: "certificate", host, problems, question });
    }
    // The next attempt to connect says why.
    const unwatch = gate.watch(server, () => {
      socket.destroy(new Error("the certificate is not trusted any more"));
    });
    if (socket.destroyed) unwatch();
    else socket.once("close", unwatch);
    return success(null);
  }

  #watch(socket: Socket): Undo {
    let end: TransportEnd = { kind: "closed" };
    const onError = (error: Error): void => {
      const problem = clientCertificateProblem(error);
      end = problem
        ? { kind: "client-certificate", problem }
        : { kind: "broken", detail: error.message };
    };
    const onClose = (): void => {
      this.#finish(end);
    };
    socket.on("error", onError);
    socket.on("close", onClose);
    return () => {
      socket.off("close", onClose);
      // Whoever takes over listens for errors itself; an error nobody listens for ends the process.
      socket.off("error", onError);
      socket.on("error", () => undefined);
    };
  }

  #fail(socket: TLSSocket, detail: string): void {
    socket.destroy();
    this.#socket.destroy();
    this.#finish({ kind: "broken", detail });
  }

  #finish(end: TransportEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#listener?.end(end);
  }
}

/** The library does not tell whether the server asked for our certificate, and in TLS 1.3 nobody can read it
 *  along. But what we wrote behind our hello is either less than a hundred bytes or holds the certificate.
 *  Only a server that wanted another hello can make us believe that it has seen a short certificate that it
 *  has not: then it refuses EXTERNAL, and the password is next. */
function wasSent({ sentBytesMin }: ClientIdentity, answerBytes: number): boolean {
  return answerBytes >= sentBytesMin;
}

/** The certificates as the server sent them, DER, the leaf first. */
function presentedChain(leaf: X509Certificate | null): Uint8Array[] {
  const chain: Uint8Array[] = [];
  let next: X509Certificate | undefined = leaf ?? undefined;
  // A root is its own issuer, in the library's view of a chain.
  while (next && chain.length < trustLimits.presentedMax) {
    const { raw } = next;
    if (chain.some((each) => raw.equals(each))) break;
    chain.push(raw);
    next = next.issuerCertificate;
  }
  return chain;
}

/** Waits until TLS is up; the error is the library's own, with its description for the log. */
function completeHandshake(socket: TLSSocket): Promise<Result<null, Error>> {
  return new Promise((resolve) => {
    socket.once("secureConnect", () => {
      resolve(success(null));
    });
    socket.on("error", (error) => {
      resolve(failure(error));
    });
    socket.once("close", () => {
      resolve(failure(new Error("the connection was closed during the handshake")));
    });
  });
}

/** RFC 5929 §4.1: the hash of the server's certificate, with the hash function of its signature;
 *  MD5 and SHA-1 are replaced by SHA-256. Null where the signature has no single hash function. */
function serverEndPoint(certificate: X509Certificate): Uint8Array | null {
  const algorithm = (certificate.signatureAlgorithm ?? "").toLowerCase();
  const match = /sha-?(1|224|256|384|512)|md5/.exec(algorithm);
  if (!match) return null;
  const bits = match[1];
  const digest = bits === undefined || bits === "1" ? "sha256" : `sha${bits}`;
  return createHash(digest).update(certificate.raw).digest();
}
