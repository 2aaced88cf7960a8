/** One sentence for everything that can go wrong. A new member of a union does not compile until it
 *  has its own. */

import type {
  AppError,
  AuthorityProblem,
  CertificateProblem,
  ConnectionProblem,
} from "../../app/contract/problems.ts";
import { text } from "./index.ts";

export function connectionSentence(problem: ConnectionProblem): string {
  switch (problem.kind) {
    case "host-unknown":
      return `There is no chat server at ${problem.host}. Check the part of the address behind the @.`;
    case "lookup-failed":
      return `The server ${problem.host} could not be looked up. Check your internet connection.`;
    case "refused":
      return `The server ${problem.host} does not accept connections on port ${problem.port}.`;
    case "unreachable":
      return `The server ${problem.host} cannot be reached. Check your internet connection.`;
    case "timeout":
      return `The server ${problem.host} does not answer.`;
    case "tls-failed":
      return `No encrypted connection to ${problem.host} was possible.`;
    case "tls-unavailable":
      return "This server does not offer encryption. Linnet does not connect without it.";
    case "certificate":
      return certificateSentence(problem.host, problem.problems);
    case "client-certificate":
      return text.clientCertificateProblem[problem.problem];
    case "certificate-refused":
      return "The server does not sign you in with this certificate. It may be somebody else's, or from an authority that the server does not trust.";
    case "certificate-unused":
      return "This server does not sign people in with certificates. Use your password.";
    case "wrong-password":
      return "The address or the password is wrong.";
    case "account-disabled":
      return "This account has been disabled by its server.";
    case "no-mechanism":
      return problem.isPlainOffered
        ? "This server only takes the password itself, which you have not allowed. See “Server settings”."
        : "This server offers no safe way to sign in that Linnet knows.";
    case "sign-in-refused":
      return problem.condition === "temporary-auth-failure"
        ? "The server cannot check passwords right now."
        : "The server refused to sign you in.";
    case "server-unproven":
      return "This server could not prove that it knows your password. It may be an impostor: you were not signed in.";
    case "session-refused":
      return "The server has no room for another device of yours.";
    case "replaced":
      return "Another device took this one's place.";
    case "policy-violation":
      return "The server closed the connection because of its rules.";
    case "server-shutdown":
      return "The server is being restarted.";
    case "server-error":
      return "The server had a problem and closed the connection.";
    case "unreadable":
      return unreadableSentence(problem.what);
    case "protocol":
      return "The server did something unexpected, so the connection was closed.";
    case "lost":
      return "The connection was lost.";
    case "silent":
      return "The server stopped answering.";
    case "not-stored":
      return "New messages could not be saved. Make sure that your disk is not full; your server keeps them until then.";
    case "internal":
      return text.error.internal;
  }
}

/** The sentence for a failed call; null where there is nothing to say. */
export function errorSentence(error: AppError): string | null {
  switch (error.kind) {
    case "cancelled":
      return null;
    case "bad-call":
    case "too-many-calls":
    case "locked":
    case "internal":
      return text.error.internal;
    case "wrong-passphrase":
      return text.error.wrongPassphrase;
    case "not-found":
      return text.error.notFound;
    case "invalid-address":
      return text.error.invalidAddress;
    case "already-signed-in":
      return text.signIn.alreadySignedIn;
    case "offline":
      return text.error.offline;
    case "too-many-waiting":
      return text.error.tooManyWaiting;
    case "set-by-policy":
      return text.error.setByPolicy;
    case "refused-by-server":
      return text.error.refusedByServer;
    case "connection":
      return connectionSentence(error.problem);
    case "store":
      return error.problem === "disk-full"
        ? text.error.diskFull
        : text.storeProblem[error.problem].title;
    case "authority":
      return authoritySentence(error.problem);
    case "identity":
      return text.identityFault[error.problem];
  }
}

function certificateSentence(host: string, problems: readonly CertificateProblem[]): string {
  const reasons = problems.map(certificateReason);
  return `The identity of ${host} could not be confirmed: ${reasons.join(", and ")}. You were not connected.`;
}

function certificateReason(problem: CertificateProblem): string {
  switch (problem) {
    case "expired":
      return "its certificate has expired";
    case "not-yet-valid":
      return "its certificate is not valid yet (is your clock right?)";
    case "other-domain":
      return "its certificate belongs to another server";
    case "untrusted-authority":
      return "its certificate comes from an authority that is not trusted here";
    case "self-signed":
      return "it vouches for itself";
    case "key-changed":
      return "it has another key than before";
    case "wrong-purpose":
      return "its certificate was not made for servers";
    case "not-permitted":
      return "its authority was not allowed to vouch for it";
    case "revocation-unknown":
      return "nobody could say whether its certificate was withdrawn";
    case "staple-missing":
      return "it did not show the proof it promises that its certificate was not withdrawn";
    case "weak":
      return "its certificate is too weak to prove anything";
    case "unsupported":
      return "its certificate is of a kind that is not known here";
    case "forged":
      return "its certificate is forged or damaged";
    case "distrusted":
      return "its certificate is not to be trusted";
    case "revoked":
      return "its certificate was withdrawn";
    case "unusable":
      return "its certificate cannot be used";
  }
}

function unreadableSentence(what: "malformed" | "too-big" | "too-deep"): string {
  switch (what) {
    case "malformed":
      return "The server sent something unreadable, so the connection was closed.";
    case "too-big":
      return "The server sent something far too large, so the connection was closed.";
    case "too-deep":
      return "The server sent something too deeply nested, so the connection was closed.";
  }
}

function authoritySentence(problem: AuthorityProblem): string {
  switch (problem) {
    case "not-a-certificate":
      return text.error.notACertificate;
    case "not-an-authority":
      return text.error.notAnAuthority;
    case "too-large":
      return text.error.certificateTooLarge;
    case "unreadable":
      return text.error.certificateUnreadable;
  }
}
