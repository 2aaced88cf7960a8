/** The timeline against a model of it in ten lines: whatever arrives, late, twice or out of order, both
 *  show the same messages in the same order with the same unread count, page by page. */

import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { AccountId, ChatId, Position } from "../../../app/contract/ids.ts";
import type { MessageView } from "../../../app/contract/views.ts";
import type { Store } from "../../../app/store/store.ts";
import { openStore } from "../../lab/profile-folder.ts";
import { addAccount, message, openChat, queue, startMs, timeline } from "../../lab/stored-data.ts";

type Step =
  | { readonly kind: "live" | "delayed" | "queue"; readonly atMs: number; readonly id: number }
  | { readonly kind: "read" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: stamped("live") },
  { weight: 4, arbitrary: stamped("delayed") },
  { weight: 2, arbitrary: stamped("queue") },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "read" }) },
);

/** Few times and few ids, so that they meet. */
function stamped(kind: "live" | "delayed" | "queue"): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constant(kind),
    atMs: fc.integer({ min: 0, max: 40 }),
    id: fc.integer({ min: 0, max: 400 }),
  });
}

/** What is in the timeline: sorted by time, and by arrival where that is equal. */
class Model {
  readonly rows: { readonly body: string; readonly atMs: number }[] = [];
  unread = 0;
  #readUpToMs = -1;
  readonly #received = new Set<number>();

  apply(step: Step): void {
    const lastMs = this.rows.at(-1)?.atMs ?? -1;
    if (step.kind === "read") {
      if (this.unread > 0) this.#readUpToMs = lastMs;
      this.unread = 0;
      return;
    }
    if (step.kind !== "queue") {
      if (this.#received.has(step.id)) return;
      this.#received.add(step.id);
    }
    const atMs = step.kind === "delayed" ? step.atMs : Math.max(lastMs, step.atMs);
    const behind = this.rows.findIndex((row) => row.atMs > atMs);
    this.rows.splice(behind === -1 ? this.rows.length : behind, 0, { body: bodyOf(step), atMs });
    if (step.kind === "queue") {
      this.unread = 0;
      this.#readUpToMs = atMs;
    } else if (atMs >= this.#readUpToMs) {
      this.unread++;
    }
  }
}

function bodyOf(step: Exclude<Step, { kind: "read" }>): string {
  return `${step.kind} ${step.id} at ${step.atMs}`;
}

let number = 0;

/** Lets the store do the same; messages that arrive one after the other share a transaction. */
async function apply(
  store: Store,
  { account, chat, address }: { account: AccountId; chat: ChatId; address: string },
  steps: readonly Step[],
): Promise<void> {
  let batch: ReturnType<typeof message>[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await store.ask("messages", "receive", { batch, now: startMs });
    batch = [];
  };
  for (const each of steps) {
    if (each.kind === "live" || each.kind === "delayed") {
      const sentAt = startMs + each.atMs;
      const originId = `id ${each.id}`;
      const isDelayed = each.kind === "delayed";
      batch.push(message(account, { address, sentAt, isDelayed, originId, body: bodyOf(each) }));
      continue;
    }
    await flush();
    if (each.kind === "read") await store.ask("chats", "markRead", { id: chat });
    else {
      const now = startMs + each.atMs;
      await queue(store, chat, `queued ${number++}`, { body: bodyOf(each), now });
    }
  }
  await flush();
}

async function pageBack(store: Store, chat: ChatId, limit: number): Promise<MessageView[]> {
  const all: MessageView[] = [];
  let before: Position | null = null;
  for (;;) {
    const rows: MessageView[] = await store.ask("messages", "older", { chat, before, limit });
    const [first] = rows;
    if (!first) return all;
    all.unshift(...rows);
    before = first.position;
  }
}

async function pageForward(store: Store, chat: ChatId, limit: number): Promise<MessageView[]> {
  const all: MessageView[] = [];
  let after = 0 as Position;
  for (;;) {
    const rows = await store.ask("messages", "newer", { chat, after, limit });
    const last = rows.at(-1);
    if (!last) return all;
    all.push(...rows);
    after = last.position;
  }
}

async function compare(store: Store, account: AccountId, steps: readonly Step[], limit: number) {
  const address = `peer-${number++}@work.example`;
  const chat = await openChat(store, account, address);
  const model = new Model();
  for (const each of steps) model.apply(each);
  await apply(store, { account, chat, address }, steps);

  const rows = await timeline(store, chat);
  expect(rows.map(({ body }) => body)).toEqual(model.rows.map(({ body }) => body));
  const view = await store.ask("chats", "get", { id: chat });
  expect(view?.unread).toBe(model.unread);
  expect(view?.last?.text).toBe(model.rows.at(-1)?.body);
  expect(await pageBack(store, chat, limit)).toEqual(rows);
  expect(await pageForward(store, chat, limit)).toEqual(rows);
}

test("any short sequence", async () => {
  const store = await openStore();
  const { id } = await addAccount(store);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), (...args) =>
      compare(store, id, ...args),
    ),
    { numRuns: 80 },
  );
});

test("sequences of more than a thousand messages, in pages of any size", async () => {
  const store = await openStore();
  const { id } = await addAccount(store);
  const steps = fc.array(step, { minLength: 1_600, maxLength: 1_800, size: "max" });
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 10, max: 100 }), (...args) =>
      compare(store, id, ...args),
    ),
    { numRuns: 3, endOnFailure: true },
  );
});
