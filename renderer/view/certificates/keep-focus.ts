/** Keeps the focus in a list when the row that had it goes: the next row takes it, so that one can go on with
 *  the keyboard. */

import { createEffect, on, type Accessor } from "solid-js";

/** @param list what holds the list
 *  @returns to be called before the row that has the focus goes */
export function keepFocus(
  rows: Accessor<readonly object[] | undefined>,
  list: () => HTMLElement | undefined,
): () => void {
  let isRowGoing = false;
  createEffect(
    on(rows, () => {
      if (!isRowGoing) return;
      isRowGoing = false;
      // The rows are drawn in the next frame.
      requestAnimationFrame(() => {
        list()?.querySelector<HTMLElement>('[data-index][tabindex="0"]')?.focus();
      });
    }),
  );
  return () => {
    isRowGoing = true;
  };
}
