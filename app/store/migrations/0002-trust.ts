/** Whom we trust: one table for certificates of all kinds, exceptions, remembered keys, and what is known
 *  about revocation. */

import { createHash } from "node:crypto";
import type { Database } from "@signalapp/sqlcipher";

const tables = `
-- One row for each certificate: it is of one kind and never of two, and changing the kind is one update.
CREATE TABLE certificate (
  -- SHA-256 of the certificate, hexadecimal in lower case.
  fingerprint TEXT PRIMARY KEY CHECK (length(fingerprint) = 64),
  der BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('authority', 'distrusted', 'server')),
  -- Where it came from, and goes back to when it is no longer distrusted: built-in ones have no row then.
  origin TEXT NOT NULL CHECK (origin IN ('imported', 'built-in', 'server')),
  subject TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  added_at INTEGER NOT NULL,
  CHECK (kind = 'distrusted' OR (kind = 'authority') = (origin = 'imported')),
  CHECK (kind = 'distrusted' OR origin <> 'built-in')
) STRICT, WITHOUT ROWID;

-- What a person let pass: at one server, for one account's domain, with one certificate or key, and
-- exactly these problems.
CREATE TABLE trust_exception (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  domain TEXT NOT NULL,
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  certificate TEXT NOT NULL REFERENCES certificate,
  -- SHA-256 of the SubjectPublicKeyInfo.
  spki TEXT NOT NULL,
  bound_to TEXT NOT NULL CHECK (bound_to IN ('certificate', 'key')),
  -- A JSON array of strings, sorted.
  problems TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  -- NULL: until it is taken back.
  expires_at INTEGER,
  UNIQUE (domain, host, port)
) STRICT;
CREATE INDEX trust_exception_by_certificate ON trust_exception (certificate);

-- The key that a server had when it was first trusted.
CREATE TABLE trust_pin (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  domain TEXT NOT NULL,
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  certificate TEXT NOT NULL REFERENCES certificate,
  spki TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  UNIQUE (domain, host, port)
) STRICT;
CREATE INDEX trust_pin_by_certificate ON trust_pin (certificate);

CREATE TABLE ocsp_answer (
  certificate TEXT NOT NULL,
  issuer TEXT NOT NULL,
  response BLOB NOT NULL,
  until INTEGER NOT NULL,
  fetched_at INTEGER NOT NULL,
  PRIMARY KEY (certificate, issuer)
) STRICT, WITHOUT ROWID;

-- The lists themselves are files beside the database; the checksum is what a file must have.
CREATE TABLE crl_file (
  url TEXT NOT NULL,
  scope TEXT NOT NULL,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  -- From when on a newer one is looked for.
  refresh_at INTEGER NOT NULL,
  fetched_at INTEGER NOT NULL,
  PRIMARY KEY (url, scope)
) STRICT, WITHOUT ROWID;
`;

/** The authorities that were imported so far move into the table for all certificates. */
export function trust(db: Database): void {
  db.exec(tables);
  const insert = db.prepare(
    `INSERT INTO certificate (fingerprint, der, kind, origin, subject, expires_at, added_at)
     VALUES (?, ?, 'authority', 'imported', ?, ?, 0) ON CONFLICT DO NOTHING`,
  );
  const authorities = db.prepare("SELECT subject, expires_at, pem FROM authority").all();
  for (const { subject, expires_at: expiresAt, pem } of authorities) {
    const der = Buffer.from(String(pem).replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
    const fingerprint = createHash("sha256").update(der).digest("hex");
    insert.run([fingerprint, der, String(subject), Number(expiresAt)]);
  }
  db.exec("DROP TABLE authority");
}
