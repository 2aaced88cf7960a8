/** Who signed which certificate. Each pair is computed once in a validation: signatures are what costs. */

import { createHash, type KeyObject } from "node:crypto";
import { isSignatureValid } from "../x509/algorithms.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { PathBudget } from "./budget.ts";

/** `unchecked` where the platform has no such key or algorithm, or the budget is used up. */
export type SignatureStatus = "good" | "bad" | "unchecked";

export class SignatureChecks {
  readonly #budget: PathBudget;
  readonly #known = new Map<string, SignatureStatus>();

  constructor(budget: PathBudget) {
    this.#budget = budget;
  }

  status(certificate: Certificate, issuer: Certificate): SignatureStatus {
    const pair = `${certificate.fingerprint} ${keyIdentity(issuer)}`;
    const known = this.#known.get(pair);
    if (known !== undefined) return known;
    const key = issuer.publicKey;
    const isSupported = certificate.signatureAlgorithm.kind !== "unknown" && key !== null;
    if (isSupported && !this.#budget.spend("signatures")) return "unchecked";
    const status = isSupported ? this.#verify(certificate, key) : "unchecked";
    this.#known.set(pair, status);
    return status;
  }

  #verify({ signatureAlgorithm, signed, signature }: Certificate, key: KeyObject): SignatureStatus {
    return isSignatureValid(signatureAlgorithm, key, signed, signature) ? "good" : "bad";
  }
}

const identities = new WeakMap<Certificate, string>();

/** Equal for certificates of the same key. */
export function keyIdentity(certificate: Certificate): string {
  let identity = identities.get(certificate);
  if (identity === undefined) {
    identity = createHash("sha256").update(certificate.spki).digest("base64");
    identities.set(certificate, identity);
  }
  return identity;
}
