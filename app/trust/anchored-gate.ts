/** The gate of this version: system, bundled and imported authorities, judged by the TLS library, and
 *  the name judged by us (RFC 9525). The trust engine takes this file's place behind the same interface. */

import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import type { Clock } from "../base/clock.ts";
import type { CertificateProblem } from "../xmpp/stream/transport.ts";
import { builtInAnchors } from "./anchors.ts";
import type { PresentedServer, TrustGate, Verdict } from "./gate.ts";

export interface AnchoredGateOptions {
  readonly clock: Clock;
  /** PEM certificates of the authorities given in settings and by policy. */
  importedAuthorities(): readonly string[];
}

export class AnchoredGate implements TrustGate {
  readonly #options: AnchoredGateOptions;
  #context: SecureContext | null = null;

  constructor(options: AnchoredGateOptions) {
    this.#options = options;
  }

  context(): SecureContext {
    this.#context ??= createSecureContext({
      ca: [...builtInAnchors(), ...this.#options.importedAuthorities()],
      minVersion: "TLSv1.2",
    });
    return this.#context;
  }

  /** The authorities changed: connections from here on see the new ones. */
  reload(): void {
    this.#context = null;
  }

  judge(server: PresentedServer): Promise<Verdict> {
    const problems = new Set<CertificateProblem>();
    // The library reports one objection only, so dates and name are looked at in any case.
    const now = this.#options.clock.now();
    if (server.leaf.validToDate.getTime() < now) problems.add("expired");
    if (server.leaf.validFromDate.getTime() > now) problems.add("not-yet-valid");
    if (!isCertificateFor(server.leaf, server.domain)) problems.add("other-domain");
    if (server.libraryObjection !== null)
      problems.add(problemFor(server.libraryObjection, server.leaf));
    return Promise.resolve(
      problems.size === 0 ? { isTrusted: true } : { isTrusted: false, problems: [...problems] },
    );
  }
}

/** RFC 9525: subject alternative names only, a wildcard only as the whole leftmost label. */
function isCertificateFor(leaf: X509Certificate, domain: string): boolean {
  if (isIP(domain)) return leaf.checkIP(domain) !== undefined;
  const options = {
    subject: "never",
    wildcards: true,
    partialWildcards: false,
    multiLabelWildcards: false,
  } as const;
  return leaf.checkHost(domain, options) !== undefined;
}

/** OpenSSL's codes, in our words. What is not listed is "unusable", never "fine". */
function problemFor(code: string, leaf: X509Certificate): CertificateProblem {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return "expired";
    case "CERT_NOT_YET_VALID":
      return "not-yet-valid";
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return "self-signed";
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "CERT_UNTRUSTED":
      return isSelfSigned(leaf) ? "self-signed" : "untrusted-authority";
    case "CERT_REVOKED":
      return "revoked";
    default:
      return "unusable";
  }
}

/** The library says so only of certificates that may also sign others: most that people make may not. */
function isSelfSigned(leaf: X509Certificate): boolean {
  return leaf.subject === leaf.issuer && leaf.verify(leaf.publicKey);
}
