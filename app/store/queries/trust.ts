/** Certificates and what was decided about them. A certificate has one row, so that it can neither be of
 *  two kinds nor get lost on the way from one to another. */

import { trustLimits } from "../../base/limits.ts";
import { read, write } from "../query.ts";
import type { Database } from "@signalapp/sqlcipher";

export type CertificateKind = "authority" | "distrusted" | "server";
export type CertificateOrigin = "imported" | "built-in" | "server";

export interface NewCertificate {
  /** SHA-256, hexadecimal in lower case. */
  readonly fingerprint: string;
  readonly der: Uint8Array;
  /** What it is called in lists. */
  readonly subject: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly expiresAt: number;
}

export interface CertificateRecord extends NewCertificate {
  readonly kind: CertificateKind;
  readonly origin: CertificateOrigin;
  readonly addedAt: number;
}

/** Where a decision holds. */
export interface ServerPlace {
  /** Of the account, in A-labels. */
  readonly domain: string;
  readonly host: string;
  readonly port: number;
}

export interface ExceptionRecord extends ServerPlace {
  readonly id: number;
  readonly certificate: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hexadecimal. */
  readonly spki: string;
  readonly boundTo: "certificate" | "key";
  /** Sorted. */
  readonly problems: readonly string[];
  readonly createdAt: number;
  /** null: until it is taken back. */
  readonly expiresAt: number | null;
}

export interface PinRecord extends ServerPlace {
  readonly id: number;
  readonly certificate: string;
  readonly spki: string;
  readonly firstSeen: number;
}

export interface TrustRecords {
  readonly certificates: readonly CertificateRecord[];
  readonly exceptions: readonly ExceptionRecord[];
  readonly pins: readonly PinRecord[];
}

export const all = read((db, _all: null): TrustRecords => {
  const select = (table: string): Row[] => db.prepare(`SELECT * FROM ${table}`).all();
  return {
    certificates: select("certificate").map(toCertificate),
    exceptions: select("trust_exception").map(toException),
    pins: select("trust_pin").map(toPin),
  };
});

/** Trusts authorities from a file. One that is distrusted stays so: that was said about it by name. */
export const addAuthorities = write(
  (db, args: { certificates: readonly NewCertificate[] }): null => {
    const insert = db.prepare(
      `INSERT INTO certificate (fingerprint, der, kind, origin, subject, expires_at, added_at)
       VALUES (?, ?, 'authority', 'imported', ?, ?, unixepoch() * 1000)
       ON CONFLICT DO UPDATE SET
         kind = iif(kind = 'distrusted', kind, 'authority'), origin = 'imported'`,
    );
    for (const { fingerprint, der, subject, expiresAt } of args.certificates) {
      insert.run([fingerprint, new Uint8Array(der), subject, expiresAt]);
    }
    return null;
  },
);

/** Takes an imported authority away. What is still needed of it for a server's sake is kept for that. */
export const removeAuthority = write((db, { fingerprint }: { fingerprint: string }): null => {
  db.prepare(
    `UPDATE certificate SET kind = 'server', origin = 'server'
     WHERE fingerprint = ? AND kind = 'authority'`,
  ).run([fingerprint]);
  forgetUnused(db);
  return null;
});

/** Whatever it was until now, from here on it is distrusted. @param isBuiltIn counts where it has no row */
export const distrust = write(
  (db, args: { certificate: NewCertificate; isBuiltIn: boolean; now: number }): null => {
    const { fingerprint, der, subject, expiresAt } = args.certificate;
    const origin: CertificateOrigin = args.isBuiltIn ? "built-in" : "server";
    db.prepare(
      `INSERT INTO certificate (fingerprint, der, kind, origin, subject, expires_at, added_at)
       VALUES (?, ?, 'distrusted', ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET kind = 'distrusted'`,
    ).run([fingerprint, new Uint8Array(der), origin, subject, expiresAt, args.now]);
    return null;
  },
);

/** What was distrusted is again what it was before. */
export const restore = write((db, { fingerprint }: { fingerprint: string }): null => {
  const of = "WHERE fingerprint = ? AND kind = 'distrusted' AND origin";
  db.prepare(`UPDATE certificate SET kind = 'authority' ${of} = 'imported'`).run([fingerprint]);
  db.prepare(
    `UPDATE certificate SET kind = 'server', origin = 'server' ${of} IN ('server', 'built-in')`,
  ).run([fingerprint]);
  forgetUnused(db);
  return null;
});

export interface Acceptance {
  readonly place: ServerPlace;
  readonly certificate: NewCertificate;
  readonly spki: string;
  readonly boundTo: "certificate" | "key";
  /** None: only the key has changed. */
  readonly problems: readonly string[];
  readonly expiresAt: number | null;
  readonly now: number;
}

/** Lets a server pass with the problems that it has, in the place of what was let pass before; where a key
 *  was remembered for it, that is now this one. The certificate does not become an authority. */
export const accept = write((db, args: Acceptance): null => {
  const { place, certificate, spki, boundTo, problems, expiresAt, now } = args;
  const at = [place.domain, place.host, place.port];
  keepServer(db, certificate, now);
  db.prepare("DELETE FROM trust_exception WHERE domain = ? AND host = ? AND port = ?").run(at);
  if (problems.length > 0) {
    db.prepare(
      `INSERT INTO trust_exception
         (domain, host, port, certificate, spki, bound_to, problems, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run([
      ...at,
      certificate.fingerprint,
      spki,
      boundTo,
      JSON.stringify(problems.toSorted()),
      now,
      expiresAt,
    ]);
  }
  db.prepare(
    `UPDATE trust_pin SET certificate = ?, spki = ?, first_seen = ?
     WHERE domain = ? AND host = ? AND port = ? AND spki <> ?`,
  ).run([certificate.fingerprint, spki, now, ...at, spki]);
  keepNewest(db, "trust_exception", trustLimits.exceptionsMax);
  forgetUnused(db);
  return null;
});

export const removeException = write((db, { id }: { id: number }): null => {
  db.prepare("DELETE FROM trust_exception WHERE id = ?").run([id]);
  forgetUnused(db);
  return null;
});

/** Remembers the key of a server for which none was remembered. */
export const pin = write(
  (
    db,
    args: { place: ServerPlace; certificate: NewCertificate; spki: string; now: number },
  ): null => {
    const { place, certificate, spki, now } = args;
    keepServer(db, certificate, now);
    db.prepare(
      `INSERT INTO trust_pin (domain, host, port, certificate, spki, first_seen)
       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ).run([place.domain, place.host, place.port, certificate.fingerprint, spki, now]);
    keepNewest(db, "trust_pin", trustLimits.pinsMax);
    forgetUnused(db);
    return null;
  },
);

export const removePin = write((db, { id }: { id: number }): null => {
  db.prepare("DELETE FROM trust_pin WHERE id = ?").run([id]);
  forgetUnused(db);
  return null;
});

function keepServer(db: Database, certificate: NewCertificate, now: number): void {
  const { fingerprint, der, subject, expiresAt } = certificate;
  db.prepare(
    `INSERT INTO certificate (fingerprint, der, kind, origin, subject, expires_at, added_at)
     VALUES (?, ?, 'server', 'server', ?, ?, ?) ON CONFLICT DO NOTHING`,
  ).run([fingerprint, new Uint8Array(der), subject, expiresAt, now]);
}

/** A server's certificate is kept as long as something is said about that server. */
function forgetUnused(db: Database): void {
  db.exec(
    `DELETE FROM certificate WHERE kind = 'server'
       AND fingerprint NOT IN (SELECT certificate FROM trust_exception)
       AND fingerprint NOT IN (SELECT certificate FROM trust_pin)`,
  );
}

function keepNewest(db: Database, table: "trust_exception" | "trust_pin", max: number): void {
  db.prepare(
    `DELETE FROM ${table} WHERE id <= (SELECT id FROM ${table} ORDER BY id DESC LIMIT 1 OFFSET ?)`,
  ).run([max]);
}

type Row = Record<string, unknown>;

function toCertificate(row: Row): CertificateRecord {
  return {
    fingerprint: String(row["fingerprint"]),
    der: row["der"] as Uint8Array,
    kind: row["kind"] as CertificateKind,
    origin: row["origin"] as CertificateOrigin,
    subject: String(row["subject"]),
    expiresAt: Number(row["expires_at"]),
    addedAt: Number(row["added_at"]),
  };
}

function toPlace(row: Row): ServerPlace {
  return { domain: String(row["domain"]), host: String(row["host"]), port: Number(row["port"]) };
}

function toException(row: Row): ExceptionRecord {
  return {
    id: Number(row["id"]),
    ...toPlace(row),
    certificate: String(row["certificate"]),
    spki: String(row["spki"]),
    boundTo: row["bound_to"] as ExceptionRecord["boundTo"],
    problems: JSON.parse(String(row["problems"])) as string[],
    createdAt: Number(row["created_at"]),
    expiresAt: row["expires_at"] === null ? null : Number(row["expires_at"]),
  };
}

function toPin(row: Row): PinRecord {
  return {
    id: Number(row["id"]),
    ...toPlace(row),
    certificate: String(row["certificate"]),
    spki: String(row["spki"]),
    firstSeen: Number(row["first_seen"]),
  };
}
