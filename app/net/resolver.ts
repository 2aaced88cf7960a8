/** Where a domain's XMPP servers are: SRV records of RFC 6120 §3.2 and XEP-0368, ordered by RFC 2782. */

import { Resolver as DnsResolver } from "node:dns/promises";
import type { SrvRecord } from "node:dns";
import { systemClock, type Clock } from "../base/clock.ts";
import { netLimits } from "../base/limits.ts";
import type { Random } from "../base/random.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { TransportFailure } from "../xmpp/stream/transport.ts";

/** One place to try. */
export interface Candidate {
  readonly host: string;
  readonly port: number;
  /** Whether TLS starts with the first byte (XEP-0368) or after `<starttls/>`. */
  readonly tls: "direct" | "starttls";
}

export interface Resolver {
  /** Returns the candidates for a domain in the order in which to try them; never empty.
   *  @param domain in A-labels */
  candidates(domain: string): Promise<Result<Candidate[], TransportFailure>>;
}

interface Record extends Candidate {
  readonly priority: number;
  readonly weight: number;
}

type Lookup =
  | { readonly kind: "records"; readonly records: readonly Record[] }
  /** RFC 2782: the target "." says that the service is decidedly not available. */
  | { readonly kind: "not-offered" }
  | { readonly kind: "none" }
  | { readonly kind: "failed" };

/** @param servers nameservers to ask instead of the system's, as "address:port" */
export function makeResolver(
  random: Random,
  servers?: readonly string[],
  clock: Clock = systemClock,
): Resolver {
  return {
    async candidates(domain) {
      // A new one each time: the system's nameservers change with the network.
      const dns = new DnsResolver({ timeout: netLimits.dnsMs / 2, tries: 2 });
      if (servers) dns.setServers(servers);
      // The resolver's own times are for one try at one nameserver, and grow from try to try.
      const cancelTimer = clock.after(netLimits.dnsMs, () => {
        dns.cancel();
      });
      const lookups = await Promise.all([
        lookUp(dns, `_xmpps-client._tcp.${domain}`, "direct"),
        lookUp(dns, `_xmpp-client._tcp.${domain}`, "starttls"),
      ]);
      cancelTimer();
      const records = lookups.flatMap((each) => (each.kind === "records" ? each.records : []));
      if (records.length > 0) {
        return success(order(records, random).slice(0, netLimits.candidatesMax));
      }
      if (lookups.some((each) => each.kind === "not-offered")) {
        // XEP-0368 §5: who says "." for one kind uses SRV records, so there is no falling back.
        const isComplete = lookups.every((each) => each.kind !== "failed");
        return failure({ kind: isComplete ? "host-unknown" : "lookup-failed", host: domain });
      }
      // RFC 6120 §3.2.2: without SRV records, or where they cannot be had, the domain itself.
      return success([{ host: domain, port: 5222, tls: "starttls" }]);
    },
  };
}

async function lookUp(dns: DnsResolver, name: string, tls: Candidate["tls"]): Promise<Lookup> {
  let answers: SrvRecord[];
  try {
    answers = await dns.resolveSrv(name);
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : "";
    return { kind: code === "ENOTFOUND" || code === "ENODATA" ? "none" : "failed" };
  }
  if (answers.length === 1 && (answers[0]?.name === "." || answers[0]?.name === "")) {
    return { kind: "not-offered" };
  }
  const records = answers
    .filter(({ name: host, port }) => host !== "." && host !== "" && port > 0)
    .map(({ name: host, port, priority, weight }) => ({ host, port, priority, weight, tls }));
  return records.length > 0 ? { kind: "records", records } : { kind: "none" };
}

/** XEP-0368 §3: both kinds are one list. RFC 2782: lower priority first; among equals at random, in
 *  proportion to their weights. */
export function order(records: readonly Record[], random: Random): Candidate[] {
  const ordered: Candidate[] = [];
  const byPriority = Map.groupBy(records, (record) => record.priority);
  for (const priority of [...byPriority.keys()].toSorted((a, b) => a - b)) {
    const rest = [...(byPriority.get(priority) ?? [])];
    while (rest.length > 0) {
      const { host, port, tls } = rest.splice(pickByWeight(rest, random), 1)[0] ?? unexpected();
      ordered.push({ host, port, tls });
    }
  }
  return ordered;
}

/** RFC 2782's algorithm, except that weight 0 counts as a small weight instead of needing an order. */
function pickByWeight(records: readonly Record[], random: Random): number {
  const weights = records.map((record) => Math.max(record.weight, 0.01));
  let point = random.fraction() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    point -= weight;
    if (point < 0) return index;
  }
  return records.length - 1;
}

function unexpected(): never {
  throw new RangeError("picked outside the list");
}
