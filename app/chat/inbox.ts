/** What arrives: which chat a message belongs to, what is kept, and what is only acted upon.
 *
 *  Messages are committed in batches: while one transaction runs, the next one collects. A message
 *  counts as handled, and is acknowledged to the server, when it is on the disk. */

import type { Clock } from "../base/clock.ts";
import type { Undo } from "../base/event.ts";
import { messageLimits } from "../base/limits.ts";
import type { AccountId } from "../contract/ids.ts";
import type { ReceivedMessage } from "../store/queries/messages.ts";
import type { Store } from "../store/store.ts";
import { bareOf } from "../xmpp/jid.ts";
import type { Message } from "../xmpp/stanza/message.ts";
import type { Session } from "../xmpp/stream/session.ts";
import { publishMessages } from "./message-changes.ts";
import type { Outbox } from "./outbox.ts";
import type { Publisher } from "./publisher.ts";

export interface InboxOptions {
  readonly account: AccountId;
  readonly store: Store;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** Called for every message that is new and stored. */
  readonly onStored: (message: Message) => void;
}

interface Arrival {
  readonly message: Message;
  readonly row: ReceivedMessage;
  resolve(): void;
  reject(error: unknown): void;
}

export class Inbox {
  readonly #options: InboxOptions;
  #arrivals: Arrival[] = [];
  #isWriting = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  attach(session: Session): Undo {
    return session.onMessage((message) => this.#receive(message));
  }

  #receive(message: Message): Promise<void> | undefined {
    const { outbox } = this.#options;
    switch (message.type) {
      case "error":
        return outbox.onBounce(message);
      case "headline":
      case "groupchat":
        // Neither belongs to a conversation of two; rooms are not joined yet.
        return undefined;
      case "chat":
      case "normal": {
        const writes: Promise<void>[] = [];
        if (message.receiptFor !== undefined) {
          writes.push(outbox.onReceipt(bareOf(message.from), message.receiptFor));
        }
        if (message.body !== null && message.body !== "") writes.push(this.#keep(message));
        return writes.length === 0 ? undefined : all(writes);
      }
    }
  }

  #keep(message: Message): Promise<void> {
    const now = this.#options.clock.now();
    const row: ReceivedMessage = {
      account: this.#options.account,
      address: bareOf(message.from),
      sender: message.from,
      // Nothing was sent later than now: whatever came afterwards would stand behind it for ever.
      sentAt: Math.min(message.delayedSince ?? now, now),
      isDelayed: message.delayedSince !== undefined,
      stanzaId: message.id,
      originId: message.originId ?? null,
      archiveId: message.archiveId ?? null,
      body: message.body ?? "",
      isCut: message.isBodyCut,
    };
    return new Promise((resolve, reject) => {
      this.#arrivals.push({ message, row, resolve, reject });
      // The write starts after the socket's tick: what else is in its buffer joins the transaction.
      if (!this.#isWriting) {
        this.#isWriting = true;
        setImmediate(() => void this.#writeAll());
      }
    });
  }

  async #writeAll(): Promise<void> {
    const { store, publisher, clock, onStored } = this.#options;
    while (this.#arrivals.length > 0) {
      const batch = this.#arrivals.splice(0, messageLimits.batchMax);
      try {
        const changes = await store.ask("messages", "receive", {
          batch: batch.map((arrival) => arrival.row),
          now: clock.now(),
        });
        publishMessages(publisher, changes);
        for (const [index, arrival] of batch.entries()) {
          arrival.resolve();
          if (changes.isNew[index]) onStored(arrival.message);
        }
      } catch (thrown) {
        // Nothing of this transaction is on the disk: the server must keep all of it.
        for (const arrival of batch) arrival.reject(thrown);
      }
    }
    this.#isWriting = false;
  }
}

async function all(writes: readonly Promise<void>[]): Promise<void> {
  await Promise.all(writes);
}
