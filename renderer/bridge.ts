/** The page's end of the port: calls out, changes in. The only file that knows there is one. */

import type { Change, Topic, Topics } from "../app/contract/changes.ts";
import type { ChatId } from "../app/contract/ids.ts";
import { portMessage } from "../app/contract/port.ts";
import type { Reply } from "../app/contract/problems.ts";
import type {
  Arguments,
  Call,
  Delivery,
  MethodName,
  Returned,
  ServiceName,
} from "../app/contract/wire.ts";

/** Where the numbers of a topic stand, and what to do when one was missed. */
interface Follower {
  number: number;
  readonly apply: (change: never) => void;
  readonly askAgain: () => void;
}

export class Bridge {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, (reply: Reply<never>) => void>();
  readonly #followers = new Map<string, Follower>();
  #nextId = 1;

  constructor(port: MessagePort) {
    this.#port = port;
    port.addEventListener("message", (event: MessageEvent<Delivery>) => {
      for (const change of event.data.changes) this.#onChange(change);
      for (const { id, reply } of event.data.answers) {
        this.#waiting.get(id)?.(reply as Reply<never>);
        this.#waiting.delete(id);
      }
    });
    port.start();
  }

  /** Makes a call. Never rejects: what went wrong is in the Reply. */
  call<S extends ServiceName, M extends MethodName<S>>(
    service: S,
    method: M,
    ...args: Arguments<S, M>
  ): Promise<Reply<Returned<S, M>>> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#port.postMessage({ id, service, method, args } satisfies Call);
    });
  }

  /** Follows a topic from the snapshot numbered `number` on. When a change is missing, `askAgain` is
   *  called instead of `apply`: it fetches a new snapshot and follows anew. */
  follow<T extends Exclude<Topic, "timeline">>(
    topic: T,
    number: number,
    apply: (change: Topics[T]) => void,
    askAgain: () => void,
  ): void {
    this.#followers.set(topic, { number, apply, askAgain });
  }

  followTimeline(
    chat: ChatId,
    number: number,
    apply: (change: Topics["timeline"]) => void,
    askAgain: () => void,
  ): void {
    this.#followers.set(`timeline ${chat}`, { number, apply, askAgain });
  }

  unfollowTimeline(chat: ChatId): void {
    this.#followers.delete(`timeline ${chat}`);
  }

  #onChange(numbered: Change): void {
    const { topic, number, change } = numbered;
    const key = topic === "timeline" ? `timeline ${change.chat}` : topic;
    const follower = this.#followers.get(key);
    // Nobody has a snapshot yet: the one that is on its way contains this change.
    if (!follower || number <= follower.number) return;
    if (number !== follower.number + 1) {
      this.#followers.delete(key);
      follower.askAgain();
      return;
    }
    follower.number = number;
    follower.apply(change as never);
  }
}

/** Asks the preload script for the port. */
export function connect(): Promise<Bridge> {
  return new Promise((resolve) => {
    window.addEventListener("message", function onPort(event) {
      const [port] = event.ports;
      if (event.source !== window || event.data !== portMessage || !port) return;
      window.removeEventListener("message", onPort);
      resolve(new Bridge(port));
    });
    window.postMessage(portMessage, location.origin);
  });
}
