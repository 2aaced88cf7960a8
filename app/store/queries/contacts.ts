/** The roster as the server last told it, and people who ask to see our presence. */

import type { Database } from "@signalapp/sqlcipher";
import type { AccountId } from "../../contract/ids.ts";
import type { Subscription } from "../../contract/views.ts";
import { read, write } from "../query.ts";

export interface ContactRecord {
  readonly account: AccountId;
  readonly address: string;
  readonly name: string;
  readonly groups: readonly string[];
  readonly subscription: Subscription;
  readonly isAsking: boolean;
}

export interface RequestRecord {
  readonly account: AccountId;
  readonly address: string;
  readonly receivedAt: number;
}

interface Row {
  account: AccountId;
  address: string;
  name: string;
  subscription: Subscription;
  is_asking: number;
  groups: string;
}

const columns = "account, address, name, subscription, is_asking, groups";

/** One page in the order of names, from behind `after`. */
export const page = read(
  (
    db,
    { after, limit }: { after: { account: AccountId; address: string } | null; limit: number },
  ): ContactRecord[] => {
    const start = after
      ? db
          .prepare("SELECT sort_name FROM contact WHERE account = ? AND address = ?", {
            pluck: true,
          })
          .get([after.account, after.address])
      : "";
    const rows = db
      .prepare(
        `SELECT ${columns} FROM contact WHERE (sort_name, address, account) > (?, ?, ?)
         ORDER BY sort_name, address, account LIMIT ?`,
      )
      .all([start ?? "", after?.address ?? "", after?.account ?? 0, limit]);
    return (rows as unknown as Row[]).map(toRecord);
  },
);

export const ofAccount = read((db, { account }: { account: AccountId }): ContactRecord[] => {
  const rows = db.prepare(`SELECT ${columns} FROM contact WHERE account = ?`).all([account]);
  return (rows as unknown as Row[]).map(toRecord);
});

/** A whole roster takes the place of the old one (RFC 6121 §2.1.4). */
export const replace = write(
  (db, args: { account: AccountId; version: string; contacts: readonly ContactRecord[] }): null => {
    db.prepare("DELETE FROM contact WHERE account = ?").run([args.account]);
    for (const contact of args.contacts) put(db, contact);
    setVersion(db, args.account, args.version);
    return null;
  },
);

/** One roster push (RFC 6121 §2.1.6). */
export const update = write(
  (db, { contact, version }: { contact: ContactRecord; version: string }): null => {
    put(db, contact);
    setVersion(db, contact.account, version);
    return null;
  },
);

export const remove = write(
  (db, args: { account: AccountId; address: string; version: string }): null => {
    db.prepare("DELETE FROM contact WHERE account = ? AND address = ?").run([
      args.account,
      args.address,
    ]);
    setVersion(db, args.account, args.version);
    return null;
  },
);

export const requests = read((db, _all: null): RequestRecord[] => {
  const rows = db
    .prepare("SELECT account, address, received_at FROM subscription_request ORDER BY received_at")
    .all() as unknown as { account: AccountId; address: string; received_at: number }[];
  return rows.map((row) => ({
    account: row.account,
    address: row.address,
    receivedAt: row.received_at,
  }));
});

/** Keeps a request; false when it was known, or when there are too many to keep. */
export const addRequest = write(
  (db, { request, max }: { request: RequestRecord; max: number }): boolean => {
    const count = db
      .prepare("SELECT count(*) FROM subscription_request WHERE account = ?", { pluck: true })
      .get([request.account]);
    if (Number(count) >= max) return false;
    const { changes } = db
      .prepare(
        `INSERT INTO subscription_request (account, address, received_at) VALUES (?, ?, ?)
         ON CONFLICT DO NOTHING`,
      )
      .run([request.account, request.address, request.receivedAt]);
    return changes > 0;
  },
);

export const removeRequest = write(
  (db, { account, address }: { account: AccountId; address: string }): boolean =>
    db
      .prepare("DELETE FROM subscription_request WHERE account = ? AND address = ?")
      .run([account, address]).changes > 0,
);

function put(db: Database, contact: ContactRecord): void {
  const { account, address, name, subscription, isAsking, groups } = contact;
  db.prepare(
    `INSERT INTO contact (account, address, name, sort_name, subscription, is_asking, groups)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET name = excluded.name, sort_name = excluded.sort_name,
       subscription = excluded.subscription, is_asking = excluded.is_asking,
       groups = excluded.groups`,
  ).run([
    account,
    address,
    name,
    (name || address).toLocaleLowerCase(),
    subscription,
    Number(isAsking),
    JSON.stringify(groups),
  ]);
}

function setVersion(db: Database, account: AccountId, version: string): void {
  db.prepare("UPDATE account SET roster_version = ? WHERE id = ?").run([version, account]);
}

function toRecord(row: Row): ContactRecord {
  return {
    account: row.account,
    address: row.address,
    name: row.name,
    groups: JSON.parse(row.groups) as string[],
    subscription: row.subscription,
    isAsking: row.is_asking === 1,
  };
}
