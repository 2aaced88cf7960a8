/** Accounts and their secrets. */

import type { ContactKey } from "../../contract/changes.ts";
import type { AccountId, ChatId, IdentityId } from "../../contract/ids.ts";
import type { ManualServer } from "../../contract/services.ts";
import type { Availability } from "../../contract/views.ts";
import { read, write } from "../query.ts";

export interface AccountRecord {
  readonly id: AccountId;
  readonly address: string;
  readonly resource: string;
  readonly server: ManualServer | null;
  readonly isPlainAllowed: boolean;
  /** Whether the person wants the account online. */
  readonly isConnected: boolean;
  readonly availability: Availability;
  readonly status: string;
  readonly rosterVersion: string;
  /** The certificate it signs in with. */
  readonly identity: IdentityId | null;
}

export type NewAccount = Omit<AccountRecord, "id" | "rosterVersion" | "identity"> & {
  /** Null: it signs in with a certificate only. */
  readonly password: string | null;
  readonly identity?: IdentityId | null;
};

/** The rows that went with an account. */
export interface RemovedRows {
  readonly chats: readonly ChatId[];
  readonly contacts: readonly ContactKey[];
  readonly requests: readonly ContactKey[];
}

interface Row {
  id: AccountId;
  address: string;
  resource: string;
  server_host: string | null;
  server_port: number | null;
  server_tls: "direct" | "starttls" | null;
  is_plain_allowed: number;
  is_connected: number;
  availability: Availability;
  status: string;
  roster_version: string;
  identity: IdentityId | null;
}

const passwordSecret = "password";

export const list = read((db, _all: null): AccountRecord[] =>
  (db.prepare("SELECT * FROM account ORDER BY id").all() as unknown as Row[]).map(toRecord),
);

export const add = write((db, account: NewAccount): AccountRecord => {
  const { address, resource, server, isPlainAllowed, isConnected, availability, status } = account;
  const { identity = null } = account;
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO account (address, resource, server_host, server_port, server_tls,
         is_plain_allowed, is_connected, availability, status, identity)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run([
      address,
      resource,
      server?.host ?? null,
      server?.port ?? null,
      server?.tls ?? null,
      Number(isPlainAllowed),
      Number(isConnected),
      availability,
      status,
      identity,
    ]);
  if (account.password !== null) {
    db.prepare("INSERT INTO secret (account, name, value) VALUES (?, ?, ?)").run([
      lastInsertRowid,
      passwordSecret,
      account.password,
    ]);
  }
  const row = db.prepare("SELECT * FROM account WHERE id = ?").get([lastInsertRowid]);
  return toRecord(row as unknown as Row);
});

/** Deletes the account and everything of it. Returns what lists may be showing of it. */
export const remove = write((db, { id }: { id: AccountId }): RemovedRows => {
  const ofAccount = (column: string, table: string): unknown[] =>
    db.prepare(`SELECT ${column} FROM ${table} WHERE account = ?`, { pluck: true }).all([id]);
  const keysIn = (table: string): ContactKey[] =>
    ofAccount("address", table).map((address) => ({ account: id, address: String(address) }));
  const removed = {
    chats: ofAccount("id", "chat") as ChatId[],
    contacts: keysIn("contact"),
    requests: keysIn("subscription_request"),
  };
  db.prepare("DELETE FROM account WHERE id = ?").run([id]);
  return removed;
});

export const setPresence = write(
  (
    db,
    { id, availability, status }: { id: AccountId; availability: Availability; status: string },
  ): null => {
    db.prepare("UPDATE account SET availability = ?, status = ? WHERE id = ?").run([
      availability,
      status,
      id,
    ]);
    return null;
  },
);

export const setConnected = write(
  (db, { id, isConnected }: { id: AccountId; isConnected: boolean }): null => {
    db.prepare("UPDATE account SET is_connected = ? WHERE id = ?").run([Number(isConnected), id]);
    return null;
  },
);

export const setIdentity = write(
  (db, { id, identity }: { id: AccountId; identity: IdentityId | null }): null => {
    db.prepare("UPDATE account SET identity = ? WHERE id = ?").run([identity, id]);
    return null;
  },
);

export const setPassword = write((db, args: { id: AccountId; password: string }): null => {
  db.prepare(
    `INSERT INTO secret (account, name, value) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET value = excluded.value`,
  ).run([args.id, passwordSecret, args.password]);
  return null;
});

export const password = read((db, { id }: { id: AccountId }): string | null => {
  const value = db
    .prepare("SELECT value FROM secret WHERE account = ? AND name = ?", { pluck: true })
    .get([id, passwordSecret]);
  return typeof value === "string" ? value : null;
});

function toRecord(row: Row): AccountRecord {
  const { server_host: host, server_port: port, server_tls: tls } = row;
  return {
    id: row.id,
    address: row.address,
    resource: row.resource,
    server: host !== null && port !== null && tls !== null ? { host, port, tls } : null,
    isPlainAllowed: row.is_plain_allowed === 1,
    isConnected: row.is_connected === 1,
    availability: row.availability,
    status: row.status,
    rosterVersion: row.roster_version,
    identity: row.identity,
  };
}
