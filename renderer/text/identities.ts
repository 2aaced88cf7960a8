/** What is said of certificates to sign in with. */

import type { CertificateFacts, IdentityProblem, IdentityView } from "../../app/contract/views.ts";
import { text } from "./index.ts";
import { dateOnly } from "./time.ts";

export function identityProblemSentence(problem: IdentityProblem): string {
  switch (problem.kind) {
    case "expired":
      return text.identityProblem.expired(dateOnly(problem.notAfter));
    case "not-yet-valid":
      return text.identityProblem["not-yet-valid"](dateOnly(problem.notBefore));
    case "other-address":
      return text.identityProblem["other-address"](problem.address);
    default:
      return text.identityProblem[problem.kind];
  }
}

/** Whom it is for, who issued it, until when. */
export function factsLine({ addresses, issuer, notAfter }: CertificateFacts): string {
  const parts = [
    addresses.length > 0 ? text.identity.forAddresses(addresses.join(", ")) : "",
    issuer === "" ? "" : text.identity.issuedBy(issuer),
    text.identity.until(dateOnly(notAfter)),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** One line of a list to choose from. */
export function identityOption({ name, facts, hasCertificate }: IdentityView): string {
  if (!hasCertificate || !facts) return text.identity.waiting(name);
  const until = text.identity.until(dateOnly(facts.notAfter));
  return facts.issuer === "" ? `${name}, ${until}` : `${name}, ${facts.issuer}, ${until}`;
}
