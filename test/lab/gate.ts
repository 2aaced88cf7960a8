/** A gate that trusts the authorities it is given, keeps nothing and fetches nothing: for tests of what stands
 *  on both sides of it. */

import { X509Certificate } from "node:crypto";
import { systemClock, type Clock } from "../../app/base/clock.ts";
import type { Log } from "../../app/base/log.ts";
import { systemRandom } from "../../app/base/random.ts";
import { readAuthorities, type ImportedAuthority } from "../../app/trust/anchors.ts";
import { BuiltInAnchors } from "../../app/trust/built-in-anchors.ts";
import { Questions } from "../../app/trust/questions.ts";
import { TrustBook, type TrustStore } from "../../app/trust/trust-book.ts";
import { CertificateGate } from "../../app/trust/trust-gate.ts";
import { usualRules } from "../../app/trust/trust-rules.ts";
import { recordedLog } from "./recorded-log.ts";

export interface TestGateOptions {
  readonly authorities: () => readonly { readonly pem: string }[];
  readonly clock?: Clock;
  readonly log?: Log;
}

const noStore: TrustStore = { ask: () => Promise.reject(new Error("this gate keeps nothing")) };

export function makeGate({
  authorities,
  clock = systemClock,
  log = recordedLog().log,
}: TestGateOptions): CertificateGate {
  return new CertificateGate({
    book: new TrustBook(noStore),
    builtIn: new BuiltInAnchors(() => []),
    questions: new Questions(systemRandom),
    checker: null,
    rules: () => ({ ...usualRules, authorities: imported(authorities()) }),
    clock,
    log,
  });
}

/** Authorities as they are in settings and policies. */
export function imported(authorities: readonly { readonly pem: string }[]): ImportedAuthority[] {
  return authorities.flatMap(({ pem }) => {
    const read = readAuthorities(Buffer.from(pem));
    return read.ok ? read.value : [];
  });
}

export function derOf(pem: string): Uint8Array {
  return new X509Certificate(pem).raw;
}
