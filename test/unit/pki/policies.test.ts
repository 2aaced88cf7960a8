/** Certificate policies along a path (RFC 5280 §6.1, RFC 9618). */

import { expect, test } from "vitest";
import { anyPolicyOid } from "../../../app/pki/oids.ts";
import { validatePath } from "../../../app/pki/path/validate-path.ts";
import type { PolicyInput } from "../../../app/pki/path/policy-graph.ts";
import { issue, issueAuthority, now, type IssueOptions } from "./issued.ts";

type Policies = Pick<IssueOptions, "policies" | "mappings" | "requireExplicit" | "inhibitAny">;

const [one, two, three] = ["1.3.1", "1.3.2", "1.3.3"];

/** @param chain from below the anchor to the leaf  @returns the valid policies; null where it is refused */
function policiesOf(
  chain: readonly Policies[],
  input: Partial<PolicyInput> = {},
  anchorOptions: Policies = {},
): readonly string[] | null {
  const root = issueAuthority({ subject: "Root", ...anchorOptions });
  const authorities = [root];
  for (const [index, each] of chain.slice(0, -1).entries()) {
    const by = authorities.at(-1) ?? root;
    authorities.push(issueAuthority({ subject: `CA ${index}`, by, ...each }));
  }
  const leaf = issue({ subject: "leaf", by: authorities.at(-1) ?? root, ...chain.at(-1) });
  const verdict = validatePath({
    leaf: leaf.certificate,
    intermediates: authorities.slice(1).map(({ certificate }) => certificate),
    anchors: [{ certificate: root.certificate }],
    at: now,
    purpose: "any",
    policies: {
      initial: null,
      requireExplicit: true,
      inhibitMapping: false,
      inhibitAny: false,
      ...input,
    },
    revocation: null,
  });
  if (verdict.isValid) return verdict.policies;
  expect(new Set(verdict.problems.map(({ kind }) => kind))).toEqual(new Set(["policy"]));
  return null;
}

const any = anyPolicyOid;

test.each<[string, Policies[], readonly string[] | null]>([
  ["the same everywhere", [{ policies: [one] }, { policies: [one] }], [one]],
  ["what both have", [{ policies: [one, two] }, { policies: [two, three] }], [two]],
  ["nothing that both have", [{ policies: [one] }, { policies: [two] }], null],
  ["none in the middle", [{}, { policies: [one] }], null],
  ["none in the leaf", [{ policies: [one] }, {}], null],
  ["any above", [{ policies: [any] }, { policies: [one] }], [one]],
  ["any below", [{ policies: [one] }, { policies: [any] }], [one]],
  ["any everywhere", [{ policies: [any] }, { policies: [any] }], [any]],
  ["a mapping", [{ policies: [one], mappings: [[one, two]] }, { policies: [two] }], [one]],
  [
    "a mapping that leads away",
    [{ policies: [one], mappings: [[one, two]] }, { policies: [one] }],
    null,
  ],
  ["a mapping of any", [{ policies: [one], mappings: [[any, two]] }, { policies: [two] }], null],
  [
    "a mapping under any",
    [{ policies: [any], mappings: [[one, two]] }, { policies: [two] }],
    [one],
  ],
  ["any where it is inhibited", [{ policies: [one], inhibitAny: 0 }, { policies: [any] }], null],
])("%s", (_, chain, expected) => {
  expect(policiesOf(chain)).toEqual(expected);
});

test("nothing is needed where nobody asks for it", () => {
  expect(policiesOf([{}, {}], { requireExplicit: false })).toEqual([]);
});

test("an authority asks for it", () => {
  expect(policiesOf([{ requireExplicit: 0 }, {}], { requireExplicit: false })).toBeNull();
});

test("only the policies that the caller accepts", () => {
  const chain = [{ policies: [one, two] }, { policies: [one, two] }];
  expect(policiesOf(chain, { initial: [two, three] })).toEqual([two]);
  expect(policiesOf(chain, { initial: [three] })).toBeNull();
  expect(policiesOf([{ policies: [any] }, { policies: [any] }], { initial: [three] })).toEqual([
    three,
  ]);
});

test("mappings that the caller inhibits", () => {
  const chain = [{ policies: [one], mappings: [[one, two]] as const }, { policies: [two] }];
  expect(policiesOf(chain, { inhibitMapping: true })).toBeNull();
});

test("the anchor's own policies limit those below", () => {
  const chain = [{ policies: [one, two] }, { policies: [one, two] }];
  expect(policiesOf(chain, {}, { policies: [one] })).toEqual([one]);
});

test("mappings of everything to everything do not grow without end", () => {
  const many = Array.from({ length: 60 }, (_, index) => `1.3.4.${index}`);
  const mappings = many.flatMap((from) => many.map((to) => [from, to] as const));
  const chain = [
    ...Array.from({ length: 7 }, () => ({ policies: many, mappings })),
    { policies: many },
  ];
  const before = performance.now();
  expect(policiesOf(chain)).toHaveLength(many.length);
  expect(performance.now() - before).toBeLessThan(2_000);
});
