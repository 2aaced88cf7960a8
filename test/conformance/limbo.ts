/** Cases in the format of C2SP's x509-limbo: one chain each, with names and a depth. */

import { readFileSync } from "node:fs";
import { hasPeerName, type PeerName } from "../../app/pki/names/peer-name.ts";
import { validatePath } from "../../app/pki/path/validate-path.ts";
import type { KeyUsage } from "../../app/pki/x509/extensions.ts";
import { parseCertificate, type Certificate } from "../../app/pki/x509/certificate.ts";
import type { ConformanceCase, Outcome, ReadCases } from "./conformance-case.ts";
import { crlSource } from "./crl-source.ts";

interface LimboName {
  readonly kind: "DNS" | "IP" | "RFC822";
  readonly value: string;
}

interface LimboCase {
  readonly id: string;
  readonly validation_kind: "SERVER" | "CLIENT";
  /** PEM, as are the others. */
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  /** null for now. */
  readonly validation_time: string | null;
  /** The leaf must allow one of them; empty for whatever it allows. */
  readonly key_usage: readonly KeyUsage[];
  readonly expected_result: "SUCCESS" | "FAILURE";
  readonly expected_peer_name: LimboName | null;
  readonly expected_peer_names: readonly LimboName[];
  readonly max_chain_depth: number | null;
  readonly crls: readonly string[];
}

export const readLimbo: ReadCases = (path) => {
  const { testcases } = JSON.parse(readFileSync(path, "utf8")) as {
    testcases: readonly LimboCase[];
  };
  return testcases.map((each): ConformanceCase => ({
    id: each.id,
    expected: each.expected_result,
    run: () => judge(each),
  }));
};

const refused = (reason: string): Outcome => ({ actual: "FAILURE", reason });

function judge(limbo: LimboCase): Outcome {
  const leaf = parseCertificate(decodePem(limbo.peer_certificate));
  if (!leaf.ok) return refused(`leaf: ${leaf.error}`);
  const anchors = parseAll(limbo.trusted_certs);
  const intermediates = parseAll(limbo.untrusted_intermediates);
  const verdict = validatePath({
    leaf: leaf.value,
    intermediates,
    anchors: anchors.map((certificate) => ({ certificate })),
    at: limbo.validation_time === null ? Date.now() : Date.parse(limbo.validation_time),
    purpose: limbo.validation_kind === "SERVER" ? "serverAuth" : "clientAuth",
    keyUsages: limbo.key_usage.length > 0 ? limbo.key_usage : null,
    ...(limbo.max_chain_depth === null ? {} : { depthMax: limbo.max_chain_depth }),
    revocation:
      limbo.crls.length === 0
        ? null
        : crlSource(limbo.crls.map(decodePem), [...intermediates, ...anchors]),
  });
  if (!verdict.isValid) {
    return refused(
      verdict.problems.map(({ index, kind, detail }) => `${index} ${kind}: ${detail}`).join("; "),
    );
  }
  const names = [limbo.expected_peer_name, ...limbo.expected_peer_names].flatMap((name) =>
    name ? [peerName(name)] : [],
  );
  const missing = names.find((name) => !hasPeerName(leaf.value, name));
  if (missing) return refused(`no name ${missing.text}`);
  return { actual: "SUCCESS", reason: `${verdict.certificates.length} certificates` };
}

/** Those that cannot be read take no part. */
function parseAll(pems: readonly string[]): Certificate[] {
  return pems.flatMap((pem) => {
    const parsed = parseCertificate(decodePem(pem));
    return parsed.ok ? [parsed.value] : [];
  });
}

function decodePem(pem: string): Uint8Array {
  return Buffer.from(pem.replaceAll(/-----[^-]*-----/g, ""), "base64");
}

function peerName({ kind, value }: LimboName): PeerName {
  const kinds = { DNS: "dns", IP: "ip", RFC822: "email" } as const;
  return { kind: kinds[kind], text: value };
}
