/** What comes out: rows with a gate each, as a table for people and as JSON for machines. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface Row {
  /** Begins with the number of the benchmark. */
  readonly name: string;
  /** Ours; null where it was not measured. */
  readonly value: number | null;
  readonly unit: string;
  /** The anchor, measured in the same run. */
  readonly floor: number | null;
  /** `value` divided by `floor`. */
  readonly ratio: number | null;
  /** The gate in words; "" for a row without one. */
  readonly target: string;
  /** Null for a row without a gate, and for one that was not measured. */
  readonly ok: boolean | null;
  /** The worst of the samples behind `value`. */
  readonly worst?: number;
  readonly note?: string;
}

/** The load of the machine while a benchmark ran: above about 1, something else was running, too. */
export interface MeasuredLoad {
  readonly benchmark: string;
  readonly before: number;
  readonly after: number;
}

export interface Report {
  readonly rows: readonly Row[];
  readonly load: readonly MeasuredLoad[];
  readonly machine: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
}

/** A row whose gate is a bound on the ratio. */
export function ratioRow(row: {
  name: string;
  value: number;
  floor: number;
  unit: string;
  ratioMax?: number;
  ratioMin?: number;
  worst?: number;
  note?: string;
}): Row {
  const { name, value, floor, unit, ratioMax, ratioMin, worst, note } = row;
  const ratio = value / floor;
  const isWithin = ratio <= (ratioMax ?? Infinity) && ratio >= (ratioMin ?? -Infinity);
  const hasGate = ratioMax !== undefined || ratioMin !== undefined;
  return {
    name,
    value: rounded(value),
    unit,
    floor: rounded(floor),
    ratio: rounded(ratio),
    target: [
      ...(ratioMax === undefined ? [] : [`≤ ${ratioMax}`]),
      ...(ratioMin === undefined ? [] : [`≥ ${ratioMin}`]),
    ].join(", "),
    ok: hasGate ? isWithin : null,
    ...(worst === undefined ? {} : { worst: rounded(worst) }),
    ...(note === undefined ? {} : { note }),
  };
}

/** A row for what cannot be measured here. It is listed, and neither passes nor fails. */
export function unmeasuredRow(name: string, unit: string, target: string, reason: string): Row {
  const note = `not measured (${reason})`;
  return { name, value: null, unit, floor: null, ratio: null, target, ok: null, note };
}

/** Three significant digits after the point are more than any of this is good for. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

const columns = ["", "unit", "ours", "anchor", "ratio", "target", "worst", ""] as const;

export function printTable(rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.name,
    row.unit,
    number(row.value),
    number(row.floor),
    number(row.ratio),
    row.target,
    number(row.worst ?? null),
    verdict(row),
  ]);
  const widths = columns.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const print = (line: readonly string[]): void => {
    const padded = line.map((cell, column) => {
      const width = widths[column] ?? 0;
      const isNumber = (column >= 2 && column <= 4) || column === 6;
      return isNumber ? cell.padStart(width) : cell.padEnd(width);
    });
    console.log(padded.join("  ").trimEnd());
  };
  print(columns);
  for (const [index, line] of cells.entries()) {
    print(line);
    const note = rows[index]?.note;
    if (note !== undefined) console.log(`    ${note}`);
  }
}

export function writeReport(path: string, report: Report): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
}

function number(value: number | null): string {
  return value === null ? "–" : String(rounded(value));
}

function verdict(row: Row): string {
  if (row.ok === null) return row.value === null ? "not measured" : "";
  return row.ok ? "ok" : "FAILED";
}
