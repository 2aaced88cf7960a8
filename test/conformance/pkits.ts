/** NIST's PKITS: chains, CRLs and policies of 2011, signed anew with SHA-256. */

import { readFileSync } from "node:fs";
import { validatePath } from "../../app/pki/path/validate-path.ts";
import { parseCertificate } from "../../app/pki/x509/certificate.ts";
import type { ConformanceCase, Outcome, ReadCases } from "./conformance-case.ts";
import { crlSource } from "./crl-source.ts";

interface PkitsCase {
  readonly num: string;
  readonly ok: boolean;
  /** DER in Base64; the first is the anchor, the last the leaf. */
  readonly certs: readonly string[];
  readonly crls: readonly string[];
  /** null for any. */
  readonly initialPolicySet: readonly string[] | null;
  readonly explicit: boolean;
  readonly mapInhibit: boolean;
  readonly anyInhibit: boolean;
}

const validatedAt = Date.UTC(2020, 8, 13);

export const readPkits: ReadCases = (path) => {
  const cases = JSON.parse(readFileSync(path, "utf8")) as readonly PkitsCase[];
  return cases.map((each): ConformanceCase => ({
    id: each.num,
    expected: each.ok ? "valid" : "invalid",
    run: () => judge(each),
  }));
};

function judge(pkits: PkitsCase): Outcome {
  const certificates = pkits.certs.flatMap((text) => {
    const parsed = parseCertificate(Buffer.from(text, "base64"));
    return parsed.ok ? [parsed.value] : [];
  });
  const [anchor, ...others] = certificates;
  const leaf = others.pop();
  if (certificates.length < pkits.certs.length || !anchor || !leaf) {
    return { actual: "invalid", reason: "a certificate cannot be read" };
  }
  const verdict = validatePath({
    leaf,
    intermediates: others,
    anchors: [{ certificate: anchor }],
    at: validatedAt,
    purpose: "any",
    depthMax: 20,
    policies: {
      initial: pkits.initialPolicySet,
      requireExplicit: pkits.explicit,
      inhibitMapping: pkits.mapInhibit,
      inhibitAny: pkits.anyInhibit,
    },
    revocation: crlSource(
      pkits.crls.map((text) => Buffer.from(text, "base64")),
      certificates,
    ),
  });
  if (verdict.isValid) return { actual: "valid", reason: verdict.policies.join(" ") };
  const { problems } = verdict;
  return {
    actual: "invalid",
    reason: problems.map(({ index, kind, detail }) => `${index} ${kind}: ${detail}`).join("; "),
  };
}
