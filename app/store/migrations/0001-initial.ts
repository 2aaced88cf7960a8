/** Accounts, contacts, chats, messages, full-text search, settings, secrets. */

export const initial = `
-- AUTOINCREMENT: the number of what was removed is never given to something else, which a window that
-- still shows the old would take for it.
CREATE TABLE account (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  address TEXT NOT NULL UNIQUE,
  -- The stable name of this device on this account.
  resource TEXT NOT NULL,
  -- Set by hand; all three NULL: looked up.
  server_host TEXT,
  server_port INTEGER,
  server_tls TEXT CHECK (server_tls IN ('direct', 'starttls')),
  is_plain_allowed INTEGER NOT NULL,
  is_connected INTEGER NOT NULL,
  availability TEXT NOT NULL,
  status TEXT NOT NULL,
  roster_version TEXT NOT NULL DEFAULT ''
) STRICT;

-- Passwords and tokens. Encrypted like everything here; a table of its own so that no other query can
-- bring one along by accident.
CREATE TABLE secret (
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  -- What the list is ordered by: the name, or the address where there is none, in lower case.
  sort_name TEXT NOT NULL,
  subscription TEXT NOT NULL,
  is_asking INTEGER NOT NULL,
  -- A JSON array of strings.
  groups TEXT NOT NULL,
  PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_by_name ON contact (sort_name, address, account);

CREATE TABLE subscription_request (
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  address TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  address TEXT NOT NULL,
  -- Summaries of the message table, kept in the same transactions: the list must not count or search.
  activity INTEGER NOT NULL,
  last_message INTEGER,
  unread INTEGER NOT NULL DEFAULT 0,
  read_position INTEGER NOT NULL DEFAULT 0,
  UNIQUE (account, address)
) STRICT;
CREATE INDEX chat_by_activity ON chat (activity);

CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  chat INTEGER NOT NULL REFERENCES chat ON DELETE CASCADE,
  -- Microseconds since the epoch, made unique within the chat: the order of the timeline.
  position INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  -- NULL for messages of others; else 'queued', 'sent', 'delivered' or 'failed'.
  delivery TEXT,
  failure TEXT,
  -- The sending device for messages of others; NULL for our own.
  sender TEXT,
  stanza_id TEXT NOT NULL,
  origin_id TEXT,
  archive_id TEXT,
  body TEXT NOT NULL,
  is_cut INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_by_position ON message (chat, position);
-- A message that comes twice is one message.
CREATE UNIQUE INDEX message_by_archive_id ON message (chat, archive_id) WHERE archive_id IS NOT NULL;
CREATE UNIQUE INDEX message_by_origin_id ON message (chat, origin_id) WHERE origin_id IS NOT NULL;
CREATE INDEX message_queued ON message (id) WHERE delivery = 'queued';
-- Receipts and errors name our messages by their stanza id.
CREATE INDEX message_by_stanza_id ON message (chat, stanza_id) WHERE delivery IS NOT NULL;

-- The chat's number is a word, too: searching in one quiet chat must not read all the messages of the
-- others. Prefixes of up to three letters, which is how a search begins, have an index of their own.
CREATE VIRTUAL TABLE message_text USING fts5 (
  chat,
  body,
  content = 'message',
  content_rowid = 'id',
  prefix = '1 2 3',
  tokenize = "unicode61 remove_diacritics 2"
);
CREATE TRIGGER message_text_insert AFTER INSERT ON message BEGIN
  INSERT INTO message_text (rowid, chat, body) VALUES (new.id, new.chat, new.body);
END;
CREATE TRIGGER message_text_delete AFTER DELETE ON message BEGIN
  INSERT INTO message_text (message_text, rowid, chat, body)
  VALUES ('delete', old.id, old.chat, old.body);
END;
CREATE TRIGGER message_text_update AFTER UPDATE OF chat, body ON message BEGIN
  INSERT INTO message_text (message_text, rowid, chat, body)
  VALUES ('delete', old.id, old.chat, old.body);
  INSERT INTO message_text (rowid, chat, body) VALUES (new.id, new.chat, new.body);
END;

CREATE TABLE authority (
  fingerprint TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  pem TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  -- JSON.
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
