/** The decision by itself: names, dates, what a person may let pass, and how long it keeps others waiting. */

import { describe, expect, test } from "vitest";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import { trustLimits } from "../../../app/base/limits.ts";
import type { TrustRules } from "../../../app/trust/trust-rules.ts";
import type { PresentedServer, Verdict } from "../../../app/trust/gate.ts";
import type { CertificateProblem } from "../../../app/xmpp/stream/transport.ts";
import { BuiltInAnchors } from "../../../app/trust/built-in-anchors.ts";
import { spkiOf } from "../../../app/trust/certificate-name.ts";
import { makeGate } from "../../lab/gate.ts";
import { dns, ip, issue, issueAuthority, now, srv, xmpp, type Issued } from "../pki/issued.ts";
import { dayMs, makeRoot, makeTrust, pemOf, type TrustStage } from "./stage.ts";

const root = issueAuthority({ subject: "Verona Root", usages: [5, 6] });
const clock = new FakeClock(now);

function derToPem({ certificate }: Issued): string {
  const base64 = Buffer.from(certificate.encoded).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function presented(
  leaf: Issued,
  domain = "capulet.example",
  more: Partial<PresentedServer> = {},
): PresentedServer {
  const chain = [leaf.certificate.encoded];
  const host = "xmpp.hoster.example";
  return { domain, host, port: 5223, chain, staple: null, libraryObjection: null, ...more };
}

function words(verdict: Verdict): string {
  return verdict.isTrusted ? "trusted" : verdict.problems.join(", ");
}

async function judged(leaf: Issued, domain?: string): Promise<string> {
  const gate = makeGate({ authorities: () => [{ pem: derToPem(root) }], clock });
  return words(await gate.judge(presented(leaf, domain)));
}

describe("names", () => {
  test.each([
    [dns("capulet.example"), "capulet.example", true],
    [dns("capulet.example"), "CAPULET.example", true],
    [dns("capulet.example"), "montague.example", false],
    [dns("capulet.example"), "chat.capulet.example", false],
    [dns("*.capulet.example"), "chat.capulet.example", true],
    [dns("*.capulet.example"), "a.b.capulet.example", false],
    [dns("c*.capulet.example"), "chat.capulet.example", false],
    [dns("xn--mnchen-3ya.example"), "xn--mnchen-3ya.example", true],
    [dns("xmpp.hoster.example"), "capulet.example", false],
    [dns("192.0.2.1"), "192.0.2.1", false],
    [ip(192, 0, 2, 1), "192.0.2.1", true],
    [ip(192, 0, 2, 1), "192.0.2.2", false],
    [srv("_xmpp-client.capulet.example"), "capulet.example", true],
    [srv("_xmpp-server.capulet.example"), "capulet.example", false],
    [xmpp("capulet.example"), "capulet.example", true],
  ])("%#: %s, an account at %s: %s", async (name, domain, isFor) => {
    const leaf = issue({ subject: domain, by: root, names: [name] });
    expect(await judged(leaf, domain)).toBe(isFor ? "trusted" : "other-domain");
  });

  test("the common name counts for nothing", async () => {
    expect(await judged(issue({ subject: "capulet.example", by: root }))).toBe("other-domain");
  });
});

describe("everything that is wrong is said at once", () => {
  const names = [dns("b.example")];
  test.each([
    [{ to: now - dayMs, from: now - 9 * dayMs, by: root }, "expired, other-domain"],
    [{ from: now + dayMs, by: root }, "not-yet-valid, other-domain"],
    [
      { to: now - 1_000, from: now - dayMs, by: root, isForged: true },
      "forged, expired, other-domain",
    ],
    [{ to: now - 1_000, from: now - dayMs }, "expired, other-domain, self-signed"],
    [
      { to: now - 1_000, from: now - dayMs, by: issueAuthority({ subject: "Nobody" }) },
      "expired, other-domain, untrusted-authority",
    ],
    [{ by: root, purposes: ["1.3.6.1.5.5.7.3.4"] }, "other-domain, wrong-purpose"],
    [{ by: root, digest: "sha1" as const }, "other-domain, weak"],
    [{ by: root, unknownCritical: "1.2.3.4" }, "other-domain, unusable"],
  ])("%#: %s", async (options, expected) => {
    expect(await judged(issue({ subject: "s", names, ...options }))).toBe(expected);
  });

  test("what cannot be read is not trusted", async () => {
    const gate = makeGate({ authorities: () => [], clock });
    const leaf = issue({ subject: "s", by: root });
    for (const chain of [
      [],
      [new Uint8Array([1, 2, 3])],
      [new Uint8Array(0), leaf.certificate.encoded],
    ]) {
      const verdict = await gate.judge(presented(leaf, "a.example", { chain }));
      expect(verdict).toEqual({ isTrusted: false, problems: ["unusable"], question: null });
    }
  });

  test("a certificate runs out while the program runs", async () => {
    const moving = new FakeClock(now);
    const gate = makeGate({ authorities: () => [{ pem: derToPem(root) }], clock: moving });
    const leaf = issue({
      subject: "s",
      by: root,
      names: [dns("capulet.example")],
      to: now + dayMs,
    });
    expect(words(await gate.judge(presented(leaf)))).toBe("trusted");
    let isRefused = false;
    gate.watch(presented(leaf), () => (isRefused = true));
    await moving.advance(dayMs - trustLimits.rejudgeMs);
    expect(isRefused).toBe(false);
    await moving.advance(2 * trustLimits.rejudgeMs);
    expect(isRefused).toBe(true);
  });
});

describe("what a person may let pass", () => {
  const names = [dns("capulet.example")];
  const expired = { from: now - 9 * dayMs, to: now - dayMs };
  const cases: readonly (readonly [string, Issued, boolean])[] = [
    ["expired", issue({ subject: "s", by: root, names, ...expired }), true],
    ["not-yet-valid", issue({ subject: "s", by: root, names, from: now + dayMs }), true],
    ["other-domain", issue({ subject: "s", by: root, names: [dns("x.example")] }), true],
    ["self-signed", issue({ subject: "s", names }), true],
    ["expired, self-signed", issue({ subject: "s", names, ...expired }), true],
    ["forged", issue({ subject: "s", by: root, names, isForged: true }), false],
    [
      "forged, expired",
      issue({ subject: "s", by: root, names, isForged: true, ...expired }),
      false,
    ],
    ["weak", issue({ subject: "s", by: root, names, digest: "sha1" }), false],
    ["unusable", issue({ subject: "s", by: root, names, unknownCritical: "1.2.3.4" }), false],
  ];

  async function stageWith(rules: Partial<TrustRules> = {}): Promise<TrustStage> {
    const authorities = [
      {
        fingerprint: root.certificate.fingerprint,
        der: root.certificate.encoded,
        subject: "Verona Root",
        expiresAt: root.certificate.notAfter,
      },
    ];
    return makeTrust({ clock: new FakeClock(now), web: null, rules: { authorities, ...rules } });
  }

  async function ask(stage: TrustStage, leaf: Issued, more = {}): Promise<Verdict> {
    return stage.trust.gate.judge(presented(leaf, "capulet.example", more));
  }

  test.each(cases)("%s", async (problems, leaf, mayPass) => {
    for (const choice of ["once", "always"] as const) {
      const stage = await stageWith();
      const refused = await ask(stage, leaf);
      expect(words(refused)).toBe(problems);
      const id = refused.isTrusted ? "" : (refused.question ?? "");
      expect((await stage.trust.decide(id, choice)).ok).toBe(mayPass);
      expect(words(await ask(stage, leaf))).toBe(mayPass ? "trusted" : problems);
      // Elsewhere it was not let pass.
      expect(words(await ask(stage, leaf, { port: 5222 }))).toBe(problems);
      expect(words(await ask(stage, leaf, { host: "other.example" }))).toBe(problems);
      const forbidden = await stageWith({ mayMakeExceptions: false });
      const asked = await ask(forbidden, leaf);
      const question = asked.isTrusted ? "" : (asked.question ?? "");
      expect((await forbidden.trust.decide(question, choice)).ok).toBe(false);
    }
  });

  /** Exceptions that would do harm if the rule for the exact set were not there. */
  const recorded: readonly (readonly [readonly CertificateProblem[], Issued, string])[] = [
    [["expired"], issue({ subject: "s", names, ...expired }), "expired, self-signed"],
    [["expired", "self-signed"], issue({ subject: "s", names }), "self-signed"],
    [
      ["forged", "expired"],
      issue({ subject: "s", by: root, names, isForged: true, ...expired }),
      "forged, expired",
    ],
    [["weak"], issue({ subject: "s", by: root, names, digest: "sha1" }), "weak"],
  ];

  test.each(recorded)(
    "an exception for %j is not one for more, less, or what nobody may",
    async (problems, leaf, expected) => {
      const stage = await stageWith();
      const { fingerprint, encoded } = leaf.certificate;
      await stage.store.ask("trust", "accept", {
        place: { domain: "capulet.example", host: "xmpp.hoster.example", port: 5223 },
        certificate: { fingerprint, der: encoded, subject: "s", expiresAt: 1 },
        spki: spkiOf(leaf.certificate),
        boundTo: "certificate",
        problems,
        expiresAt: null,
        now: 1,
      });
      await stage.trust.reload();
      const verdict = await ask(stage, leaf);
      expect(words(verdict)).toBe(expected);
    },
  );

  test("an exception that has run out is none", async () => {
    const stage = await stageWith();
    const leaf = issue({ subject: "s", names });
    const { fingerprint, encoded } = leaf.certificate;
    for (const [expiresAt, expected] of [
      [now + 1, "trusted"],
      [now, "self-signed"],
    ] as const) {
      await stage.store.ask("trust", "accept", {
        place: { domain: "capulet.example", host: "xmpp.hoster.example", port: 5223 },
        certificate: { fingerprint, der: encoded, subject: "s", expiresAt: 1 },
        spki: spkiOf(leaf.certificate),
        boundTo: "certificate",
        problems: ["self-signed"],
        expiresAt,
        now: 1,
      });
      await stage.trust.reload();
      const verdict = words(await ask(stage, leaf));
      expect(verdict).toBe(expected);
    }
  });
});

describe("the log", () => {
  test("says when the TLS library objects to what we accept, unless that is expected", async () => {
    const leaf = issue({ subject: "s", by: root, names: [dns("capulet.example")] });
    for (const [libraryObjection, isSaid] of [
      ["CERT_CHAIN_TOO_LONG", true],
      ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", false],
      [null, false],
    ] as const) {
      const stage = await makeTrust({
        clock,
        web: null,
        rules: {
          authorities: [
            {
              fingerprint: root.certificate.fingerprint,
              der: root.certificate.encoded,
              subject: "r",
              expiresAt: 1,
            },
          ],
        },
      });
      const verdict = await stage.trust.gate.judge(
        presented(leaf, "capulet.example", { libraryObjection }),
      );
      expect(words(verdict)).toBe("trusted");
      expect(stage.log.text().includes("TLS library objects")).toBe(isSaid);
    }
  });
});

describe("authorities of the system", () => {
  test("hundreds are read without keeping anybody waiting, and found by name", async () => {
    const many = Array.from({ length: 600 }, (_, index) => makeRoot(`Root ${index}`));
    const anchors = new BuiltInAnchors(() => many.map(pemOf));
    let longestMs = 0;
    let last = performance.now();
    let isLoading = true;
    const watch = (): void => {
      const current = performance.now();
      longestMs = Math.max(longestMs, current - last);
      last = current;
      if (isLoading) setImmediate(watch);
    };
    watch();
    await anchors.load();
    isLoading = false;
    expect(longestMs).toBeLessThan(50);
    expect(anchors.all).toHaveLength(600);
    const [wanted] = many;
    if (!wanted) throw new Error("none");
    const named = anchors.named(new Set([wanted.certificate.subject.key]));
    expect(named.map(({ fingerprint }) => fingerprint)).toEqual([wanted.certificate.fingerprint]);
  });
});
