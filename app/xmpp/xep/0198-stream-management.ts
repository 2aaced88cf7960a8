/** XEP-0198: Stream Management, version 1.6.3 (2025-07-28).  https://xmpp.org/extensions/xep-0198.html
 *
 *  Acknowledgements in both directions. Ours say "stored", not "received": a stanza counts as handled
 *  when whoever took it says so. Theirs are what makes a message "sent". */

import { xml, type Element } from "@xmpp/xml";
import { xep } from "./define.ts";

const ns = "urn:xmpp:sm:3";
/** §4: "the counter … MUST be reset to zero" at 2^32. */
const counterModulus = 2 ** 32;

export interface StreamManagementOptions {
  send(nonza: Element): void;
  /** §4: the server acknowledged more than was sent. The stream cannot go on. */
  onImpossibleAck(handled: number, sent: number): void;
  /** Where the server has no stream management: resolves with true once the server has answered a
   *  ping, and so has processed everything sent before it, in order (RFC 6120 §10.1). */
  confirmByPing(): Promise<boolean>;
}

interface Unacknowledged {
  readonly settle: (isAcknowledged: boolean) => void;
}

export class StreamManagement {
  readonly #options: StreamManagementOptions;
  #phase: "off" | "requested" | "on" = "off";
  /** Stanzas sent and not yet acknowledged, oldest first. */
  #unacknowledged: Unacknowledged[] = [];
  /** The last h that the server sent. */
  #acknowledged = 0;
  #isAckRequested = false;
  /** Stanzas received, and how many of them in a row from the start were handled. */
  #received = 0;
  #handled = 0;
  readonly #handledAhead = new Set<number>();
  /** Received count at the server's last request that is not answered yet. */
  #answerOwedAt: number | null = null;

  constructor(options: StreamManagementOptions) {
    this.#options = options;
  }

  static isOffered(features: Element): boolean {
    return features.getChild("sm", ns) !== undefined;
  }

  /** Received stanzas that nobody has finished with. */
  get unhandled(): number {
    return this.#received - this.#handled - this.#handledAhead.size;
  }

  /** Asks for management. What is sent from here on is counted (§3). */
  enable(): void {
    this.#phase = "requested";
    this.#options.send(xml("enable", { xmlns: ns }));
  }

  /** Counts an outgoing stanza whose fate nobody asks for. */
  count(): void {
    if (this.#phase !== "off") this.#unacknowledged.push({ settle: () => undefined });
  }

  /** Counts an outgoing stanza and asks the server for it: true once the server has taken it, false
   *  when the session ended before it said so. */
  confirm(): Promise<boolean> {
    if (this.#phase === "off") return this.#options.confirmByPing();
    return new Promise((resolve) => {
      this.#unacknowledged.push({ settle: resolve });
      this.#requestAck();
    });
  }

  /** Counts an incoming stanza. Call what it returns once the stanza is dealt with for good. */
  received(): () => void {
    if (this.#phase !== "on") return () => undefined;
    const number = ++this.#received;
    return () => {
      this.#handledAhead.add(number);
      while (this.#handledAhead.delete(this.#handled + 1)) this.#handled++;
      this.#answerIfDue();
    };
  }

  /** Takes a nonza of this extension; false for any other. */
  receive(nonza: Element): boolean {
    if (nonza.getNS() !== ns) return false;
    switch (nonza.getName()) {
      case "enabled":
        if (this.#phase !== "requested") return true;
        this.#phase = "on";
        this.#requestAck();
        return true;
      case "failed":
        this.#phase = "off";
        void this.#settleByPing(this.#unacknowledged.splice(0));
        return true;
      case "r":
        this.#answerOwedAt = this.#received;
        this.#answerIfDue();
        return true;
      case "a":
        this.#isAckRequested = false;
        this.#acknowledge(nonza.attrs["h"] ?? "");
        return true;
      default:
        return true;
    }
  }

  /** The session is over: what the server did not acknowledge may or may not have arrived. */
  close(): void {
    this.#phase = "off";
    for (const { settle } of this.#unacknowledged.splice(0)) settle(false);
  }

  /** Asks the server how far it got, unless the question is already on its way. */
  #requestAck(): void {
    if (this.#phase !== "on" || this.#isAckRequested || this.#unacknowledged.length === 0) return;
    this.#isAckRequested = true;
    this.#options.send(xml("r", { xmlns: ns }));
  }

  #acknowledge(text: string): void {
    if (!/^\d{1,10}$/.test(text)) return;
    const handled = Number(text);
    const newly = countsBetween(this.#acknowledged, handled);
    if (handled >= counterModulus || newly > this.#unacknowledged.length) {
      const sent = Number(wrapped(this.#acknowledged + this.#unacknowledged.length));
      this.#options.onImpossibleAck(handled, sent);
      return;
    }
    this.#acknowledged = handled;
    for (const { settle } of this.#unacknowledged.splice(0, newly)) settle(true);
    this.#requestAck();
  }

  async #settleByPing(waiting: readonly Unacknowledged[]): Promise<void> {
    if (waiting.length === 0) return;
    const isConfirmed = await this.#options.confirmByPing();
    for (const { settle } of waiting) settle(isConfirmed);
  }

  #answerIfDue(): void {
    if (this.#answerOwedAt === null || this.#handled < this.#answerOwedAt) return;
    this.#answerOwedAt = null;
    this.#options.send(xml("a", { xmlns: ns, h: wrapped(this.#handled) }));
  }
}

/** How far a counter went from one value to a later one. */
export function countsBetween(earlier: number, later: number): number {
  return (later - earlier + counterModulus) % counterModulus;
}

/** A count as it is written. */
export function wrapped(count: number): string {
  return String(count % counterModulus);
}

/** §4: tells the server that its count cannot be right. */
export function writeHandledCountTooHigh(handled: number, sent: number): Element {
  return xml(
    "stream:error",
    {},
    xml("undefined-condition", { xmlns: "urn:ietf:params:xml:ns:xmpp-streams" }),
    xml("handled-count-too-high", { xmlns: ns, h: String(handled), "send-count": String(sent) }),
  );
}

export const streamManagement = xep({
  number: "0198",
  title: "Stream Management",
  version: "1.6.3",
  date: "2025-07-28",
  status: "partial",
  note: "acknowledgements; resumption is to follow",
});
