/** What we send, and the truth about it: queued, sent, delivered, failed.
 *
 *  A message is in the database before anything else happens to it. It leaves the queue only when the
 *  server has acknowledged it; after a lost connection it is sent again under the same ids, by which
 *  receivers recognise it. */

import type { Clock } from "../base/clock.ts";
import { drop } from "../base/drop.ts";
import type { Undo } from "../base/event.ts";
import { messageLimits } from "../base/limits.ts";
import { describe, type Log } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import { failure, success, type Result } from "../base/result.ts";
import type { AccountId, ChatId, MessageKey } from "../contract/ids.ts";
import type { AppError, MessageFailure } from "../contract/problems.ts";
import type { MessageView } from "../contract/views.ts";
import type { MessageChanges, QueuedMessage } from "../store/queries/messages.ts";
import type { Store } from "../store/store.ts";
import { bareOf, parseBareJid, type BareJid } from "../xmpp/jid.ts";
import type { StanzaError } from "../xmpp/stanza/error.ts";
import { writeMessage, type Message } from "../xmpp/stanza/message.ts";
import type { Session } from "../xmpp/stream/session.ts";
import { withoutForbidden } from "../xmpp/xml/characters.ts";
import { publishMessages } from "./message-changes.ts";
import type { Publisher } from "./publisher.ts";

export interface OutboxOptions {
  readonly account: AccountId;
  readonly store: Store;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Messages given to the server and not yet acknowledged. */
const inFlightMax = 100;

export class Outbox {
  readonly #options: OutboxOptions;
  #session: Session | null = null;
  readonly #inFlight = new Set<MessageKey>();
  /** Acknowledged by the server, and not yet noted in the store. */
  readonly #acknowledged = new Set<MessageKey>();
  #lastTaken: MessageKey | 0 = 0;
  #isPumping = false;
  #isPumpNeeded = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** From here on queued messages go out over `session`, beginning with the oldest. */
  attach(session: Session): Undo {
    this.#session = session;
    this.#rewind();
    this.#pump();
    return () => {
      this.#session = null;
      this.#inFlight.clear();
    };
  }

  /** Queues a message. It is safe once this resolves. */
  async send(chat: ChatId, body: string): Promise<Result<MessageView, AppError>> {
    const { store, account, clock, random } = this.#options;
    const waiting = await store.ask("messages", "queuedCount", { account });
    if (waiting >= messageLimits.outboxMax) return failure({ kind: "too-many-waiting" });
    const changes = await store.ask("messages", "queue", {
      chat,
      stanzaId: random.id(),
      // What is shown is what is sent.
      body: withoutForbidden(body),
      now: clock.now(),
    });
    const message = changes?.messages[0];
    if (!changes || !message) return failure({ kind: "not-found" });
    publishMessages(this.#options.publisher, changes);
    this.#pump();
    return success(message);
  }

  /** A message that had failed is in the queue again. */
  onQueuedAgain(changes: MessageChanges): void {
    publishMessages(this.#options.publisher, changes);
    for (const { key } of changes.messages) {
      this.#inFlight.delete(key);
      this.#acknowledged.delete(key);
    }
    this.#rewind();
    this.#pump();
  }

  /** XEP-0184: `from` has the message. Only the one it was sent to can say so. */
  async onReceipt(from: BareJid, stanzaId: string): Promise<void> {
    const { store, account, publisher } = this.#options;
    const args = { account, address: from, stanzaId };
    publishMessages(publisher, await store.ask("messages", "markDelivered", args));
  }

  /** A message of ours came back (RFC 6120 §8.3). */
  async onBounce(message: Message): Promise<void> {
    const { store, account, publisher } = this.#options;
    if (!message.error || message.id === "") return;
    const changes = await store.ask("messages", "markFailed", {
      account,
      address: bareOf(message.from),
      stanzaId: message.id,
      reason: failureFor(message.error),
    });
    publishMessages(publisher, changes);
  }

  /** Looks at the queue from its start again; what is in flight is left alone. */
  #rewind(): void {
    this.#lastTaken = 0;
  }

  #pump(): void {
    if (this.#isPumping) {
      this.#isPumpNeeded = true;
      return;
    }
    this.#isPumping = true;
    drop(this.#pumpAll(), "sending queued messages", this.#options.log);
  }

  async #pumpAll(): Promise<void> {
    const { store, account } = this.#options;
    try {
      do {
        this.#isPumpNeeded = false;
        await this.#noteAcknowledged();
        const session = this.#session;
        const room = inFlightMax - this.#inFlight.size;
        if (!session || room <= 0) continue;
        const queued = await store.ask("messages", "queued", {
          account,
          after: this.#lastTaken,
          limit: room,
        });
        if (session !== this.#session) {
          this.#isPumpNeeded = true;
          continue;
        }
        for (const message of queued) {
          this.#lastTaken = message.key;
          const isGiven = this.#inFlight.has(message.key) || this.#acknowledged.has(message.key);
          if (!isGiven) this.#give(message, session);
        }
      } while (this.#isPumpNeeded);
    } finally {
      this.#isPumping = false;
    }
  }

  /** Everything that was acknowledged meanwhile is one transaction. */
  async #noteAcknowledged(): Promise<void> {
    const keys = [...this.#acknowledged];
    if (keys.length === 0) return;
    const { store, publisher, log } = this.#options;
    try {
      publishMessages(publisher, await store.ask("messages", "markSent", { keys }));
      for (const key of keys) this.#acknowledged.delete(key);
    } catch (thrown) {
      // They stay noted here, so that they are not sent again while the store cannot be written.
      log.error(`sent messages could not be noted: ${describe(thrown)}`);
    }
  }

  #give(message: QueuedMessage, session: Session): void {
    const to = parseBareJid(message.address);
    if (!to) return;
    this.#inFlight.add(message.key);
    const { stanzaId, body } = message;
    const stanza = writeMessage({
      to,
      type: "chat",
      id: stanzaId,
      body,
      originId: stanzaId,
      receiptRequested: true,
    });
    drop(this.#deliver(message.key, stanza, session), "sending a message", this.#options.log);
  }

  async #deliver(
    key: MessageKey,
    stanza: Parameters<Session["deliver"]>[0],
    session: Session,
  ): Promise<void> {
    if (await session.deliver(stanza)) this.#acknowledged.add(key);
    if (session === this.#session) this.#inFlight.delete(key);
    this.#pump();
  }
}

/** Why a message came back, in the contract's words (RFC 6120 §8.3.3). */
function failureFor(error: StanzaError): MessageFailure {
  switch (error.condition) {
    case "item-not-found":
    case "gone":
    case "jid-malformed":
      return "recipient-unknown";
    case "service-unavailable":
    case "recipient-unavailable":
      return "recipient-unavailable";
    case "forbidden":
    case "not-allowed":
    case "not-authorized":
    case "not-acceptable":
    case "registration-required":
    case "subscription-required":
    case "policy-violation":
      return "forbidden";
    case "remote-server-not-found":
    case "remote-server-timeout":
      return "server-unreachable";
    case "resource-constraint":
      return "too-large";
    default:
      return "other";
  }
}
