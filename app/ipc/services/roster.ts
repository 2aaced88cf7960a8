import type { Account } from "../../account/account.ts";
import type { Profile } from "../../account/profile.ts";
import { failure, success, type Result } from "../../base/result.ts";
import type { AccountId } from "../../contract/ids.ts";
import { contractLimits } from "../../contract/limits.ts";
import type { AppError } from "../../contract/problems.ts";
import { parseBareJid, type BareJid } from "../../xmpp/jid.ts";
import type { Handlers } from "../dispatcher.ts";
import type { Hub } from "../hub.ts";
import { whenOpen, withAccount } from "./open-profile.ts";

const pageRows = contractLimits.rowsPerPageMax;

export function rosterHandlers(profile: Profile, hub: Hub): Handlers["roster"] {
  const withContact = (
    id: AccountId,
    text: string,
    change: (account: Account, address: BareJid) => Promise<Result<null, AppError>>,
  ): ReturnType<typeof withAccount<null>> =>
    withAccount(profile, id, (account) => {
      const address = parseBareJid(text.trim());
      return address?.includes("@")
        ? change(account, address)
        : failure({ kind: "invalid-address" });
    });
  return {
    contacts: (_window, after) =>
      whenOpen(profile, async ({ store, accounts }) => {
        const number = hub.number("contacts");
        const found = await store.ask("contacts", "page", { after, limit: pageRows + 1 });
        const rows = found
          .slice(0, pageRows)
          .flatMap((record) => accounts.get(record.account)?.roster.view(record) ?? []);
        return success({ number, value: { rows, hasMore: found.length > pageRows } });
      }),
    requests: () =>
      whenOpen(profile, async ({ store, accounts }) => {
        const number = hub.number("requests");
        const records = await store.ask("contacts", "requests", null);
        const value = records.flatMap(
          (record) => accounts.get(record.account)?.roster.requestView(record) ?? [],
        );
        return success({ number, value });
      }),
    add: (_window, id, text, name) =>
      withContact(id, text, (account, address) => account.roster.add(address, name)),
    rename: (_window, id, text, name) =>
      withContact(id, text, (account, address) => account.roster.rename(address, name)),
    remove: (_window, id, text) =>
      withContact(id, text, (account, address) => account.roster.remove(address)),
    accept: (_window, id, text) =>
      withContact(id, text, (account, address) => account.roster.accept(address)),
    decline: (_window, id, text) =>
      withContact(id, text, (account, address) => account.roster.decline(address)),
  };
}
