/** The TLS library judges chains, too. Its verdict decides nothing; where it differs for a reason that we do
 *  not know of, the log says so: one of the two is wrong. */

/** Why the library refuses what we accept, as far as that is expected. */
const expected: ReadonlySet<string> = new Set([
  // It does not know the authorities that were imported, nor tries a second issuer of the same name.
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "CERT_SIGNATURE_FAILURE",
  // It refuses every chain with constraints on addresses.
  "UNSUPPORTED_CONSTRAINT_TYPE",
  "UNSUPPORTED_NAME_CONSTRAINT_TYPE",
]);

/** @param objection the library's error code, null for none
 *  @param isValid our own opinion of the chain, before any exception
 *  @returns what to write into the log, null where both say the same or differ as expected */
export function disagreement(objection: string | null, isValid: boolean): string | null {
  if (isValid && objection !== null && !expected.has(objection)) {
    return `the TLS library objects to a chain that is valid: ${objection}`;
  }
  return null;
}
