/** Turns what a person types into a full-text expression (SQLite FTS5). */

/** Every word must occur; the last one may be incomplete. Null when nothing was typed to search for.
 *  All syntax of the person's own is taken literally. */
export function matchExpression(query: string): string | null {
  const words = query.match(/[\p{L}\p{N}\p{M}]+/gu);
  if (!words) return null;
  const isLastComplete = /[^\p{L}\p{N}\p{M}]$/u.test(query);
  return words
    .map((word, index) =>
      index === words.length - 1 && !isLastComplete ? `"${word}"*` : `"${word}"`,
    )
    .join(" ");
}
