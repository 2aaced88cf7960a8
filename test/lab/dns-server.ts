/** A nameserver on loopback with as many records as a test needs, and every way to fail. */

import { createSocket, type Socket } from "node:dgram";
import { Resolver } from "node:dns";
import { once } from "node:events";
import type { LookupFunction } from "node:net";
import { decode, encode, type Answer, type DecodedPacket } from "dns-packet";

export interface ServiceRecord {
  readonly target: string;
  readonly port: number;
  readonly priority?: number;
  readonly weight?: number;
}

/** What is known of a name. What is not there does not exist (NXDOMAIN). */
export interface Zone {
  readonly [name: string]: {
    readonly SRV?: readonly ServiceRecord[];
    readonly A?: string;
    readonly AAAA?: string;
    /** Instead of any answer. */
    readonly fault?: "server-failure" | "silence";
  };
}

/** RFC 1035 §4.1.1. */
const rcodeServerFailure = 2;
const rcodeNoSuchName = 3;

export class DnsServer implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #zone: Zone;
  readonly #questions: string[] = [];

  private constructor(socket: Socket, zone: Zone) {
    this.#socket = socket;
    this.#zone = zone;
    socket.on("message", (bytes, from) => {
      const reply = this.#reply(decode(bytes));
      if (reply) socket.send(reply, from.port, from.address);
    });
  }

  static async start(zone: Zone): Promise<DnsServer> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new DnsServer(socket, zone);
  }

  /** As Node's resolvers take it. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  /** What was asked so far, as "SRV _xmpp-client._tcp.example". */
  get questions(): readonly string[] {
    return this.#questions;
  }

  /** Makes names into addresses by asking this server and nobody else. */
  get lookup(): LookupFunction {
    const resolver = new Resolver();
    resolver.setServers([this.address]);
    return (name, options, callback) => {
      resolver.resolve4(name, (error, addresses) => {
        if (error) callback(error, []);
        else if (options.all) {
          const found = addresses.map((address) => ({ address, family: 4 }));
          callback(null, found);
        } else callback(null, addresses[0] ?? "", 4);
      });
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.close(() => {
        resolve();
      });
    });
  }

  #reply(query: DecodedPacket): Buffer | null {
    const [question] = query.questions ?? [];
    if (!question) return null;
    const { name, type } = question;
    this.#questions.push(`${type} ${name}`);
    const known = this.#zone[name.toLowerCase()];
    if (known?.fault === "silence") return null;
    const rcode =
      known?.fault === "server-failure" ? rcodeServerFailure : known ? 0 : rcodeNoSuchName;
    return encode({
      type: "response",
      id: query.id ?? 0,
      flags: rcode,
      questions: [question],
      answers: known && rcode === 0 ? answersFor(known, name, type) : [],
    });
  }
}

function answersFor(known: Zone[string], name: string, type: string): Answer[] {
  const ttl = 60;
  switch (type) {
    case "SRV":
      return (known.SRV ?? []).map(({ target, port, priority = 0, weight = 0 }) => ({
        name,
        ttl,
        type: "SRV",
        data: { target, port, priority, weight },
      }));
    case "A":
      return known.A === undefined ? [] : [{ name, ttl, type: "A", data: known.A }];
    case "AAAA":
      return known.AAAA === undefined ? [] : [{ name, ttl, type: "AAAA", data: known.AAAA }];
    default:
      return [];
  }
}
