/** Settings of the program, and imported authorities. */

import { read, write } from "../query.ts";

export interface AuthorityRecord {
  readonly fingerprint: string;
  readonly subject: string;
  readonly expiresAt: number;
  readonly pem: string;
}

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

export const authorities = read((db, _all: null): AuthorityRecord[] => {
  const rows = db.prepare("SELECT * FROM authority ORDER BY subject").all() as unknown as {
    fingerprint: string;
    subject: string;
    expires_at: number;
    pem: string;
  }[];
  return rows.map((row) => ({
    fingerprint: row.fingerprint,
    subject: row.subject,
    expiresAt: row.expires_at,
    pem: row.pem,
  }));
});

export const addAuthorities = write(
  (db, { authorities: added }: { authorities: readonly AuthorityRecord[] }): null => {
    const insert = db.prepare(
      `INSERT INTO authority (fingerprint, subject, expires_at, pem) VALUES (?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    for (const { fingerprint, subject, expiresAt, pem } of added) {
      insert.run([fingerprint, subject, expiresAt, pem]);
    }
    return null;
  },
);

export const removeAuthority = write((db, { fingerprint }: { fingerprint: string }): null => {
  db.prepare("DELETE FROM authority WHERE fingerprint = ?").run([fingerprint]);
  return null;
});
