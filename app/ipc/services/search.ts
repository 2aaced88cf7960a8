import type { Profile } from "../../account/profile.ts";
import { searchLimits } from "../../base/limits.ts";
import { success } from "../../base/result.ts";
import { matchExpression } from "../../chat/search.ts";
import type { Handlers } from "../dispatcher.ts";
import { whenOpen } from "./open-profile.ts";

export function searchHandlers(profile: Profile): Handlers["search"] {
  return {
    messages: (_window, query, chat) =>
      whenOpen(profile, async ({ store }) => {
        const match = matchExpression(query);
        if (match === null) return success([]);
        const limit = searchLimits.resultsMax;
        return success(await store.ask("messages", "search", { match, chat, limit }));
      }),
  };
}
