/** Decisions that wait for a person: what was refused, in full, until somebody has looked at it. The page
 *  knows their ids and never gets more than it shows. */

import type { Random } from "../base/random.ts";
import { trustLimits } from "../base/limits.ts";
import type { Identifier } from "../pki/names/server-name.ts";
import type { Certificate } from "../pki/x509/certificate.ts";
import type { ServerPlace } from "../store/queries/trust.ts";
import type { CertificateProblem } from "../xmpp/stream/transport.ts";
import { isSamePlace } from "./trust-book.ts";

export interface OpenQuestion {
  readonly place: ServerPlace;
  readonly leaf: Certificate;
  /** From the leaf up, as far as there is a path. */
  readonly path: readonly Certificate[];
  /** In the order in which they are told. */
  readonly problems: readonly CertificateProblem[];
  readonly names: readonly Identifier[];
  /** The certificate that this server had when it was trusted, where the key is another one now. */
  readonly previous: Certificate | null;
  readonly mayOnce: boolean;
  readonly mayAlways: boolean;
  /** Why a person may not let it pass: the administrator's wish, or what is wrong. */
  readonly refusedBy: "policy" | "problem" | null;
}

export class Questions {
  readonly #random: Random;
  readonly #open = new Map<string, OpenQuestion>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** @returns an id; the same one for the same question, however often a server is tried */
  ask(question: OpenQuestion): string {
    for (const [id, open] of this.#open) {
      if (!isSameQuestion(open, question)) continue;
      this.#open.set(id, question);
      return id;
    }
    const id = this.#random.id();
    this.#open.set(id, question);
    const [oldest] = this.#open.keys();
    if (this.#open.size > trustLimits.questionsMax && oldest !== undefined) {
      this.#open.delete(oldest);
    }
    return id;
  }

  find(id: string): OpenQuestion | null {
    return this.#open.get(id) ?? null;
  }

  close(id: string): void {
    this.#open.delete(id);
  }
}

function isSameQuestion(one: OpenQuestion, other: OpenQuestion): boolean {
  return (
    isSamePlace(one.place, other.place) &&
    one.leaf.fingerprint === other.leaf.fingerprint &&
    one.problems.join() === other.problems.join()
  );
}
