/** What the page shows about certificates of servers and authorities, and about whom to trust. Public parts
 *  only: a private key has no type here. */

import type { CertificateProblem } from "./problems.ts";

export type RevocationMode = "off" | "soft" | "hard";

/** How it was found out that a certificate is not revoked. */
export type CheckView =
  | { readonly kind: "staple" | "ocsp" | "crl"; readonly at: number }
  | { readonly kind: "not-checked"; readonly why: NotCheckedReason };

export type NotCheckedReason =
  | "no-source"
  | "unsupported-source"
  | "switched-off"
  | "unreachable"
  | "private-address"
  | "too-large"
  | "bad-answer"
  | "unknown-there";

export interface CertificateSummary {
  /** SHA-256, hexadecimal in lower case. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** A server was refused, and a person may have a say. */
export interface QuestionView {
  readonly id: string;
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  readonly problems: readonly CertificateProblem[];
  readonly certificate: CertificateSummary;
  /** What the certificate is for. */
  readonly names: readonly string[];
  /** The one that the server had when it was trusted, where it has another key now. */
  readonly previous: CertificateSummary | null;
  readonly mayOnce: boolean;
  readonly mayAlways: boolean;
  /** Why it may not be let pass: set by the organisation, or too serious. */
  readonly refusedBy: "policy" | "problem" | null;
}

export type QuestionChoice = "cancel" | "once" | "always";

/** Published whenever something about trust has changed; lists are asked for again then. */
export interface TrustView {
  readonly revocation: RevocationMode;
  readonly isRevocationByPolicy: boolean;
  readonly mayMakeExceptions: boolean;
  /** The key that a server has first is the one that it must have. */
  readonly remembersKeys: boolean;
  /** Counts changes. */
  readonly revision: number;
}

export type AuthoritySource = "built-in" | "imported" | "policy";

export interface AuthorityRow {
  readonly fingerprint: string;
  readonly subject: string;
  readonly expiresAt: number;
  readonly source: AuthoritySource;
}

export interface DistrustedRow {
  readonly fingerprint: string;
  readonly subject: string;
  readonly expiresAt: number;
  readonly isByPolicy: boolean;
}

export interface ExceptionView {
  readonly id: number;
  readonly fingerprint: string;
  readonly problems: readonly CertificateProblem[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

export interface PinView {
  readonly id: number;
  readonly fingerprint: string;
  readonly firstSeen: number;
}

/** What was decided about a server last. */
export interface DecisionView {
  readonly at: number;
  readonly isTrusted: boolean;
  readonly isByException: boolean;
  readonly problems: readonly CertificateProblem[];
  /** From the server's certificate up. */
  readonly chain: readonly CertificateSummary[];
  /** For each of the chain but the last, which nobody can revoke. */
  readonly checks: readonly CheckView[];
}

/** Everything known about one server of one domain. */
export interface ServerTrustView {
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  readonly exception: ExceptionView | null;
  readonly pin: PinView | null;
  /** null before the first connection since the program began. */
  readonly decision: DecisionView | null;
}

export interface ExtensionView {
  readonly oid: string;
  /** null for one that is not known here. */
  readonly kind: ExtensionKind | null;
  readonly isCritical: boolean;
  /** What is in it, in the terms of the standards. */
  readonly items: readonly string[];
}

export type ExtensionKind =
  | "subject-key-id"
  | "key-usage"
  | "subject-alt-name"
  | "issuer-alt-name"
  | "basic-constraints"
  | "name-constraints"
  | "crl-distribution-points"
  | "certificate-policies"
  | "policy-mappings"
  | "authority-key-id"
  | "policy-constraints"
  | "extended-key-usage"
  | "freshest-crl"
  | "inhibit-any-policy"
  | "authority-info-access"
  | "tls-feature"
  | "ocsp-no-check"
  | "certificate-transparency";

export interface CertificateDetails extends CertificateSummary {
  readonly fingerprintSha1: string;
  /** Hexadecimal. */
  readonly serial: string;
  readonly version: 1 | 2 | 3;
  readonly signatureAlgorithm: string;
  /** For example "RSA 2048" or "EC prime256v1"; null where this platform does not know it. */
  readonly key: string | null;
  readonly names: readonly string[];
  readonly extensions: readonly ExtensionView[];
  readonly pem: string;
  /** Fingerprints, from this certificate up as far as they are known here. */
  readonly chain: readonly string[];
  readonly isDistrusted: boolean;
  readonly source: AuthoritySource | "server";
}
