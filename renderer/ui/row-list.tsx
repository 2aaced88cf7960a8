/** A virtual list of rows to choose from. Only the rows on the screen exist. One of them is in the tab
 *  order and the arrow keys move among them; Tab then reaches the further actions of that row. */

import { createSignal, Show, type Accessor, type JSX } from "solid-js";
import { VList, type VListHandle } from "virtua/solid";
import { moveInList } from "./list-keys.ts";
import styles from "./row-list.module.css";

export interface RowListProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly isSelected: (row: Row) => boolean;
  readonly onChoose: (row: Row) => void;
  /** Pixels of one row. All are the same. */
  readonly rowHeight: number;
  /** The end of the list is near: more rows may be fetched. */
  readonly onNearEnd?: () => void;
  /** Further buttons at the end of a row. */
  readonly actions?: (row: Row) => JSX.Element;
  /** What a row shows, and what is read out for it. */
  readonly children: (row: Row) => JSX.Element;
}

export function RowList<Row extends object>(props: RowListProps<Row>): JSX.Element {
  const [focused, setFocused] = createSignal(0);
  let list: VListHandle | undefined;
  let element: HTMLDivElement | undefined;

  const focus = (index: number): void => {
    setFocused(index);
    list?.scrollToIndex(index, { align: "nearest" });
    // The row may only come to be with the scrolling.
    requestAnimationFrame(() => {
      element?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus();
    });
  };
  const tabStop = (): number => {
    const selected = props.rows.findIndex((row) => props.isSelected(row));
    return selected === -1 ? Math.min(focused(), props.rows.length - 1) : selected;
  };
  return (
    <div
      ref={(given) => (element = given)}
      class={styles["list"]}
      onKeyDown={(event) => {
        moveInList(event, focused(), props.rows.length, focus);
      }}
    >
      <VList
        ref={(handle) => (list = handle)}
        class={styles["scroller"]}
        data={props.rows}
        role="list"
        aria-label={props.label}
        itemSize={props.rowHeight}
        onScroll={(offset) => {
          const rest = (list?.scrollSize ?? 0) - offset - (list?.viewportSize ?? 0);
          if (rest < props.rowHeight * 20) props.onNearEnd?.();
        }}
      >
        {(row: Row, index: Accessor<number>) => (
          <div
            class={styles["row"]}
            role="listitem"
            aria-setsize={props.rows.length}
            aria-posinset={index() + 1}
          >
            <button
              type="button"
              class={styles["main"]}
              data-index={index()}
              aria-current={props.isSelected(row) ? "true" : undefined}
              tabindex={index() === tabStop() ? 0 : -1}
              onFocus={() => setFocused(index())}
              onClick={() => {
                props.onChoose(row);
              }}
            >
              {props.children(row)}
            </button>
            <Show when={props.actions?.(row)}>
              {(actions) => <div class={styles["actions"]}>{actions()}</div>}
            </Show>
          </div>
        )}
      </VList>
    </div>
  );
}
