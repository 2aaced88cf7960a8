/** What is at hand about revocation for one decision: a staple, kept answers of responders, lists. It answers
 *  path validation, and remembers what it could not answer, so that that can be fetched. */

import type {
  RevocationContext,
  RevocationSource,
  RevocationStatus,
} from "../pki/path/revocation-source.ts";
import type { Crl } from "../pki/revocation/crl.ts";
import { statusByCrls } from "../pki/revocation/crl-status.ts";
import { statusByOcsp } from "../pki/revocation/ocsp-status.ts";
import type { Certificate } from "../pki/x509/certificate.ts";

/** Why nobody knows whether a certificate is revoked. */
export type NotChecked =
  /** The certificate does not say where to ask. */
  | "no-source"
  /** It names directories (ldap) only. */
  | "unsupported-source"
  | "switched-off"
  | "unreachable"
  /** A public certificate points into the own network. */
  | "private-address"
  | "too-large"
  | "bad-answer"
  /** The responder does not know the certificate. */
  | "unknown-there";

/** How it was found out that a certificate of the chain is not revoked. */
export type LinkCheck = { readonly fingerprint: string } & (
  | {
      readonly how: "staple" | "ocsp" | "crl";
      /** When whoever said so said it, milliseconds since the epoch. */
      readonly at: number;
    }
  | { readonly how: "none"; readonly why: NotChecked }
);

/** A certificate, who issued it, and the anchor of the path on which that matters. */
export interface Link {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly anchor: Certificate;
}

export interface Answer {
  readonly via: "staple" | "ocsp";
  readonly response: Uint8Array;
  /** What the request had; null where the answer was made before. */
  readonly nonce: { readonly value: Uint8Array } | null;
}

export class RevocationEvidence {
  readonly #answers = new Map<string, Answer[]>();
  readonly #crls = new Map<string, Crl>();
  readonly #signers: readonly Certificate[];
  readonly #checks = new Map<string, LinkCheck>();
  readonly #missing = new Map<string, Link>();
  readonly #reasons = new Map<string, NotChecked>();

  /** @param signers certificates at hand that may have signed lists: those presented, anchors. Untrusted */
  constructor(signers: readonly Certificate[]) {
    this.#signers = signers;
  }

  get signers(): readonly Certificate[] {
    return this.#signers;
  }

  addAnswer(certificate: string, answer: Answer): void {
    const answers = this.#answers.get(certificate);
    if (answers) answers.push(answer);
    else this.#answers.set(certificate, [answer]);
  }

  addCrl(crl: Crl): void {
    this.#crls.set(crl.fingerprint, crl);
  }

  /** Why fetching brought nothing. */
  addReason(certificate: string, why: NotChecked): void {
    this.#reasons.set(certificate, why);
  }

  /** What could not be answered so far. */
  get missing(): readonly Link[] {
    return [...this.#missing.values()];
  }

  /** How it was found out, for the certificates of a path from the leaf up; the anchor is not asked about. */
  checksOf(path: readonly Certificate[]): LinkCheck[] {
    return path.slice(0, -1).map(
      ({ fingerprint }) =>
        this.#checks.get(fingerprint) ?? {
          fingerprint,
          how: "none",
          why: this.#reasons.get(fingerprint) ?? "no-source",
        },
    );
  }

  /** @param unknownIs good: not to know does no harm */
  source(unknownIs: "good" | "unknown"): RevocationSource {
    return {
      status: (certificate, issuer, context) => {
        const status = this.#status(certificate, issuer, context);
        if (status.kind !== "unknown") return status;
        this.#missing.set(certificate.fingerprint, {
          certificate,
          issuer,
          anchor: context.anchor,
        });
        return unknownIs === "good" ? { kind: "good" } : status;
      },
    };
  }

  /** Whether one of the answers for a certificate says that it is good. */
  isGoodBy(via: Answer["via"], certificate: Certificate, issuer: Certificate, at: number): boolean {
    return (this.#answers.get(certificate.fingerprint) ?? []).some(
      (answer) => answer.via === via && this.#read(answer, certificate, issuer, at).kind === "good",
    );
  }

  /** Everything at hand is read: whoever says "revoked" is believed, whatever somebody else says. */
  #status(
    certificate: Certificate,
    issuer: Certificate,
    context: RevocationContext,
  ): RevocationStatus {
    const { fingerprint } = certificate;
    let check: LinkCheck | null = null;
    for (const answer of this.#answers.get(fingerprint) ?? []) {
      const status = this.#read(answer, certificate, issuer, context.at);
      if (status.kind === "revoked") return status;
      if (status.kind === "good") check ??= { fingerprint, how: answer.via, at: status.thisUpdate };
      if (status.kind === "unknown") this.#reasons.set(fingerprint, "unknown-there");
    }
    const crls = [...this.#crls.values()];
    const byCrls = statusByCrls({
      certificate,
      issuer,
      crls,
      signers: this.#signers,
      isSignerTrusted: (signer) => context.isTrustedSigner(signer),
      at: context.at,
    });
    if (byCrls.kind === "revoked") return byCrls;
    if (byCrls.kind === "good") {
      const times = crls.filter((crl) => crl.issuer.key === issuer.subject.key);
      const at = Math.max(...(times.length > 0 ? times : crls).map((crl) => crl.thisUpdate));
      check ??= { fingerprint, how: "crl", at };
    }
    if (!check) return { kind: "unknown", why: byCrls.kind === "unknown" ? byCrls.why : "no-crl" };
    this.#checks.set(fingerprint, check);
    this.#missing.delete(fingerprint);
    return { kind: "good" };
  }

  #read(
    { response, nonce }: Answer,
    certificate: Certificate,
    issuer: Certificate,
    at: number,
  ): ReturnType<typeof statusByOcsp> {
    return statusByOcsp({
      response,
      nonce,
      certificate,
      issuer,
      at,
      isResponderRevoked: (responder) =>
        statusByCrls({
          certificate: responder,
          issuer,
          crls: [...this.#crls.values()],
          signers: [],
          isSignerTrusted: () => false,
          at,
        }).kind === "revoked",
    });
  }
}
