/** Paths from a leaf to an anchor: found, refused, and everything told that is wrong with them. */

import { describe, expect, test } from "vitest";
import { purposeOids } from "../../../app/pki/oids.ts";
import type { RevocationStatus } from "../../../app/pki/path/revocation-source.ts";
import {
  validatePath,
  type PathInput,
  type PathVerdict,
} from "../../../app/pki/path/validate-path.ts";
import type { Certificate } from "../../../app/pki/x509/certificate.ts";
import {
  dayMs,
  dns,
  issue,
  issueAuthority,
  makeKeys,
  makeRsaKeys,
  now,
  type Issued,
  type IssueOptions,
} from "./issued.ts";

const root = issueAuthority({ subject: "Root" });
const between = issueAuthority({ subject: "Between", by: root });

function judge(
  leaf: Issued,
  more: readonly Issued[],
  options: Partial<PathInput> = {},
): PathVerdict {
  return validatePath({
    leaf: leaf.certificate,
    intermediates: more.map(({ certificate }) => certificate),
    anchors: [{ certificate: root.certificate }],
    at: now,
    purpose: "serverAuth",
    revocation: null,
    ...options,
  });
}

/** "index kind" of each problem; empty for a valid path. */
function problemsOf(verdict: PathVerdict): string[] {
  return verdict.isValid ? [] : verdict.problems.map(({ index, kind }) => `${index} ${kind}`);
}

const subjects = ({ certificates }: PathVerdict): (string | null | undefined)[] =>
  certificates.map(({ subject }) => subject.attributes[0]?.text);

const leafBy = (by: Issued, options: Partial<IssueOptions> = {}): Issued =>
  issue({ subject: "leaf", by, ...options });

describe("a path is found", () => {
  test("straight to the anchor", () => {
    expect(subjects(judge(leafBy(root), []))).toEqual(["leaf", "Root"]);
  });

  test("whatever the order of the certificates, and with some that do not belong", () => {
    const lower = issueAuthority({ subject: "Lower", by: between });
    const stranger = issueAuthority({ subject: "Stranger" });
    const verdict = judge(leafBy(lower), [stranger, between, root, lower]);
    expect(verdict.isValid).toBe(true);
    expect(subjects(verdict)).toEqual(["leaf", "Lower", "Between", "Root"]);
  });

  test("past an issuer that has the right name and another key", () => {
    const impostor = issueAuthority({ subject: "Between", by: root });
    expect(judge(leafBy(between), [impostor, between]).isValid).toBe(true);
  });

  test("past an issuer that has expired to its new certificate", () => {
    const { keys } = between;
    const expired = issueAuthority({ subject: "Between", by: root, keys, to: now - dayMs });
    expect(judge(leafBy(between), [expired, between]).isValid).toBe(true);
  });

  test("past a way that ends nowhere", () => {
    const stranger = issueAuthority({ subject: "Stranger" });
    const { keys } = between;
    const dead = issueAuthority({ subject: "Between", by: stranger, keys });
    expect(judge(leafBy(between), [dead, between]).isValid).toBe(true);
  });

  test("past a way whose name constraints forbid it", () => {
    const narrow = issueAuthority({ subject: "Narrow", by: root, permitted: [dns("b.example")] });
    const { keys } = between;
    const forbidding = issueAuthority({ subject: "Between", by: narrow, keys });
    const leaf = leafBy(between, { names: [dns("a.example")] });
    expect(judge(leaf, [forbidding, narrow, between]).isValid).toBe(true);
  });

  test("no path through a circle of authorities", () => {
    const keys = makeKeys();
    const one = issueAuthority({ subject: "One" });
    const two = issueAuthority({ subject: "Two", by: one, keys });
    const back = issueAuthority({ subject: "One", by: two, keys: one.keys });
    expect(problemsOf(judge(leafBy(one), [back, two]))).toEqual(["2 unknown-issuer"]);
  });
});

describe("a certificate is refused", () => {
  const authority = (options: Partial<IssueOptions>): [Issued, Issued[]] => {
    const bad = issueAuthority({ subject: "Bad", by: root, ...options });
    return [leafBy(bad), [bad]];
  };

  test.each<[string, Issued, Issued[], string]>([
    ["that has expired", leafBy(root, { to: now - 1_000 }), [], "0 expired"],
    ["that is not valid yet", leafBy(root, { from: now + 1_000 }), [], "0 not-yet-valid"],
    ["whose signature is forged", leafBy(root, { isForged: true }), [], "0 bad-signature"],
    ["whose issuer is missing", leafBy(between), [], "0 unknown-issuer"],
    ["that signed itself", issue({ subject: "leaf" }), [], "0 self-signed"],
    [
      "with an unknown critical extension",
      leafBy(root, { unknownCritical: "1.2.3" }),
      [],
      "0 unknown-critical-extension",
    ],
    [
      "for another purpose",
      leafBy(root, { purposes: [purposeOids.clientAuth] }),
      [],
      "0 wrong-purpose",
    ],
    ["whose key is for something else", leafBy(root, { usages: [5] }), [], "0 wrong-key-usage"],
    ["signed with SHA-1", leafBy(root, { digest: "sha1" }), [], "0 weak-hash"],
    ["with a short key", leafBy(root, { keys: makeRsaKeys(1_024) }), [], "0 weak-key"],
    ["from an expired authority", ...authority({ to: now - dayMs }), "1 expired"],
    ["from what is no authority", ...authority({ isAuthority: false }), "1 not-an-authority"],
    ["from an authority that must not sign", ...authority({ usages: [6] }), "1 wrong-key-usage"],
    [
      "from an authority for another purpose",
      ...authority({ purposes: [purposeOids.clientAuth] }),
      "1 wrong-purpose",
    ],
    [
      "from an authority with an unknown critical extension",
      ...authority({ unknownCritical: "1.2.3" }),
      "1 unknown-critical-extension",
    ],
    [
      "from an authority that is not known",
      ...authority({ by: issueAuthority({ subject: "Else" }) }),
      "1 unknown-issuer",
    ],
  ])("%s", (_, leaf, more, problem) => {
    expect(problemsOf(judge(leaf, more))).toEqual([problem]);
  });

  test("the last second of a certificate is one of its own", () => {
    expect(judge(leafBy(root, { to: now }), [], { at: now + 999 }).isValid).toBe(true);
    expect(problemsOf(judge(leafBy(root, { to: now }), [], { at: now + 1_000 }))).toEqual([
      "0 expired",
    ]);
  });

  test("without an issuer's name, even from an anchor without one", () => {
    const nameless = issueAuthority({ subject: "" });
    const anchors = [{ certificate: nameless.certificate }];
    expect(problemsOf(judge(leafBy(nameless), [], { anchors }))).toContain("0 malformed");
  });

  test("what an authority allows is kept by those below it", () => {
    const bounded = issueAuthority({ subject: "Bounded", by: root, pathLength: 0 });
    const below = issueAuthority({ subject: "Below", by: bounded });
    expect(problemsOf(judge(leafBy(below), [below, bounded]))).toEqual(["1 path-too-long"]);
  });

  test("at a depth beyond what is asked for", () => {
    expect(problemsOf(judge(leafBy(between), [between], { depthMax: 0 }))).toEqual([
      "1 path-too-long",
    ]);
    expect(judge(leafBy(between), [between], { depthMax: 1 }).isValid).toBe(true);
  });
});

describe("all that is wrong is told", () => {
  test("a forged certificate that has expired is both", () => {
    const forged = leafBy(root, { to: now - dayMs, isForged: true });
    expect(problemsOf(judge(forged, []))).toEqual(["0 expired", "0 bad-signature"]);
  });

  test("a forged certificate with a copied issuer is both, behind an authority too", () => {
    const thief: Issued = { certificate: between.certificate, keys: makeKeys() };
    const forged = leafBy(thief, { to: now - dayMs });
    const verdict = judge(forged, [between]);
    expect(problemsOf(verdict)).toEqual(["0 expired", "0 bad-signature"]);
    expect(subjects(verdict)).toEqual(["leaf", "Between", "Root"]);
  });

  test("of every certificate of the path", () => {
    const bad = issueAuthority({
      subject: "Bad",
      by: root,
      to: now - dayMs,
      purposes: [purposeOids.clientAuth],
      permitted: [dns("b.example")],
    });
    const leaf = leafBy(bad, {
      from: now + dayMs,
      unknownCritical: "1.2.3",
      names: [dns("a.example")],
    });
    const verdict = judge(leaf, [bad]);
    expect(problemsOf(verdict)).toEqual([
      "0 not-yet-valid",
      "0 unknown-critical-extension",
      "0 name-not-permitted",
      "1 expired",
      "1 wrong-purpose",
    ]);
    expect(verdict.isValid || verdict.problems[0]?.fingerprint).toBe(leaf.certificate.fingerprint);
  });

  test("an unknown issuer does not hide that the certificate has expired", () => {
    expect(problemsOf(judge(leafBy(between, { to: now - dayMs }), []))).toEqual([
      "0 unknown-issuer",
      "0 expired",
    ]);
  });
});

describe("anchors", () => {
  const under = (options: Partial<IssueOptions>): PathVerdict => {
    const anchor = issueAuthority({ subject: "Anchor", ...options });
    const lower = issueAuthority({ subject: "Lower", by: anchor });
    const leaf = leafBy(lower, { names: [dns("a.example")] });
    return judge(leaf, [lower], { anchors: [{ certificate: anchor.certificate }] });
  };

  test.each<[string, Partial<IssueOptions>, string]>([
    ["its time", { to: now - dayMs }, "2 expired"],
    ["its name constraints", { excluded: [dns("example")] }, "0 name-not-permitted"],
    ["its path length", { pathLength: 0 }, "1 path-too-long"],
    ["its purposes", { purposes: [purposeOids.clientAuth] }, "2 wrong-purpose"],
    ["that it is an authority", { isAuthority: false }, "2 not-an-authority"],
    ["that policies are required", { requireExplicit: 0 }, "1 policy"],
  ])("%s holds for those below", (_, options, problem) => {
    expect(problemsOf(under(options))).toEqual([problem]);
  });

  const own = issue({ subject: "self", isAuthority: true, keys: makeKeys() });
  const itself = [{ certificate: own.certificate, as: "leaf" as const }];

  test("an authority is not a leaf", () => {
    const anchors = [{ certificate: own.certificate }];
    expect(problemsOf(judge(own, [], { anchors }))).toEqual(["0 self-signed"]);
  });

  test("a leaf that is trusted as itself needs nobody else", () => {
    expect(judge(own, [], { anchors: itself }).certificates).toEqual([own.certificate]);
    expect(judge(own, [], { anchors: itself }).isValid).toBe(true);
  });

  test("a leaf that is trusted as itself vouches for nobody, authority or not", () => {
    expect(problemsOf(judge(leafBy(own), [own], { anchors: itself }))).toEqual([
      "1 unknown-issuer",
    ]);
  });

  test("a leaf that is trusted as itself is checked all the same", () => {
    const old = issue({ subject: "self", to: now - dayMs, unknownCritical: "1.2.3" });
    const anchors = [{ certificate: old.certificate, as: "leaf" as const }];
    expect(problemsOf(judge(old, [], { anchors }))).toEqual([
      "0 expired",
      "0 unknown-critical-extension",
    ]);
  });

  test("weak algorithms are let pass below the anchors that were named, and nowhere else", () => {
    const rsaKeys = makeRsaKeys(1_024);
    const weak = issueAuthority({ subject: "Weak", keys: rsaKeys });
    const leaf = leafBy(weak, { digest: "sha1" });
    const anchors = [{ certificate: weak.certificate }];
    const allowWeak = new Set([weak.certificate.fingerprint]);
    expect(problemsOf(judge(leaf, [], { anchors }))).toEqual(["0 weak-hash", "1 weak-key"]);
    expect(judge(leaf, [], { anchors, allowWeak }).isValid).toBe(true);
    const sha1 = leafBy(root, { digest: "sha1" });
    expect(problemsOf(judge(sha1, [], { allowWeak }))).toEqual(["0 weak-hash"]);
    const shorter = leafBy(weak, { keys: makeRsaKeys(512) });
    expect(problemsOf(judge(shorter, [], { anchors, allowWeak }))).toContain("0 weak-key");
  });
});

describe("revocation", () => {
  const leaf = leafBy(between);
  const source = (of: Certificate, status: RevocationStatus): PathInput["revocation"] => ({
    status: (certificate) =>
      certificate.fingerprint === of.fingerprint ? status : { kind: "good" },
  });
  const revoked = { kind: "revoked", reason: 1, at: now } as const;

  test.each<[string, Certificate, RevocationStatus, string[]]>([
    ["good for all", leaf.certificate, { kind: "good" }, []],
    ["a revoked leaf", leaf.certificate, revoked, ["0 revoked"]],
    ["a revoked authority", between.certificate, revoked, ["1 revoked"]],
    ["not known", leaf.certificate, { kind: "unknown", why: "no-crl" }, ["0 revocation-unknown"]],
    ["an anchor, which is not asked about", root.certificate, revoked, []],
  ])("%s", (_, of, status, problems) => {
    expect(problemsOf(judge(leaf, [between], { revocation: source(of, status) }))).toEqual(
      problems,
    );
  });

  test("is told beside what is wrong otherwise", () => {
    const old = leafBy(between, { to: now - dayMs });
    const revocation = source(old.certificate, revoked);
    const verdict = judge(old, [between], { revocation });
    expect(problemsOf(verdict)).toEqual(["0 expired", "0 revoked"]);
    expect(verdict.isValid || verdict.problems[1]).toMatchObject({ reason: 1, revokedAt: now });
  });

  test("another path is taken where an authority is revoked on the first", () => {
    const { keys } = between;
    const other = issueAuthority({ subject: "Between", by: root, keys, from: now - 60 * dayMs });
    const revocation = source(between.certificate, revoked);
    expect(judge(leaf, [between, other], { revocation }).isValid).toBe(true);
  });

  test("a signer is trusted above the certificate or on its own path, and not below it", () => {
    const signer = issue({ subject: "Signer", by: root });
    const stranger = issueAuthority({ subject: "Stranger" });
    const asked = new Map<string, boolean>();
    const revocation: PathInput["revocation"] = {
      status(certificate, _, context) {
        if (certificate === between.certificate) {
          for (const each of [root, signer, stranger, leaf]) {
            asked.set(each.certificate.subject.key, context.isTrustedSigner(each.certificate));
          }
        }
        return { kind: "good" };
      },
    };
    expect(judge(leaf, [between], { revocation }).isValid).toBe(true);
    expect([...asked.values()]).toEqual([true, true, false, false]);
  });

  test("signers that depend on themselves come to an end", () => {
    const signer = issue({ subject: "Signer", by: root });
    const revocation: PathInput["revocation"] = {
      status: (_, __, context) =>
        context.isTrustedSigner(signer.certificate)
          ? { kind: "good" }
          : { kind: "unknown", why: "crl-signer-untrusted" },
    };
    expect(problemsOf(judge(leaf, [between], { revocation }))).toEqual([
      "0 revocation-unknown",
      "1 revocation-unknown",
    ]);
  });
});

describe("within its budget", () => {
  /** Refused, in less than a second. */
  function refusedQuickly(leaf: Issued, more: readonly Issued[]): string[] {
    const before = performance.now();
    const problems = problemsOf(judge(leaf, more));
    expect(performance.now() - before).toBeLessThan(1_000);
    return problems;
  }

  test("a hundred authorities of one name", () => {
    const many = Array.from({ length: 100 }, () =>
      issueAuthority({ subject: "Between", by: root }),
    );
    const nowhere = issueAuthority({ subject: "Between", by: issueAuthority({ subject: "Else" }) });
    expect(refusedQuickly(leafBy(nowhere), [...many, nowhere])).toEqual(["1 unknown-issuer"]);
  });

  test("layers of authorities that all vouch for each other", () => {
    const layers = Array.from({ length: 8 }, (_, layer) =>
      Array.from({ length: 4 }, () => ({ subject: `Layer ${layer}`, keys: makeKeys() })),
    );
    const issued: Issued[] = [];
    let top: Issued[] = [issueAuthority({ subject: "Nobody" })];
    for (const layer of layers) {
      const next = layer.map((each) => ({ ...top[0], ...issueAuthority(each) }));
      for (const each of layer) for (const by of top) issued.push(issueAuthority({ ...each, by }));
      top = next;
    }
    const [by = root] = top;
    expect(refusedQuickly(leafBy(by), issued)).toContain("0 budget-exhausted");
  });

  test("thousands of names under thousands of constraints", () => {
    const excluded = Array.from({ length: 2_000 }, (_, index) => dns(`x${index}.example`));
    const names = Array.from({ length: 2_000 }, (_, index) => dns(`y${index}.example`));
    const narrow = issueAuthority({ subject: "Narrow", by: root, excluded });
    expect(refusedQuickly(leafBy(narrow, { names }), [narrow])).toEqual(["0 budget-exhausted"]);
  });
});

test("the strict profile refuses what is issued against the rules", () => {
  const verdict = judge(leafBy(root), [], { profile: "strict" });
  expect(verdict.isValid || new Set(verdict.problems.map(({ kind }) => kind))).toEqual(
    new Set(["issuance"]),
  );
});
