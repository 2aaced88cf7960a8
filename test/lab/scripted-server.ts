/** A server on loopback that says, byte by byte, what a test's script tells it to.
 *
 *  It knows TCP and TLS and nothing of XMPP: what a correct server says is in scripted-login.ts. A
 *  script that does not get what it expects fails the test when the server is disposed of. */

import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import { createSecureContext, TLSSocket, type SecureVersion } from "node:tls";
import type { KeyAndCertificate } from "./certificates.ts";

export interface ScriptedServerOptions {
  /** What it shows in TLS handshakes; a script that upgrades needs one. */
  readonly identity?: KeyAndCertificate;
  /** TLS from the first byte on (XEP-0368); otherwise the script upgrades, or does not. */
  readonly isDirectTls?: boolean;
  readonly tlsVersionMax?: SecureVersion;
  readonly port?: number;
}

/** Runs once for each connection. @param number of the connection, from 1 */
export type Script = (peer: Peer, number: number) => Promise<void>;

/** How TLS begins (RFC 8446 §5.1): 22, a handshake. For scripts that leave it unanswered. */
export const clientHello = new RegExp(String.fromCharCode(22));

/** A client that says nothing for so long has not understood the script. */
const expectMs = 10_000;

/** One connection, seen from the server. */
export class Peer {
  readonly #options: ScriptedServerOptions;
  #socket: Socket;
  #decoder = new StringDecoder("utf8");
  #plainBytes = 0;
  #received = "";
  #unread = "";
  #isGone = false;
  #check: () => void = () => undefined;
  readonly #gone = Promise.withResolvers<void>();

  constructor(socket: Socket, options: ScriptedServerOptions) {
    this.#options = options;
    this.#socket = socket;
    socket.setNoDelay(true);
    this.#follow(socket);
  }

  /** How many bytes came in the clear. */
  get plainBytes(): number {
    return this.#plainBytes;
  }

  /** Everything the client said; once TLS is up, everything it said inside. */
  get received(): string {
    return this.#received;
  }

  /** The name asked for in the TLS handshake (SNI). */
  get serverName(): string | null {
    const name = this.#tls?.servername;
    return typeof name === "string" ? name : null;
  }

  /** The protocol agreed upon in the TLS handshake (ALPN). */
  get protocol(): string | null {
    return this.#tls?.alpnProtocol || null;
  }

  /** RFC 9266: this side's view of the channel binding. */
  get exporter(): Uint8Array | null {
    return this.#tls?.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0)) ?? null;
  }

  /** RFC 5929 §4.1, for certificates signed with SHA-256. */
  get endPoint(): Uint8Array | null {
    const { identity } = this.#options;
    if (!identity || !this.#tls) return null;
    const { raw } = new X509Certificate(identity.certificate);
    return createHash("sha256").update(raw).digest();
  }

  /** Resolves when the client is gone. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Waits until what the client says contains `pattern`; everything up to there counts as read. */
  expect(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#check = () => undefined;
      };
      const refuse = (why: string): void => {
        finish();
        reject(new Error(`${why} while ${pattern} was expected; unread: ${this.#unread || "-"}`));
      };
      const timer = setTimeout(() => {
        refuse("the client stays silent");
      }, expectMs);
      this.#check = () => {
        const match = pattern.exec(this.#unread);
        if (match) {
          finish();
          this.#unread = this.#unread.slice(match.index + match[0].length);
          resolve(match);
        } else if (this.#isGone) {
          refuse("the client left");
        }
      };
      this.#check();
    });
  }

  /** Says all of it in one write: one TLS record, one TCP segment where that fits. */
  send(...parts: readonly (string | Uint8Array)[]): Promise<void> {
    const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
    return new Promise((resolve) => {
      // A client that left is the business of the next expectation.
      this.#socket.write(bytes, () => {
        resolve();
      });
    });
  }

  /** Says it in pieces cut before the given byte positions. Inside TLS every piece is a record of its
   *  own, and so reaches the client as a read of its own. */
  async sendCut(text: string, ...cuts: readonly number[]): Promise<void> {
    const bytes = Buffer.from(text);
    const edges = [0, ...cuts, bytes.length];
    for (const [index, start] of edges.slice(0, -1).entries()) {
      await this.send(bytes.subarray(start, edges[index + 1]));
    }
  }

  /** Makes the connection secure. Resolves also if the client leaves instead: the next expectation
   *  says so. @param lastWords said in the clear just before, `<proceed/>` */
  async startTls(lastWords = ""): Promise<void> {
    const { identity, tlsVersionMax } = this.#options;
    if (!identity) throw new Error("this scripted server has no certificate");
    const plain = this.#socket;
    plain.removeAllListeners("data");
    plain.removeAllListeners("close");
    // In the same tick: the client's answer is TLS already.
    if (lastWords !== "") plain.write(lastWords);
    const secure = new TLSSocket(plain, {
      isServer: true,
      ALPNProtocols: ["xmpp-client"],
      secureContext: createSecureContext({
        key: identity.key,
        cert: identity.certificate,
        ...(tlsVersionMax ? { maxVersion: tlsVersionMax } : {}),
      }),
    });
    this.#received = "";
    this.#unread = "";
    this.#socket = secure;
    this.#follow(secure);
    await Promise.race([new Promise((resolve) => secure.once("secure", resolve)), this.gone]);
  }

  /** Closes in good order. */
  end(): void {
    this.#socket.end();
  }

  /** Closes without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  get #tls(): TLSSocket | null {
    return this.#socket instanceof TLSSocket ? this.#socket : null;
  }

  #follow(socket: Socket): void {
    socket.on("data", (bytes: Buffer) => {
      if (!(socket instanceof TLSSocket)) this.#plainBytes += bytes.length;
      const text = this.#decoder.write(bytes);
      this.#received += text;
      this.#unread += text;
      this.#check();
    });
    // "close" follows, and that is what counts.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#isGone = true;
      this.#gone.resolve();
      this.#check();
    });
  }
}

export class ScriptedServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #peers: Peer[] = [];
  readonly #scripts: Promise<void>[] = [];
  #isStopping = false;
  #failure: Error | null = null;
  #onPeer: () => void = () => undefined;

  private constructor(options: ScriptedServerOptions, script: Script) {
    this.#server = createServer((socket) => {
      const peer = new Peer(socket, options);
      this.#peers.push(peer);
      this.#scripts.push(this.#run(peer, options, script, this.#peers.length));
      this.#onPeer();
    });
  }

  static async start(options: ScriptedServerOptions, script: Script): Promise<ScriptedServer> {
    const server = new ScriptedServer(options, script);
    server.#server.listen(options.port ?? 0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Every connection so far. */
  get peers(): readonly Peer[] {
    return this.#peers;
  }

  /** The first connection, also one of the future. */
  async firstPeer(): Promise<Peer> {
    for (;;) {
      const [peer] = this.#peers;
      if (peer) return peer;
      await new Promise<void>((resolve) => {
        this.#onPeer = resolve;
      });
    }
  }

  /** Ends everything. Throws what the first script to fail has thrown. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    for (const peer of this.#peers) peer.destroy();
    this.#server.close();
    await Promise.all(this.#scripts);
    if (this.#failure) throw this.#failure;
  }

  async #run(
    peer: Peer,
    { isDirectTls = false }: ScriptedServerOptions,
    script: Script,
    number: number,
  ): Promise<void> {
    try {
      if (isDirectTls) await peer.startTls();
      await script(peer, number);
    } catch (thrown) {
      // What breaks because the test is over is no failure.
      if (this.#isStopping) return;
      this.#failure ??= thrown instanceof Error ? thrown : new Error(String(thrown));
      peer.destroy();
    }
  }
}
