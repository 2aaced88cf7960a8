/** Rows of a list that changes, kept in a Solid store so that a change redraws one cell. */

import { createSignal } from "solid-js";
import { createStore, reconcile, unwrap, type SetStoreFunction } from "solid-js/store";
import type { RowChange } from "../../app/contract/changes.ts";

export interface RowsOptions<Row, Key> {
  readonly keyOf: (row: Row) => Key;
  /** Keys compare by what this makes of them; objects would compare by identity. */
  readonly nameOf: (key: Key) => string | number;
  /** The order of the list: negative when `a` comes first. */
  readonly compare: (a: Row, b: Row) => number;
}

export class Rows<Row extends object, Key> {
  readonly #options: RowsOptions<Row, Key>;
  readonly #store: { rows: Row[] };
  readonly #setStore: SetStoreFunction<{ rows: Row[] }>;
  /** The same rows by name. Not reactive by itself: who looks something up depends on #members. */
  readonly #byName = new Map<string | number, Row>();
  readonly #members = createSignal(0);

  constructor(options: RowsOptions<Row, Key>) {
    this.#options = options;
    [this.#store, this.#setStore] = createStore<{ rows: Row[] }>({ rows: [] });
  }

  /** Reactive. */
  get all(): readonly Row[] {
    return this.#store.rows;
  }

  /** Reactive. */
  find(key: Key): Row | undefined {
    const [members] = this.#members;
    members();
    return this.#byName.get(this.#options.nameOf(key));
  }

  reset(rows: readonly Row[]): void {
    this.#replace([...rows].toSorted(this.#options.compare));
  }

  /** Puts rows into their places. A row that was there keeps its identity, so that only the cells
   *  whose values differ are drawn again. */
  upsert(rows: readonly Row[]): void {
    const { compare } = this.#options;
    const added: Row[] = [];
    let isInOrder = true;
    for (const row of rows) {
      const index = this.#indexOf(row);
      if (index === -1) {
        added.push(row);
        continue;
      }
      this.#setStore("rows", index, reconcile<Row, Row>(row) as never);
      isInOrder &&= this.#isInPlace(index);
    }
    if (isInOrder && added.length === 0) return;
    const held = unwrap(this.#store.rows);
    const [first, ...rest] = added.toSorted(compare);
    const last = held.at(-1);
    const all = first ? [...held, first, ...rest] : [...held];
    // The next page of a list comes after everything that is there: nothing to sort.
    const isAppended = isInOrder && (!first || !last || compare(last, first) <= 0);
    this.#replace(isAppended ? all : all.toSorted(compare));
  }

  apply(change: RowChange<Row, Key>): void {
    if (change.upserts.length > 0) this.upsert(change.upserts);
    if (change.removals.length > 0) {
      const removed = new Set(change.removals.map(this.#options.nameOf));
      this.#replace(unwrap(this.#store.rows).filter((row) => !removed.has(this.#nameOf(row))));
    }
  }

  #replace(rows: Row[]): void {
    this.#setStore("rows", rows);
    this.#byName.clear();
    // Read back: what the store gives out is reactive, what went in is not.
    for (const row of this.#store.rows) this.#byName.set(this.#nameOf(row), row);
    const [, setMembers] = this.#members;
    setMembers((count) => count + 1);
  }

  #isInPlace(index: number): boolean {
    const { compare } = this.#options;
    const { [index - 1]: before, [index]: row, [index + 1]: after } = unwrap(this.#store.rows);
    if (!row) return false;
    return (!before || compare(before, row) <= 0) && (!after || compare(row, after) <= 0);
  }

  #nameOf(row: Row): string | number {
    return this.#options.nameOf(this.#options.keyOf(row));
  }

  #indexOf(row: Row): number {
    const known = this.#byName.get(this.#nameOf(row));
    return known ? unwrap(this.#store.rows).indexOf(unwrap(known)) : -1;
  }
}
