/** Numbers the changes and brings them to the windows, one message for everything of a frame. */

import type { Change, Topic, Topics } from "../contract/changes.ts";
import type { ChatId } from "../contract/ids.ts";
import type { Reply } from "../contract/problems.ts";
import type { Delivery } from "../contract/wire.ts";
import type { Clock } from "../base/clock.ts";
import type { Undo } from "../base/event.ts";
import type { Publisher } from "../chat/publisher.ts";

/** One frame at 60 Hz: faster than this nobody can see. */
const frameMs = 16;

/** One window's end of the connection. */
export class Subscriber {
  readonly #post: (delivery: Delivery) => void;
  readonly #clock: Clock;
  readonly #openChats = new Set<ChatId>();
  #answers: { readonly id: number; readonly reply: Reply<unknown> }[] = [];
  #changes: Change[] = [];
  #cancelFlush: Undo | null = null;

  constructor(post: (delivery: Delivery) => void, clock: Clock) {
    this.#post = post;
    this.#clock = clock;
  }

  openChat(chat: ChatId): void {
    this.#openChats.add(chat);
  }

  closeChat(chat: ChatId): void {
    this.#openChats.delete(chat);
  }

  wants(change: Change): boolean {
    return change.topic !== "timeline" || this.#openChats.has(change.change.chat);
  }

  change(change: Change): void {
    this.#changes.push(change);
    this.#cancelFlush ??= this.#clock.after(frameMs, () => {
      this.#flush();
    });
  }

  /** An answer goes at once, and with it what changed before: a snapshot must not overtake changes. */
  answer(id: number, reply: Reply<unknown>): void {
    this.#answers.push({ id, reply });
    this.#flush();
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    if (this.#answers.length === 0 && this.#changes.length === 0) return;
    const delivery = { answers: this.#answers, changes: this.#changes };
    this.#answers = [];
    this.#changes = [];
    this.#post(delivery);
  }
}

export class Hub implements Publisher {
  readonly #numbers = new Map<string, number>();
  readonly #subscribers = new Set<Subscriber>();

  publish<T extends Topic>(topic: T, change: Topics[T]): void {
    const chat = topic === "timeline" ? (change as Topics["timeline"]).chat : null;
    const key = keyOf(topic, chat);
    const number = (this.#numbers.get(key) ?? 0) + 1;
    this.#numbers.set(key, number);
    const numbered = { topic, number, change } as unknown as Change;
    for (const subscriber of this.#subscribers) {
      if (subscriber.wants(numbered)) subscriber.change(numbered);
    }
  }

  /** The number of the last change on a topic. Take it before reading the snapshot that goes with it:
   *  a change in between then arrives twice, which does no harm, instead of never. */
  number(topic: Exclude<Topic, "timeline">): number {
    return this.#numbers.get(keyOf(topic, null)) ?? 0;
  }

  timelineNumber(chat: ChatId): number {
    return this.#numbers.get(keyOf("timeline", chat)) ?? 0;
  }

  add(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }
}

function keyOf(topic: Topic, chat: ChatId | null): string {
  return chat === null ? topic : `${topic} ${chat}`;
}
