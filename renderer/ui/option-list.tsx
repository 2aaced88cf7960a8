/** A virtual list of options that works by keyboard and tells screen readers where one is. Only the
 *  rows on the screen exist. */

import { createSignal, type Accessor, type JSX } from "solid-js";
import { VList, type VListHandle } from "virtua/solid";
import { moveInList } from "./list-keys.ts";
import styles from "./option-list.module.css";

export interface OptionListProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly isSelected: (row: Row) => boolean;
  readonly onChoose: (row: Row) => void;
  /** Pixels of one row. All are the same. */
  readonly rowHeight: number;
  /** The end of the list is near: more rows may be fetched. */
  readonly onNearEnd?: () => void;
  /** What is read out for a row. */
  readonly describe: (row: Row) => string;
  readonly children: (row: Row) => JSX.Element;
}

export function OptionList<Row extends object>(props: OptionListProps<Row>): JSX.Element {
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
      role="listbox"
      aria-label={props.label}
      onKeyDown={(event) => {
        moveInList(event, focused(), props.rows.length, focus);
      }}
    >
      <VList
        ref={(handle) => (list = handle)}
        class={styles["scroller"]}
        data={props.rows}
        itemSize={props.rowHeight}
        tabindex={-1}
        onScroll={(offset) => {
          const rest = (list?.scrollSize ?? 0) - offset - (list?.viewportSize ?? 0);
          if (rest < props.rowHeight * 20) props.onNearEnd?.();
        }}
      >
        {(row: Row, index: Accessor<number>) => (
          <div
            class={styles["option"]}
            role="option"
            data-index={index()}
            aria-selected={props.isSelected(row)}
            aria-setsize={props.rows.length}
            aria-posinset={index() + 1}
            aria-label={props.describe(row)}
            tabindex={index() === tabStop() ? 0 : -1}
            onFocus={() => setFocused(index())}
            onClick={() => {
              props.onChoose(row);
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter" && event.key !== " ") return;
              event.preventDefault();
              props.onChoose(row);
            }}
          >
            {props.children(row)}
          </div>
        )}
      </VList>
    </div>
  );
}
