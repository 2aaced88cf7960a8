/** What the end of a session means to people, and whether it passes by itself. */

import { describe, expect, test } from "vitest";
import { backOffMs } from "../../../app/account/back-off.ts";
import { mayPassByItself, problemOf } from "../../../app/account/problem.ts";
import { recoveryLimits } from "../../../app/base/limits.ts";
import { systemRandom } from "../../../app/base/random.ts";
import type { ConnectionProblem } from "../../../app/contract/problems.ts";
import type { SessionEnd } from "../../../app/xmpp/stream/session-end.ts";

const host = "home.example";
const detail = "the server's own words";

/** Every end, what it is to people, and whether trying again could help. */
const ends: readonly (readonly [SessionEnd, ConnectionProblem, boolean])[] = [
  [
    { kind: "transport", failure: { kind: "host-unknown", host } },
    { kind: "host-unknown", host },
    true,
  ],
  [
    { kind: "transport", failure: { kind: "lookup-failed", host } },
    { kind: "lookup-failed", host },
    true,
  ],
  [
    { kind: "transport", failure: { kind: "refused", host, port: 1 } },
    { kind: "refused", host, port: 1 },
    true,
  ],
  [
    { kind: "transport", failure: { kind: "unreachable", host, port: 1 } },
    { kind: "unreachable", host, port: 1 },
    true,
  ],
  [
    { kind: "transport", failure: { kind: "timeout", host, port: 1 } },
    { kind: "timeout", host, port: 1 },
    true,
  ],
  [
    { kind: "transport", failure: { kind: "tls-failed", host, detail } },
    { kind: "tls-failed", host },
    true,
  ],
  [
    {
      kind: "transport",
      failure: { kind: "certificate", host, problems: ["expired"], question: "q" },
    },
    { kind: "certificate", host, problems: ["expired"], question: "q" },
    false,
  ],
  [{ kind: "tls-unavailable" }, { kind: "tls-unavailable" }, false],
  [
    { kind: "no-mechanism", offered: ["PLAIN", "X"] },
    { kind: "no-mechanism", isPlainOffered: true },
    false,
  ],
  [{ kind: "no-mechanism", offered: [] }, { kind: "no-mechanism", isPlainOffered: false }, false],
  [{ kind: "not-authorized" }, { kind: "wrong-password" }, false],
  [{ kind: "account-disabled", text: detail }, { kind: "account-disabled" }, false],
  [
    { kind: "sasl-failure", condition: "temporary-auth-failure", text: detail },
    { kind: "sign-in-refused", condition: "temporary-auth-failure" },
    true,
  ],
  [
    { kind: "sasl-failure", condition: "aborted", text: detail },
    { kind: "sign-in-refused", condition: "aborted" },
    false,
  ],
  [{ kind: "server-unproven", fault: "bad-challenge" }, { kind: "server-unproven" }, false],
  [
    { kind: "bind-refused", condition: "resource-constraint" },
    { kind: "session-refused", condition: "resource-constraint" },
    true,
  ],
  [{ kind: "protocol", detail }, { kind: "protocol" }, true],
  [{ kind: "not-stored" }, { kind: "not-stored" }, true],
  [{ kind: "ended" }, { kind: "lost" }, true],
  [{ kind: "stream", end: { kind: "closed", by: "server" } }, { kind: "server-shutdown" }, true],
  [{ kind: "stream", end: { kind: "lost", detail } }, { kind: "lost" }, true],
  [{ kind: "stream", end: { kind: "silent" } }, { kind: "silent" }, true],
  [{ kind: "stream", end: { kind: "internal", detail } }, { kind: "internal" }, true],
  ...(
    [
      ["too-deep", "too-deep"],
      ["stanza-too-big", "too-big"],
      ["text-too-long", "too-big"],
      ["too-many-elements", "too-big"],
      ["too-many-attributes", "too-big"],
      ["not-well-formed", "malformed"],
      ["not-utf-8", "malformed"],
      ["restricted-xml", "malformed"],
      ["not-a-stream", "malformed"],
      ["text-between-stanzas", "malformed"],
      ["data-before-tls", "malformed"],
    ] as const
  ).map(
    ([fault, what]) =>
      [
        { kind: "stream", end: { kind: "unreadable", fault } },
        { kind: "unreadable", what },
        true,
      ] as const,
  ),
  ...(
    [
      ["conflict", { kind: "replaced" }, false],
      ["policy-violation", { kind: "policy-violation" }, false],
      ["system-shutdown", { kind: "server-shutdown" }, true],
      ["not-authorized", { kind: "wrong-password" }, false],
      ["host-unknown", { kind: "server-error", condition: "host-unknown" }, false],
      ["host-gone", { kind: "server-error", condition: "host-gone" }, false],
      ["undefined-condition", { kind: "server-error", condition: "undefined-condition" }, true],
    ] as const
  ).map(
    ([condition, problem, passes]) =>
      [
        { kind: "stream", end: { kind: "stream-error", error: { condition, text: detail } } },
        problem,
        passes,
      ] as const,
  ),
];

describe("the end of a session", () => {
  test.each(ends)("%j is %j", (end, problem, passes) => {
    expect(problemOf(end)).toEqual(problem);
    expect(mayPassByItself(problem)).toBe(passes);
  });

  test("that we wanted needs no explanation", () => {
    expect(problemOf({ kind: "stream", end: { kind: "closed", by: "us" } })).toBeNull();
  });

  test("never brings the server's own words to the page", () => {
    const problems = ends.map(([end]) => problemOf(end));
    expect(JSON.stringify(problems)).not.toContain(detail);
  });
});

describe("the time until the next attempt", () => {
  test("is within bounds for any number of failures, and differs between two clients", () => {
    for (const attempt of [1, 2, 3, 7, 8, 30, 31, 1_000, 1e9]) {
      const delays = Array.from({ length: 200 }, () => backOffMs(attempt, systemRandom));
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(recoveryLimits.firstDelayMs / 2);
      expect(Math.max(...delays)).toBeLessThanOrEqual(recoveryLimits.delayMsMax);
      expect(new Set(delays).size).toBeGreaterThan(50);
      expect(delays.every(Number.isInteger)).toBe(true);
    }
  });
});
