/** What a server's TLS alerts (RFC 8446 §6.2) say about our certificate. */

import type { ClientCertificateProblem } from "../xmpp/stream/transport.ts";

/** By the end of the library's error codes, which begin with the version that brought the alert. In what a
 *  server says, these can only be about the client's certificate. The last one is our own library's: it has
 *  looked at what the server takes. */
const alerts: readonly (readonly [string, ClientCertificateProblem])[] = [
  ["ALERT_CERTIFICATE_REQUIRED", "required"],
  ["ALERT_NO_CERTIFICATE", "required"],
  ["ALERT_CERTIFICATE_EXPIRED", "expired"],
  ["ALERT_CERTIFICATE_REVOKED", "revoked"],
  ["ALERT_UNKNOWN_CA", "unknown-authority"],
  ["ALERT_BAD_CERTIFICATE", "not-accepted"],
  ["ALERT_UNSUPPORTED_CERTIFICATE", "not-accepted"],
  ["ALERT_CERTIFICATE_UNKNOWN", "not-accepted"],
  ["_NO_COMMON_SIGNATURE_ALGORITHMS", "unsupported-key"],
];

/** @returns null where the error is about something else */
export function clientCertificateProblem(error: Error): ClientCertificateProblem | null {
  const code = "code" in error ? String(error.code) : "";
  return alerts.find(([end]) => code.endsWith(end))?.[1] ?? null;
}
