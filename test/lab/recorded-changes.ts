/** A publisher that keeps what is published, for tests without windows. */

import type { Publisher } from "../../app/chat/publisher.ts";
import type { Topic, Topics } from "../../app/contract/changes.ts";
import type { ConnectionView } from "../../app/contract/views.ts";
import { Recorder } from "./recorder.ts";

type Published = {
  readonly [T in Topic]: { readonly topic: T; readonly change: Topics[T] };
}[Topic];

export class RecordedChanges implements Publisher {
  readonly all = new Recorder<Published>();

  publish<T extends Topic>(topic: T, change: Topics[T]): void {
    this.all.add({ topic, change } as unknown as Published);
  }

  /** Everything published on a topic so far. */
  of<T extends Topic>(topic: T): Topics[T][] {
    return this.all.items
      .filter((each) => each.topic === topic)
      .map((each) => each.change as Topics[T]);
  }

  /** Resolves with the first change on a topic in which `find` finds something, and with that. */
  until<T extends Topic, R>(
    topic: T,
    find: (change: Topics[T]) => R | undefined | null | false,
  ): Promise<R> {
    return this.all.until(() => {
      for (const change of this.of(topic)) {
        const found = find(change);
        if (found !== undefined && found !== null && found !== false) return found;
      }
      return undefined;
    });
  }

  /** Resolves once the message with this text is as far as that. */
  delivery(body: string, kind: "queued" | "sent" | "delivered" | "failed"): Promise<unknown> {
    return this.until("timeline", ({ upserts }) =>
      upserts.find((message) => message.body === body && message.delivery?.kind === kind),
    );
  }

  /** The connections that the last account was in, one after the other. */
  connections(): ConnectionView[] {
    return this.of("accounts").flatMap(({ upserts }) =>
      upserts.map(({ connection }) => connection),
    );
  }
}
