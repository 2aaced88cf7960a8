/** The order of candidates: RFC 2782's priorities and weights, counted. */

import { describe, expect, test } from "vitest";
import { netLimits } from "../../../app/base/limits.ts";
import { systemRandom, type Random } from "../../../app/base/random.ts";
import { makeResolver, order } from "../../../app/net/resolver.ts";
import { DnsServer } from "../../lab/dns-server.ts";

/** The same numbers in every run (mulberry32). */
function seeded(seed: number): Random {
  let state = seed;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { ...systemRandom, fraction };
}

function record(
  host: string,
  priority: number,
  weight: number,
): Parameters<typeof order>[0][number] {
  return { host, priority, weight, port: 5222, tls: "starttls" };
}

/** How often each host comes first in 10,000 runs. */
function firstPlaces(records: Parameters<typeof order>[0]): Record<string, number> {
  const random = seeded(7);
  const counts: Record<string, number> = Object.fromEntries(records.map(({ host }) => [host, 0]));
  for (let run = 0; run < 10_000; run++) {
    const host = order(records, random)[0]?.host ?? "";
    counts[host] = (counts[host] ?? 0) + 1;
  }
  return counts;
}

describe("order", () => {
  test("a lower priority always comes first, whatever the weights", () => {
    const records = [record("c", 30, 65_535), record("a", 0, 0), record("b", 10, 1)];
    const random = seeded(1);
    for (let run = 0; run < 1_000; run++) {
      expect(order(records, random).map(({ host }) => host)).toEqual(["a", "b", "c"]);
    }
  });

  test("among equals weights are proportions", () => {
    const counts = firstPlaces([record("a", 0, 10), record("b", 0, 30), record("c", 0, 60)]);
    expect(counts["a"]).toBeGreaterThan(850);
    expect(counts["a"]).toBeLessThan(1_150);
    expect(counts["b"]).toBeGreaterThan(2_800);
    expect(counts["b"]).toBeLessThan(3_200);
    expect(counts["c"]).toBeGreaterThan(5_800);
    expect(counts["c"]).toBeLessThan(6_200);
  });

  test("the second place goes by the weights that are left", () => {
    const random = seeded(3);
    const records = [record("a", 0, 98), record("b", 0, 1), record("c", 0, 1)];
    let second = 0;
    for (let run = 0; run < 10_000; run++) {
      const hosts = order(records, random).map(({ host }) => host);
      if (hosts[0] === "a" && hosts[1] === "b") second++;
    }
    expect(second).toBeGreaterThan(4_600);
    expect(second).toBeLessThan(5_200);
  });

  test("weight 0 has a small chance beside others, and an equal one among its like", () => {
    const mixed = firstPlaces([record("zero", 0, 0), record("ten", 0, 10)]);
    expect(mixed["zero"]).toBeLessThan(50);
    const zeros = firstPlaces([record("a", 0, 0), record("b", 0, 0)]);
    expect(zeros["a"]).toBeGreaterThan(4_800);
    expect(zeros["b"]).toBeGreaterThan(4_800);
  });

  test("everything that came is in it, once", () => {
    const records = Array.from({ length: 50 }, (_, number) =>
      record(`h${number}`, number % 3, number % 7),
    );
    const hosts = order(records, seeded(5)).map(({ host }) => host);
    expect(hosts.toSorted()).toEqual(records.map(({ host }) => host).toSorted());
  });

  test("the extremes of the generator pick from the list", () => {
    const records = [record("a", 0, 1), record("b", 0, 65_535)];
    for (const fraction of [0, 0.5, 1 - 2 ** -53]) {
      const hosts = order(records, { ...systemRandom, fraction: () => fraction });
      expect(hosts).toHaveLength(2);
    }
  });
});

describe("records as they come", () => {
  test("both kinds are one list, with what each means", async () => {
    await using dns = await DnsServer.start({
      "_xmpps-client._tcp.a.example": { SRV: [{ target: "x.example", port: 443, priority: 2 }] },
      "_xmpp-client._tcp.a.example": {
        SRV: [
          { target: "x.example", port: 5222, priority: 1 },
          { target: "y.example", port: 80, priority: 3 },
        ],
      },
    });
    const found = await makeResolver(seeded(1), [dns.address]).candidates("a.example");
    expect(found).toEqual({
      ok: true,
      value: [
        { host: "x.example", port: 5222, tls: "starttls" },
        { host: "x.example", port: 443, tls: "direct" },
        { host: "y.example", port: 80, tls: "starttls" },
      ],
    });
    expect(dns.questions.toSorted()).toEqual([
      "SRV _xmpp-client._tcp.a.example",
      "SRV _xmpps-client._tcp.a.example",
    ]);
  });

  test("records that point nowhere are left out", async () => {
    await using dns = await DnsServer.start({
      "_xmpp-client._tcp.a.example": {
        SRV: [
          { target: ".", port: 5222 },
          { target: "x.example", port: 0 },
          { target: "y.example", port: 5222 },
        ],
      },
    });
    const found = await makeResolver(seeded(1), [dns.address]).candidates("a.example");
    expect(found).toMatchObject({ ok: true, value: [{ host: "y.example" }] });
    expect(found.ok && found.value).toHaveLength(1);
  });

  test("a hundred records are not tried for half an hour", async () => {
    const SRV = Array.from({ length: 24 }, (_, number) => ({
      target: `${number}.e.io`,
      port: 5222,
    }));
    await using dns = await DnsServer.start({
      "_xmpp-client._tcp.a.example": { SRV },
      "_xmpps-client._tcp.a.example": { SRV },
    });
    const found = await makeResolver(seeded(1), [dns.address]).candidates("a.example");
    expect(found.ok && found.value).toHaveLength(netLimits.candidatesMax);
  });
});
