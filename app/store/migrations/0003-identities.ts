/** Certificates with which people sign in, and which account uses which. */

export const identities = `
CREATE TABLE identity (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  -- Whom it was made for; NULL for one that came from a file.
  address TEXT,
  -- SHA-256, hexadecimal. Like the certificate NULL while a request waits for its reply.
  fingerprint TEXT UNIQUE,
  -- DER.
  certificate BLOB,
  -- The smallest number of days before its end of which the person has been reminded.
  reminded_days INTEGER,
  CHECK ((fingerprint IS NULL) = (certificate IS NULL))
) STRICT;

-- Private keys (PKCS#8). Encrypted like everything here; a table of its own so that no other query can
-- bring one along by accident.
CREATE TABLE identity_key (
  identity INTEGER PRIMARY KEY REFERENCES identity ON DELETE CASCADE,
  pkcs8 BLOB NOT NULL
) STRICT;

-- From the certificate's issuer upwards, DER.
CREATE TABLE identity_chain (
  identity INTEGER NOT NULL REFERENCES identity ON DELETE CASCADE,
  position INTEGER NOT NULL,
  certificate BLOB NOT NULL,
  PRIMARY KEY (identity, position)
) STRICT, WITHOUT ROWID;

ALTER TABLE account ADD COLUMN identity INTEGER REFERENCES identity ON DELETE SET NULL;
`;
