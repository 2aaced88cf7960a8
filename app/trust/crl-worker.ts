/** The thread that turns one list of revoked certificates into its index: a list may have half a million
 *  entries. One thread for one list; it ends with its answer. */

import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { describe } from "../base/log.ts";
import { makeCrlIndex } from "../pki/revocation/crl-index.ts";
import { parseCertificate } from "../pki/x509/certificate.ts";

export interface CrlJob {
  readonly bytes: Uint8Array;
  /** DER of those who may have signed it. */
  readonly signers: readonly Uint8Array[];
}

export type CrlJobReply =
  { readonly ok: true; readonly index: Uint8Array } | { readonly ok: false; readonly why: string };

function main(): void {
  assert(parentPort, "the CRL worker runs in a thread of its own");
  parentPort.postMessage(run(workerData as CrlJob));
}

function run({ bytes, signers }: CrlJob): CrlJobReply {
  try {
    const certificates = signers.flatMap((der) => {
      const read = parseCertificate(der);
      return read.ok ? [read.value] : [];
    });
    const index = makeCrlIndex(bytes, certificates);
    return index.ok ? { ok: true, index: index.value } : { ok: false, why: index.error };
  } catch (thrown) {
    return { ok: false, why: describe(thrown) };
  }
}

main();
