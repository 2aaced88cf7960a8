/** Arrow keys in a list of options: one of them is in the tab order, the arrows move among them. */

const moves: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(index + 1, count - 1),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_index, count) => count - 1,
};

/** Handles a key press on a list of `count` options of which `index` has the focus.
 *  @param focus brings the option with an index into view and focuses it */
export function moveInList(
  event: KeyboardEvent,
  index: number,
  count: number,
  focus: (index: number) => void,
): void {
  const move = moves[event.key];
  if (!move || count === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  focus(move(index, count));
}
