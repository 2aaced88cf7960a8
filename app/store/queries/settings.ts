/** Settings of the program. */

import { read, write } from "../query.ts";

/** All settings by name, as stored: whoever reads one checks it. */
export const all = read((db, _all: null): Record<string, unknown> => {
  const rows = db.prepare("SELECT name, value FROM setting").all() as unknown as {
    name: string;
    value: string;
  }[];
  return Object.fromEntries(rows.map((row) => [row.name, JSON.parse(row.value) as unknown]));
});

export const set = write((db, { name, value }: { name: string; value: unknown }): null => {
  db.prepare(
    "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  ).run([name, JSON.stringify(value)]);
  return null;
});
