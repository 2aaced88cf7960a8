/** Certificates with which people sign in. Only {@link key} reads the private key of one. */

import type { Database } from "@signalapp/sqlcipher";
import type { AccountId, IdentityId } from "../../contract/ids.ts";
import { read, write } from "../query.ts";

export interface IdentityRecord {
  readonly id: IdentityId;
  readonly name: string;
  /** Whom it was made for here; null for one that came from a file. */
  readonly address: string | null;
  /** SHA-256, hexadecimal; null while a request waits for its reply. */
  readonly fingerprint: string | null;
  /** DER. */
  readonly certificate: Uint8Array | null;
  /** From the issuer upwards, DER. */
  readonly chain: readonly Uint8Array[];
  /** The smallest number of days before its end of which the person has been reminded. */
  readonly remindedDays: number | null;
  readonly usedBy: readonly AccountId[];
}

export interface StoredCertificate {
  readonly fingerprint: string;
  readonly certificate: Uint8Array;
  readonly chain: readonly Uint8Array[];
}

export interface NewIdentity {
  readonly name: string;
  readonly address: string | null;
  readonly issued: StoredCertificate | null;
  readonly pkcs8: Uint8Array;
}

interface Row {
  id: IdentityId;
  name: string;
  address: string | null;
  fingerprint: string | null;
  certificate: Uint8Array | null;
  reminded_days: number | null;
}

const columns = "id, name, address, fingerprint, certificate, reminded_days";

export const list = read((db, _all: null): IdentityRecord[] =>
  (db.prepare(`SELECT ${columns} FROM identity ORDER BY id`).all() as unknown as Row[]).map((row) =>
    toRecord(db, row),
  ),
);

export const get = read((db, { id }: { id: IdentityId }): IdentityRecord | null => {
  const row = db.prepare(`SELECT ${columns} FROM identity WHERE id = ?`).get([id]);
  return row ? toRecord(db, row as unknown as Row) : null;
});

/** The private key (PKCS#8): for signing in, for matching a reply, and for export under a password. */
export const key = read((db, { id }: { id: IdentityId }): Uint8Array | null => {
  const value = db
    .prepare("SELECT pkcs8 FROM identity_key WHERE identity = ?", { pluck: true })
    .get([id]);
  return value instanceof Uint8Array ? value : null;
});

/** Keeps an identity. One whose certificate is known already stays as it is; its number is returned. */
export const add = write((db, { name, address, issued, pkcs8 }: NewIdentity): IdentityId => {
  const known = issued ? withFingerprint(db, issued.fingerprint) : null;
  if (known !== null) return known;
  const { lastInsertRowid } = db
    .prepare("INSERT INTO identity (name, address) VALUES (?, ?)")
    .run([name, address]);
  const id = lastInsertRowid as IdentityId;
  db.prepare("INSERT INTO identity_key (identity, pkcs8) VALUES (?, ?)").run([
    id,
    new Uint8Array(pkcs8),
  ]);
  if (issued) putCertificate(db, id, issued);
  return id;
});

/** The certificate for a key that is here: an authority's reply, or a renewal. False where another identity
 *  has it. */
export const setCertificate = write(
  (db, { id, issued }: { id: IdentityId; issued: StoredCertificate }): boolean => {
    const known = withFingerprint(db, issued.fingerprint);
    if (known !== null && known !== id) return false;
    putCertificate(db, id, issued);
    return true;
  },
);

export const rename = write((db, { id, name }: { id: IdentityId; name: string }): boolean => {
  const { changes } = db.prepare("UPDATE identity SET name = ? WHERE id = ?").run([name, id]);
  return changes > 0;
});

export const setReminded = write((db, { id, days }: { id: IdentityId; days: number }): null => {
  db.prepare("UPDATE identity SET reminded_days = ? WHERE id = ?").run([days, id]);
  return null;
});

/** Deletes it with its key. Accounts that used it have none then. */
export const remove = write(
  (db, { id }: { id: IdentityId }): boolean =>
    db.prepare("DELETE FROM identity WHERE id = ?").run([id]).changes > 0,
);

function withFingerprint(db: Database, fingerprint: string): IdentityId | null {
  const id = db
    .prepare("SELECT id FROM identity WHERE fingerprint = ?", { pluck: true })
    .get([fingerprint]);
  return typeof id === "number" ? (id as IdentityId) : null;
}

function putCertificate(db: Database, id: IdentityId, issued: StoredCertificate): void {
  const { fingerprint, certificate, chain } = issued;
  db.prepare(
    "UPDATE identity SET fingerprint = ?, certificate = ?, reminded_days = NULL WHERE id = ?",
  ).run([fingerprint, new Uint8Array(certificate), id]);
  db.prepare("DELETE FROM identity_chain WHERE identity = ?").run([id]);
  const insert = db.prepare(
    "INSERT INTO identity_chain (identity, position, certificate) VALUES (?, ?, ?)",
  );
  for (const [position, each] of chain.entries()) {
    insert.run([id, position, new Uint8Array(each)]);
  }
}

function toRecord(db: Database, row: Row): IdentityRecord {
  const pluck = (sql: string): unknown[] => db.prepare(sql, { pluck: true }).all([row.id]);
  return {
    id: row.id,
    name: row.name,
    address: row.address,
    fingerprint: row.fingerprint,
    certificate: row.certificate,
    chain: pluck(
      "SELECT certificate FROM identity_chain WHERE identity = ? ORDER BY position",
    ) as Uint8Array[],
    remindedDays: row.reminded_days,
    usedBy: pluck("SELECT id FROM account WHERE identity = ? ORDER BY id") as AccountId[],
  };
}
