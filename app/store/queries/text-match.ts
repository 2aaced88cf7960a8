/** The full-text index as the queries see it (SQLite FTS5). */

import type { ChatId } from "../../contract/ids.ts";

/** The expression with the columns of the index: words are looked for in texts only, and a chat is named
 *  by its number. */
export function textMatch({ match, chat }: { match: string; chat: ChatId | null }): string {
  const inText = `body : (${match})`;
  return chat === null ? inText : `chat : "${chat}" AND ${inText}`;
}
