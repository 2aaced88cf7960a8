/** Everything that can go wrong and that a person is told about. A closed union: the page has one
 *  sentence for every member, and the compiler asks for it. */

export type CertificateProblem =
  | "expired"
  | "not-yet-valid"
  | "other-domain"
  | "untrusted-authority"
  | "self-signed"
  /** Another key than the one that was remembered. */
  | "key-changed"
  /** Made for something else than being a server. */
  | "wrong-purpose"
  /** Its authority may not vouch for it. */
  | "not-permitted"
  /** Nobody could say whether it was revoked, and that has to be known. */
  | "revocation-unknown"
  /** The server promises to bring the proof that it is not revoked, and did not. */
  | "staple-missing"
  | "weak"
  | "unsupported"
  | "forged"
  | "distrusted"
  | "revoked"
  | "unusable";

/** What a server has against the certificate of an account, or against its having none. */
export type ClientCertificateProblem =
  "required" | "expired" | "revoked" | "unknown-authority" | "unsupported-key" | "not-accepted";

/** Why an account is not connected. */
export type ConnectionProblem =
  | { readonly kind: "host-unknown"; readonly host: string }
  | { readonly kind: "lookup-failed"; readonly host: string }
  | { readonly kind: "refused"; readonly host: string; readonly port: number }
  | { readonly kind: "unreachable"; readonly host: string; readonly port: number }
  | { readonly kind: "timeout"; readonly host: string; readonly port: number }
  | { readonly kind: "tls-failed"; readonly host: string }
  | { readonly kind: "tls-unavailable" }
  | {
      readonly kind: "certificate";
      readonly host: string;
      readonly problems: readonly CertificateProblem[];
      /** What {@link TrustService.question} tells more about; null where there is no more. */
      readonly question: string | null;
    }
  | { readonly kind: "client-certificate"; readonly problem: ClientCertificateProblem }
  /** The server saw the certificate and did not sign the person in. */
  | { readonly kind: "certificate-refused" }
  /** Without a password; the server did not ask for a certificate, or takes it for nothing. */
  | { readonly kind: "certificate-unused" }
  | { readonly kind: "wrong-password" }
  | { readonly kind: "account-disabled" }
  | { readonly kind: "no-mechanism"; readonly isPlainOffered: boolean }
  | { readonly kind: "sign-in-refused"; readonly condition: string }
  | { readonly kind: "server-unproven" }
  | { readonly kind: "session-refused"; readonly condition: string }
  | { readonly kind: "replaced" }
  | { readonly kind: "policy-violation" }
  | { readonly kind: "server-shutdown" }
  | { readonly kind: "server-error"; readonly condition: string }
  | { readonly kind: "unreadable"; readonly what: "malformed" | "too-big" | "too-deep" }
  | { readonly kind: "protocol" }
  | { readonly kind: "lost" }
  | { readonly kind: "silent" }
  | { readonly kind: "not-stored" }
  | { readonly kind: "internal" };

/** Why a message of ours did not arrive. */
export type MessageFailure =
  | "recipient-unknown"
  | "recipient-unavailable"
  | "forbidden"
  | "server-unreachable"
  | "too-large"
  | "other";

/** What is wrong with the message store. */
export type StoreProblem =
  /** Made by a newer version of the program. */
  | "newer"
  | "damaged"
  /** The key does not open it: a restored or copied profile. */
  | "wrong-key"
  | "disk-full"
  | "unavailable";

export type AuthorityProblem =
  "not-a-certificate" | "not-an-authority" | "too-large" | "unreadable";

/** What is wrong with a file that was to hold, or was to become, a certificate to sign in with. */
export type IdentityFault =
  /** The file cannot be read from the disk. */
  | "unreadable"
  /** The file cannot be written to the disk. */
  | "not-written"
  | "unknown-format"
  | "damaged"
  /** Made in a way that cannot be undone here. */
  | "unsupported"
  | "too-large"
  | "no-key"
  | "no-certificate"
  | "key-does-not-match"
  | "unsupported-key"
  /** An authority's reply to somebody else, or to another request. */
  | "other-key"
  | "already-here"
  | "too-many";

/** Why a call failed. */
export type AppError =
  /** The page asked for something that does not exist, or with arguments that are not allowed. */
  | { readonly kind: "bad-call"; readonly detail: string }
  | { readonly kind: "too-many-calls" }
  /** The store is not open: locked, damaged or not yet created. */
  | { readonly kind: "locked" }
  | { readonly kind: "wrong-passphrase" }
  | { readonly kind: "not-found" }
  | { readonly kind: "invalid-address" }
  | { readonly kind: "already-signed-in" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "offline" }
  /** So many messages wait for the server that no more are taken. */
  | { readonly kind: "too-many-waiting" }
  | { readonly kind: "set-by-policy" }
  | { readonly kind: "refused-by-server"; readonly condition: string }
  | { readonly kind: "connection"; readonly problem: ConnectionProblem }
  | { readonly kind: "store"; readonly problem: StoreProblem }
  | { readonly kind: "authority"; readonly problem: AuthorityProblem }
  | { readonly kind: "identity"; readonly problem: IdentityFault }
  /** A mistake of ours; the log has the details. */
  | { readonly kind: "internal" };

export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AppError };
