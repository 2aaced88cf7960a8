import type { Profile } from "../../account/profile.ts";
import { systemClock } from "../../base/clock.ts";
import { failure, success } from "../../base/result.ts";
import { contractLimits } from "../../contract/limits.ts";
import { parseBareJid } from "../../xmpp/jid.ts";
import type { Handlers } from "../dispatcher.ts";
import type { Hub } from "../hub.ts";
import { whenOpen, withAccount } from "./open-profile.ts";

const pageRows = contractLimits.rowsPerPageMax;

export function chatHandlers(profile: Profile, hub: Hub): Handlers["chats"] {
  return {
    list: (_window, before) =>
      whenOpen(profile, async ({ store }) => {
        const number = hub.number("chats");
        const found = await store.ask("chats", "page", { before, limit: pageRows + 1 });
        const rows = found.slice(0, pageRows);
        return success({ number, value: { rows, hasMore: found.length > rows.length } });
      }),
    openWith: (_window, id, text) =>
      withAccount(profile, id, (account) => {
        const address = parseBareJid(text.trim());
        if (!address?.includes("@")) return failure({ kind: "invalid-address" });
        return whenOpen(profile, async ({ store }) => {
          const now = systemClock.now();
          const args = { account: account.id, address, now };
          const { chat, isNew } = await store.ask("chats", "openWith", args);
          if (isNew) hub.publish("chats", { upserts: [chat], removals: [] });
          return success(chat);
        });
      }),
    markRead: (_window, id) =>
      whenOpen(profile, async ({ store }) => {
        const chat = await store.ask("chats", "markRead", { id });
        if (chat) hub.publish("chats", { upserts: [chat], removals: [] });
        return success(null);
      }),
  };
}
