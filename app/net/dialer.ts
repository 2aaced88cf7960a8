/** Connects an account to its server: resolves, tries the candidates in order, and secures direct TLS. */

import { connect, type Socket } from "node:net";
import type { LookupFunction } from "node:net";
import type { Clock } from "../base/clock.ts";
import { netLimits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { ClientIdentity } from "../trust/client-identity.ts";
import type { TrustGate } from "../trust/gate.ts";
import type { Transport, TransportFailure } from "../xmpp/stream/transport.ts";
import type { Candidate, Resolver } from "./resolver.ts";
import { SocketTransport } from "./socket-transport.ts";

export interface DialerOptions {
  readonly resolver: Resolver;
  readonly gate: TrustGate;
  readonly clock: Clock;
  readonly log: Log;
  /** How host names become addresses; the operating system's way where absent. */
  readonly lookup?: LookupFunction;
}

export class Dialer {
  readonly #options: DialerOptions;

  constructor(options: DialerOptions) {
    this.#options = options;
  }

  /** Connects to the first candidate that can be reached.
   *  @param domain of the account, in A-labels
   *  @param manual a server set by hand, instead of looking one up
   *  @param identity what the account shows of itself where the server asks for a certificate
   *  @returns a transport, already secure for direct TLS; or the most telling of the failures */
  async dial(
    domain: string,
    manual: Candidate | null,
    identity: ClientIdentity | null = null,
  ): Promise<Result<Transport, TransportFailure>> {
    const resolved = manual ? success([manual]) : await this.#options.resolver.candidates(domain);
    if (!resolved.ok) return resolved;
    const failures: TransportFailure[] = [];
    for (const candidate of resolved.value) {
      const transport = await this.#try(candidate, domain, identity);
      if (transport.ok) return transport;
      this.#options.log.info(
        `${candidate.host}:${candidate.port} (${candidate.tls}): ${transport.error.kind}`,
      );
      failures.push(transport.error);
    }
    return failure(mostTelling(failures, domain));
  }

  async #try(
    candidate: Candidate,
    domain: string,
    identity: ClientIdentity | null,
  ): Promise<Result<Transport, TransportFailure>> {
    const { host, port } = candidate;
    const { clock, gate } = this.#options;
    let socket: Socket | null = null;
    let cancelTimer = (): void => undefined;
    const timeout = new Promise<Result<never, TransportFailure>>((resolve) => {
      cancelTimer = clock.after(netLimits.candidateMs, () => {
        resolve(failure({ kind: "timeout", host, port }));
      });
    });
    const attempt = async (): Promise<Result<Transport, TransportFailure>> => {
      // Node races IPv6 against IPv4 addresses by itself (RFC 8305).
      socket = connect({
        host,
        port,
        autoSelectFamily: true,
        ...(this.#options.lookup ? { lookup: this.#options.lookup } : {}),
      });
      const connected = await established(socket, host, port);
      if (!connected.ok) return connected;
      const transport = new SocketTransport(socket, {
        host,
        port,
        domain,
        gate,
        clock,
        identity,
        // What the gate may have to fetch has a limit of its own.
        onHandshake: () => {
          cancelTimer();
        },
      });
      if (candidate.tls === "starttls") return success(transport);
      const secured = await transport.secure();
      return secured.ok ? success(transport) : secured;
    };
    const outcome = await Promise.race([attempt(), timeout]);
    cancelTimer();
    // After a timeout the attempt goes on unobserved: closing its socket ends it.
    if (!outcome.ok) (socket as Socket | null)?.destroy();
    return outcome;
  }
}

function established(
  socket: Socket,
  host: string,
  port: number,
): Promise<Result<null, TransportFailure>> {
  return new Promise((resolve) => {
    const onConnect = (): void => {
      socket.off("error", onError);
      resolve(success(null));
    };
    const onError = (error: Error): void => {
      socket.off("connect", onConnect);
      // A socket that failed may report more than one error; none may go unheard.
      socket.on("error", () => undefined);
      resolve(failure(failureFor(error, host, port)));
    };
    socket.once("connect", onConnect);
    socket.once("error", onError);
  });
}

function failureFor(error: Error, host: string, port: number): TransportFailure {
  // With several addresses Node reports an AggregateError whose members carry the codes.
  const errors = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const codes = errors.map((each) =>
    each instanceof Error && "code" in each ? String(each.code) : "",
  );
  if (codes.includes("ENOTFOUND") || codes.includes("ENODATA"))
    return { kind: "host-unknown", host };
  if (codes.includes("EAI_AGAIN") || codes.includes("ESERVFAIL")) {
    return { kind: "lookup-failed", host };
  }
  if (codes.includes("ECONNREFUSED")) return { kind: "refused", host, port };
  if (codes.includes("ETIMEDOUT")) return { kind: "timeout", host, port };
  return { kind: "unreachable", host, port };
}

/** One failure for several: what got furthest says most. */
function mostTelling(failures: readonly TransportFailure[], domain: string): TransportFailure {
  const rank: readonly TransportFailure["kind"][] = [
    "certificate",
    "client-certificate",
    "tls-failed",
    "refused",
    "timeout",
    "unreachable",
    "lookup-failed",
    "host-unknown",
  ];
  for (const kind of rank) {
    const found = failures.find((each) => each.kind === kind);
    if (found) return found;
  }
  return { kind: "host-unknown", host: domain };
}
