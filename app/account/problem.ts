/** What the end of a session means for people and for trying again. */

import type { ConnectionProblem } from "../contract/problems.ts";
import type { SessionEnd } from "../xmpp/stream/session-end.ts";
import type { TransportFailure } from "../xmpp/stream/transport.ts";
import type { StreamEnd } from "../xmpp/stream/xml-stream.ts";

/** Null where there is nothing to explain: we closed it ourselves. */
export function problemOf(end: SessionEnd): ConnectionProblem | null {
  switch (end.kind) {
    case "transport":
      return transportProblem(end.failure);
    case "tls-unavailable":
      return { kind: "tls-unavailable" };
    case "no-mechanism":
      return { kind: "no-mechanism", isPlainOffered: end.offered.includes("PLAIN") };
    case "not-authorized":
      return { kind: "wrong-password" };
    case "certificate-refused":
    case "certificate-unused":
      return { kind: end.kind };
    case "account-disabled":
      return { kind: "account-disabled" };
    case "sasl-failure":
      return { kind: "sign-in-refused", condition: end.condition };
    case "server-unproven":
      return { kind: "server-unproven" };
    case "bind-refused":
      return { kind: "session-refused", condition: end.condition };
    case "protocol":
      return { kind: "protocol" };
    case "not-stored":
      return { kind: "not-stored" };
    case "stream":
      return streamProblem(end.end);
    case "ended":
      return { kind: "lost" };
  }
}

function transportProblem(failure: TransportFailure): ConnectionProblem {
  switch (failure.kind) {
    case "tls-failed":
      return { kind: "tls-failed", host: failure.host };
    case "client-certificate":
      return { kind: "client-certificate", problem: failure.problem };
    default:
      return failure;
  }
}

function streamProblem(end: StreamEnd): ConnectionProblem | null {
  switch (end.kind) {
    case "closed":
      return end.by === "us" ? null : { kind: "server-shutdown" };
    case "lost":
      return { kind: "lost" };
    case "client-certificate":
      return end;
    case "silent":
      return { kind: "silent" };
    case "internal":
      return { kind: "internal" };
    case "unreadable":
      return { kind: "unreadable", what: unreadable(end.fault) };
    case "stream-error":
      return streamErrorProblem(end.error.condition);
  }
}

function unreadable(
  fault: Extract<StreamEnd, { kind: "unreadable" }>["fault"],
): "malformed" | "too-big" | "too-deep" {
  switch (fault) {
    case "too-deep":
      return "too-deep";
    case "stanza-too-big":
    case "text-too-long":
    case "too-many-elements":
    case "too-many-attributes":
      return "too-big";
    case "not-well-formed":
    case "not-utf-8":
    case "restricted-xml":
    case "not-a-stream":
    case "text-between-stanzas":
    case "data-before-tls":
      return "malformed";
  }
}

/** RFC 6120 §4.9.3. */
function streamErrorProblem(condition: string): ConnectionProblem {
  switch (condition) {
    case "conflict":
      return { kind: "replaced" };
    case "policy-violation":
      return { kind: "policy-violation" };
    case "system-shutdown":
      return { kind: "server-shutdown" };
    case "not-authorized":
      return { kind: "wrong-password" };
    default:
      return { kind: "server-error", condition };
  }
}

/** Whether trying again later could help without anybody doing something. Repeating a refused sign-in
 *  locks accounts; coming back after a conflict throws the other device out, and so on for ever. */
export function mayPassByItself(problem: ConnectionProblem): boolean {
  switch (problem.kind) {
    case "host-unknown":
    case "lookup-failed":
    case "refused":
    case "unreachable":
    case "timeout":
    case "tls-failed":
    case "server-shutdown":
    case "lost":
    case "silent":
    case "unreadable":
    case "protocol":
    case "session-refused":
    case "not-stored":
    case "internal":
      return true;
    case "server-error":
      return problem.condition !== "host-unknown" && problem.condition !== "host-gone";
    case "sign-in-refused":
      return problem.condition === "temporary-auth-failure";
    case "certificate":
    case "client-certificate":
    case "certificate-refused":
    case "certificate-unused":
    case "tls-unavailable":
    case "wrong-password":
    case "account-disabled":
    case "no-mechanism":
    case "server-unproven":
    case "replaced":
    case "policy-violation":
      return false;
  }
}
