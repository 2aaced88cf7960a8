/** Rows of a list that changes: order, identity and look-up against a plain model. */

import * as fc from "fast-check";
import { createRoot } from "solid-js";
import { expect, test } from "vitest";
import { Rows } from "../../../renderer/state/rows.ts";

interface Row {
  readonly id: number;
  readonly place: number;
  readonly label: string;
}

function makeRows(): Rows<Row, number> {
  return new Rows<Row, number>({
    keyOf: (row) => row.id,
    nameOf: (id) => id,
    compare: (a, b) => a.place - b.place || a.id - b.id,
  });
}

const row = fc.record({ id: fc.nat(20), place: fc.nat(10), label: fc.string({ maxLength: 3 }) });
const change = fc.record({
  upserts: fc.array(row, { maxLength: 5 }),
  removals: fc.array(fc.nat(20), { maxLength: 3 }),
});

test("after any changes the rows are those of the model, in its order", () => {
  createRoot((dispose) => {
    fc.assert(
      fc.property(fc.array(row), fc.array(change, { maxLength: 8 }), (start, changes) => {
        const rows = makeRows();
        const model = new Map(start.map((each) => [each.id, each]));
        rows.reset([...model.values()]);
        for (const { upserts, removals } of changes) {
          const once = [...new Map(upserts.map((each) => [each.id, each])).values()];
          rows.apply({ upserts: once, removals });
          for (const each of once) model.set(each.id, each);
          for (const id of removals) model.delete(id);
          const wanted = [...model.values()].toSorted((a, b) => a.place - b.place || a.id - b.id);
          expect(rows.all.map((each) => ({ ...each }))).toEqual(wanted);
          for (let id = 0; id <= 20; id++) {
            expect(rows.find(id)?.label).toBe(model.get(id)?.label);
          }
        }
      }),
    );
    dispose();
  });
});

test("a row that changes in its place stays the same object, so that only its cell is drawn again", () => {
  createRoot((dispose) => {
    const rows = makeRows();
    rows.reset([
      { id: 1, place: 1, label: "a" },
      { id: 2, place: 2, label: "b" },
    ]);
    const [first, second] = rows.all;
    rows.apply({ upserts: [{ id: 2, place: 2, label: "changed" }], removals: [] });
    expect(rows.all[0]).toBe(first);
    expect(rows.all[1]).toBe(second);
    expect(rows.find(2)?.label).toBe("changed");
    dispose();
  });
});
