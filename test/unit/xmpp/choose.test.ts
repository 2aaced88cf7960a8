/** Which mechanism is used: every branch of XEP-0440 §3. */

import { describe, expect, test } from "vitest";
import { systemRandom } from "../../../app/base/random.ts";
import { chooseMechanism } from "../../../app/xmpp/sasl/choose.ts";
import {
  channelBindingTypes,
  type ChannelBindingType,
} from "../../../app/xmpp/stream/transport.ts";

interface Situation {
  readonly mechanisms: readonly string[];
  /** What the server lists; absent where it lists nothing. */
  readonly types?: readonly string[];
  /** What this connection can produce. */
  readonly can?: readonly ChannelBindingType[];
  readonly isPlainAllowed?: boolean;
}

/** The chosen mechanism and what it says of channel binding, for example "SCRAM-SHA-1 y,,". */
function choose({
  mechanisms,
  types,
  can = channelBindingTypes,
  isPlainAllowed = false,
}: Situation): string | null {
  const mechanism = chooseMechanism({
    offer: { mechanisms, bindingTypes: types ?? null },
    credentials: { username: "u", password: "p" },
    isPlainAllowed,
    random: systemRandom,
    bindingData: (type) => (can.includes(type) ? Buffer.from(type) : null),
  });
  if (!mechanism) return null;
  const start = Buffer.from(mechanism.start() ?? []).toString();
  return mechanism.name === "PLAIN" ? "PLAIN" : `${mechanism.name} ${/^[^,]*,,/.exec(start)?.[0]}`;
}

const plus = ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"];

describe("strength", () => {
  test.each<[string, Situation, string | null]>([
    ["512 before 256", { mechanisms: ["SCRAM-SHA-256", "SCRAM-SHA-512"] }, "SCRAM-SHA-512 y,,"],
    ["256 before 1", { mechanisms: ["SCRAM-SHA-1", "SCRAM-SHA-256"] }, "SCRAM-SHA-256 y,,"],
    [
      "1 before PLAIN",
      { mechanisms: ["PLAIN", "SCRAM-SHA-1"], isPlainAllowed: true },
      "SCRAM-SHA-1 y,,",
    ],
    ["PLAIN where allowed", { mechanisms: ["PLAIN"], isPlainAllowed: true }, "PLAIN"],
    ["PLAIN not where not", { mechanisms: ["PLAIN"] }, null],
    ["nothing we know", { mechanisms: ["GSSAPI", "EXTERNAL"], isPlainAllowed: true }, null],
    ["nothing at all", { mechanisms: [], isPlainAllowed: true }, null],
    ["names are compared exactly", { mechanisms: ["scram-sha-256", "SCRAM-SHA-256 "] }, null],
    ["a hash we do not have", { mechanisms: ["SCRAM-SHA3-512", "SCRAM-MD5"] }, null],
  ])("%s", (_, situation, chosen) => {
    expect(choose(situation)).toBe(chosen);
  });
});

describe("channel binding", () => {
  test.each<[string, Situation, string | null]>([
    [
      "tls-exporter before tls-server-end-point",
      { mechanisms: plus, types: ["tls-server-end-point", "tls-exporter"] },
      "SCRAM-SHA-256-PLUS p=tls-exporter,,",
    ],
    [
      "tls-server-end-point where the connection has no exporter",
      {
        mechanisms: plus,
        types: ["tls-server-end-point", "tls-exporter"],
        can: ["tls-server-end-point"],
      },
      "SCRAM-SHA-256-PLUS p=tls-server-end-point,,",
    ],
    [
      "bound SHA-1 before unbound SHA-512",
      { mechanisms: ["SCRAM-SHA-512", "SCRAM-SHA-1-PLUS"], types: ["tls-exporter"] },
      "SCRAM-SHA-1-PLUS p=tls-exporter,,",
    ],
    // Rule 3.
    ["neither mechanisms nor types: y", { mechanisms: ["SCRAM-SHA-256"] }, "SCRAM-SHA-256 y,,"],
    // Rule 4, where SASL1 leaves the choice.
    ["mechanisms, but no types listed: n", { mechanisms: plus }, "SCRAM-SHA-256 n,,"],
    // Rule 5.
    [
      "types, but the mechanisms are gone: abort",
      { mechanisms: ["SCRAM-SHA-256"], types: ["tls-exporter"] },
      null,
    ],
    [
      "the same, and PLAIN is allowed: abort all the more",
      { mechanisms: ["SCRAM-SHA-256", "PLAIN"], types: ["tls-exporter"], isPlainAllowed: true },
      null,
    ],
    [
      "types, and no SCRAM at all: they are for other mechanisms",
      { mechanisms: ["PLAIN"], types: ["tls-exporter"], isPlainAllowed: true },
      "PLAIN",
    ],
    // Rule 6.
    ["only types we do not have: abort", { mechanisms: plus, types: ["tls-unique"] }, null],
    [
      "only types we do not have, besides tls-server-end-point: n",
      { mechanisms: plus, types: ["tls-unique", "tls-server-end-point"], can: [] },
      "SCRAM-SHA-256 n,,",
    ],
    [
      "the connection can produce none, and end-point is not listed: abort",
      { mechanisms: plus, types: ["tls-exporter"], can: [] },
      null,
    ],
    [
      "binding only with a hash we do not have: n",
      { mechanisms: ["SCRAM-SHA3-512-PLUS", "SCRAM-SHA-256"], types: ["tls-exporter"] },
      "SCRAM-SHA-256 n,,",
    ],
  ])("%s", (_, situation, chosen) => {
    expect(choose(situation)).toBe(chosen);
  });
});
