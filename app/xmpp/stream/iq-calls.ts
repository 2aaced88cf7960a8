/** Requests to servers and other clients (RFC 6120 §8.2.3).
 *
 *  An answer counts only when it comes from the address that was asked: ids are unguessable, and
 *  still an answer from anyone else is dropped, because ids leak through whoever relays them. */

import { xml, type Element } from "@xmpp/xml";
import type { Clock } from "../../base/clock.ts";
import { iqLimits } from "../../base/limits.ts";
import type { Random } from "../../base/random.ts";
import { failure, success, type Result } from "../../base/result.ts";
import { bareOf, domainOf, type FullJid, type Jid } from "../jid.ts";
import { readStanzaError, type StanzaError } from "../stanza/error.ts";

export type IqFailure =
  | { readonly kind: "refused"; readonly error: StanzaError }
  | { readonly kind: "timeout" }
  /** The session ended first; whether the request was carried out is unknown. */
  | { readonly kind: "offline" }
  | { readonly kind: "too-many" };

export interface IqRequest {
  readonly type: "get" | "set";
  /** Whom to ask; null for one's own account. */
  readonly to: Jid | null;
  readonly payload: Element;
}

interface Pending {
  readonly mayAnswer: (from: Jid | null) => boolean;
  readonly settle: (outcome: Result<Element, IqFailure>) => void;
}

export interface IqCallsOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Our own address; null before resource binding. */
  own(): FullJid | null;
  send(stanza: Element): void;
}

export class IqCalls {
  readonly #options: IqCallsOptions;
  readonly #pending = new Map<string, Pending>();
  #isClosed = false;

  constructor(options: IqCallsOptions) {
    this.#options = options;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** Sends a request and resolves with the answering `<iq type="result"/>`, or with why there is none. */
  request(request: IqRequest): Promise<Result<Element, IqFailure>> {
    if (this.#isClosed) return Promise.resolve(failure({ kind: "offline" }));
    if (this.#pending.size >= iqLimits.pendingMax) {
      return Promise.resolve(failure({ kind: "too-many" }));
    }
    const id = this.#options.random.id();
    const { type, to, payload } = request;
    return new Promise((resolve) => {
      const cancelTimer = this.#options.clock.after(iqLimits.requestMs, () => {
        this.#pending.get(id)?.settle(failure({ kind: "timeout" }));
      });
      this.#pending.set(id, {
        mayAnswer: (from) => this.#mayAnswer(to, from),
        settle: (outcome) => {
          cancelTimer();
          this.#pending.delete(id);
          resolve(outcome);
        },
      });
      this.#options.send(xml("iq", { type, id, to: to ?? undefined }, payload));
    });
  }

  /** Takes an incoming answer. False when it answers nothing that `from` was asked. */
  answer(stanza: Element, from: Jid | null): boolean {
    const pending = this.#pending.get(stanza.attrs["id"] ?? "");
    if (!pending?.mayAnswer(from)) return false;
    pending.settle(
      stanza.attrs["type"] === "error"
        ? failure({ kind: "refused", error: readStanzaError(stanza) })
        : success(stanza),
    );
    return true;
  }

  /** Ends every request that still waits, and every later one at once. */
  close(): void {
    this.#isClosed = true;
    for (const pending of this.#pending.values()) pending.settle(failure({ kind: "offline" }));
  }

  /** RFC 6120 §8.1.2.1: the server answers for our account with no "from", our bare or full address. */
  #mayAnswer(to: Jid | null, from: Jid | null): boolean {
    if (to !== null && from === to) return true;
    const own = this.#options.own();
    // Before binding only the server itself can speak on this stream.
    if (own === null) return from === null || to === null;
    const askedOwnAccount = to === null || to === bareOf(own);
    if (askedOwnAccount) {
      return from === null || from === bareOf(own) || from === own || from === domainOf(own);
    }
    return to === domainOf(own) && from === null;
  }
}
