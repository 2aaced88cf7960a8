/** An XMPP client of a few dozen lines: no parsing, no storage, no thoughts. What it takes is what the
 *  server and the network take, and so the floor under what the program does. */

import { connect, type TLSSocket } from "node:tls";

export interface RawClientOptions {
  readonly port: number;
  readonly domain: string;
  readonly username: string;
  readonly password: string;
  /** The authority that signed the server's certificate, PEM. */
  readonly authority: string;
}

interface Waiter {
  readonly text: string;
  resolve(atMs: number): void;
}

export class RawClient {
  readonly #socket: TLSSocket;
  #received = "";
  #waiters: Waiter[] = [];

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      this.#received += text;
      this.#look();
    });
  }

  static async signIn(options: RawClientOptions): Promise<RawClient> {
    const { port, domain, username, password, authority } = options;
    const socket = connect({ host: "127.0.0.1", port, servername: domain, ca: authority });
    await new Promise<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("error", reject);
    });
    const client = new RawClient(socket);
    const header =
      `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' ` +
      `to='${domain}' version='1.0'>`;
    const plain = Buffer.from(`\0${username}\0${password}`).toString("base64");
    await client.ask(header, "</stream:features>");
    await client.ask(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`,
      "<success",
    );
    await client.ask(header, "</stream:features>");
    await client.ask(
      `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`,
      "</iq>",
    );
    return client;
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  /** When `text` has arrived; what came before it is forgotten. */
  sees(text: string): Promise<number> {
    return new Promise((resolve) => {
      this.#waiters.push({ text, resolve });
      this.#look();
    });
  }

  /** Sends, and waits for `answer`. */
  ask(text: string, answer: string): Promise<number> {
    const answered = this.sees(answer);
    this.send(text);
    return answered;
  }

  close(): void {
    this.#socket.destroy();
  }

  #look(): void {
    const atMs = performance.now();
    for (const waiter of this.#waiters) {
      const index = this.#received.indexOf(waiter.text);
      if (index === -1) return;
      this.#received = this.#received.slice(index + waiter.text.length);
      this.#waiters = this.#waiters.filter((each) => each !== waiter);
      waiter.resolve(atMs);
    }
  }
}
