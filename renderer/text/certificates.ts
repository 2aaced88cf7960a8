/** What is wrong with a server's certificate, in whole sentences: the dialog has room for them. */

import type { CertificateProblem } from "../../app/contract/problems.ts";
import type { QuestionView } from "../../app/contract/trust.ts";
import { dateOnly } from "./time.ts";

type About = Pick<QuestionView, "domain" | "names" | "certificate">;

export function certificateProblem(problem: CertificateProblem, about: About): string {
  const { domain, names, certificate } = about;
  switch (problem) {
    case "expired":
      return Date.now() > certificate.validTo
        ? `The certificate ran out on ${dateOnly(certificate.validTo)}.`
        : "The certificate of an authority above it has run out.";
    case "not-yet-valid":
      return `The certificate is not valid before ${dateOnly(certificate.validFrom)}. Check the date and time of this computer.`;
    case "other-domain":
      return names.length > 0
        ? `The certificate is not for ${domain} but for ${names.slice(0, 3).join(", ")}.`
        : `The certificate does not say that it is for ${domain}.`;
    case "untrusted-authority":
      return `The certificate was issued by “${certificate.issuer}”, which nobody here vouches for.`;
    case "self-signed":
      return "The server vouches for itself. Nobody else confirms who it is.";
    case "key-changed":
      return "The server has another key than the last time. This happens when a server is renewed, and when somebody takes its place.";
    case "wrong-purpose":
      return "The certificate was made for something else than being a server.";
    case "not-permitted":
      return "The authority that issued the certificate is not allowed to do so for this server.";
    case "revocation-unknown":
      return "It could not be found out whether the certificate was withdrawn.";
    case "staple-missing":
      return "The server promises a proof that its certificate was not withdrawn, and did not show it.";
    case "weak":
      return "The certificate uses methods so old that anybody could have made it.";
    case "unsupported":
      return "The certificate uses a method that is not known here.";
    case "forged":
      return "The certificate is forged or damaged: the authority that it names did not sign it.";
    case "distrusted":
      return "The certificate, or an authority above it, was marked as not to be trusted.";
    case "revoked":
      return "The certificate was withdrawn by who issued it.";
    case "unusable":
      return "The certificate breaks the rules and cannot be used.";
  }
}
