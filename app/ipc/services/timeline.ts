import type { Profile } from "../../account/profile.ts";
import { failure, success } from "../../base/result.ts";
import type { ChatId, MessageKey, Position } from "../../contract/ids.ts";
import { contractLimits } from "../../contract/limits.ts";
import type { TimelinePage } from "../../contract/services.ts";
import type { Store } from "../../store/store.ts";
import type { Handlers } from "../dispatcher.ts";
import type { Hub } from "../hub.ts";
import { whenOpen } from "./open-profile.ts";

const pageRows = contractLimits.rowsPerPageMax;

export function timelineHandlers(profile: Profile, hub: Hub): Handlers["timeline"] {
  return {
    open: (window, chat, anchor) =>
      whenOpen(profile, async ({ store }) => {
        if (!(await store.ask("chats", "get", { id: chat }))) return failure({ kind: "not-found" });
        window.openChat(chat);
        const number = hub.timelineNumber(chat);
        const value =
          anchor.kind === "end"
            ? await pageBefore(store, chat, null)
            : await pageAround(store, chat, anchor.key);
        return value ? success({ number, value }) : failure({ kind: "not-found" });
      }),
    older: (_window, chat, before) =>
      whenOpen(profile, async ({ store }) => success(await pageBefore(store, chat, before))),
    newer: (_window, chat, after) =>
      whenOpen(profile, async ({ store }) => success(await pageAfter(store, chat, after))),
    close: (window, chat) => {
      window.closeChat(chat);
      return success(null);
    },
    send: (_window, chat, body) =>
      whenOpen(profile, async ({ store, accounts }) => {
        const view = await store.ask("chats", "get", { id: chat });
        const account = view ? accounts.get(view.account) : null;
        return account ? account.outbox.send(chat, body) : failure({ kind: "not-found" });
      }),
    sendAgain: (_window, key) =>
      whenOpen(profile, async ({ store, accounts }) => {
        const queued = await store.ask("messages", "queueAgain", { key });
        if (!queued) return failure({ kind: "not-found" });
        accounts.get(queued.account)?.outbox.onQueuedAgain(queued.changes);
        return success(null);
      }),
  };
}

async function pageBefore(
  store: Store,
  chat: ChatId,
  before: Position | null,
): Promise<TimelinePage> {
  const found = await store.ask("messages", "older", { chat, before, limit: pageRows + 1 });
  const hasOlder = found.length > pageRows;
  return { rows: hasOlder ? found.slice(1) : found, hasOlder, hasNewer: before !== null };
}

async function pageAfter(store: Store, chat: ChatId, after: Position): Promise<TimelinePage> {
  const found = await store.ask("messages", "newer", { chat, after, limit: pageRows + 1 });
  const rows = found.slice(0, pageRows);
  return { rows, hasOlder: true, hasNewer: found.length > rows.length };
}

/** Half a page on either side of a message; null where it is not in this chat. */
async function pageAround(
  store: Store,
  chat: ChatId,
  key: MessageKey,
): Promise<TimelinePage | null> {
  const half = pageRows / 2;
  const found = await store.ask("messages", "around", { chat, key, limit: half });
  if (!found) return null;
  const { older, message, newer } = found;
  return {
    rows: [...older.slice(-(half - 1)), message, ...newer.slice(0, half - 1)],
    hasOlder: older.length > half - 1,
    hasNewer: newer.length > half - 1,
  };
}
