/** What was fetched about revocation: answers of responders, and which file holds which list. */

import { trustLimits } from "../../base/limits.ts";
import { read, write } from "../query.ts";

export interface OcspAnswerRecord {
  /** Fingerprints of the certificate and of who issued it. */
  readonly certificate: string;
  readonly issuer: string;
  readonly response: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly fetchedAt: number;
}

export interface CrlFileRecord {
  readonly url: string;
  /** Which certificates the list is about: one address may give several in the course of time. */
  readonly scope: string;
  /** In the folder for lists. */
  readonly name: string;
  readonly checksum: string;
  readonly refreshAt: number;
  readonly fetchedAt: number;
}

export const answers = read(
  (db, { certificates }: { certificates: readonly string[] }): OcspAnswerRecord[] =>
    db
      .prepare(
        `SELECT certificate, issuer, response, until, fetched_at AS fetchedAt FROM ocsp_answer
         WHERE certificate IN (SELECT value FROM json_each(?))`,
      )
      .all([JSON.stringify(certificates)]) as unknown as OcspAnswerRecord[],
);

export const keepAnswer = write((db, answer: OcspAnswerRecord): null => {
  const { certificate, issuer, response, until, fetchedAt } = answer;
  db.prepare(
    `INSERT INTO ocsp_answer (certificate, issuer, response, until, fetched_at)
     VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET
       response = excluded.response, until = excluded.until, fetched_at = excluded.fetched_at`,
  ).run([certificate, issuer, new Uint8Array(response), until, fetchedAt]);
  db.prepare("DELETE FROM ocsp_answer WHERE until < ?").run([fetchedAt]);
  db.prepare(
    `DELETE FROM ocsp_answer WHERE fetched_at <
       (SELECT fetched_at FROM ocsp_answer ORDER BY fetched_at DESC LIMIT 1 OFFSET ?)`,
  ).run([trustLimits.ocspAnswersMax - 1]);
  return null;
});

export const crlFiles = read((db, { urls }: { urls: readonly string[] }): CrlFileRecord[] =>
  (
    db
      .prepare("SELECT * FROM crl_file WHERE url IN (SELECT value FROM json_each(?))")
      .all([JSON.stringify(urls)]) as unknown as (CrlFileRecord & {
      refresh_at: number;
      fetched_at: number;
    })[]
  ).map(({ url, scope, name, checksum, refresh_at: refreshAt, fetched_at: fetchedAt }) => ({
    url,
    scope,
    name,
    checksum,
    refreshAt,
    fetchedAt,
  })),
);

/** @returns names of files that no row speaks of any more */
export const keepCrlFile = write((db, file: CrlFileRecord): string[] => {
  const { url, scope, name, checksum, refreshAt, fetchedAt } = file;
  const before = db.prepare("SELECT name FROM crl_file WHERE url = ?", { pluck: true }).all([url]);
  db.prepare(
    `INSERT INTO crl_file (url, scope, name, checksum, refresh_at, fetched_at)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET name = excluded.name, checksum = excluded.checksum,
       refresh_at = excluded.refresh_at, fetched_at = excluded.fetched_at`,
  ).run([url, scope, name, checksum, refreshAt, fetchedAt]);
  db.prepare(
    `DELETE FROM crl_file WHERE url = ? AND fetched_at <
       (SELECT fetched_at FROM crl_file WHERE url = ? ORDER BY fetched_at DESC LIMIT 1 OFFSET ?)`,
  ).run([url, url, trustLimits.crlsOfOnePlaceMax - 1]);
  const after = db.prepare("SELECT name FROM crl_file WHERE url = ?", { pluck: true }).all([url]);
  return before.filter((each) => !after.includes(each)).map(String);
});
