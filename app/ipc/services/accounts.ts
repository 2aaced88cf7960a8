import type { Profile } from "../../account/profile.ts";
import { success } from "../../base/result.ts";
import type { Handlers } from "../dispatcher.ts";
import type { Hub } from "../hub.ts";
import { whenOpen, withAccount } from "./open-profile.ts";

export function accountHandlers(profile: Profile, hub: Hub): Handlers["accounts"] {
  return {
    list: () =>
      whenOpen(profile, ({ accounts }) => {
        const number = hub.number("accounts");
        return success({ number, value: accounts.views });
      }),
    signIn: (_window, form) => whenOpen(profile, ({ accounts }) => accounts.signIn(form)),
    cancelSignIn: () =>
      whenOpen(profile, ({ accounts }) => {
        accounts.cancelSignIn();
        return success(null);
      }),
    remove: (_window, id) => whenOpen(profile, ({ accounts }) => accounts.remove(id)),
    setConnected: (_window, id, isConnected) =>
      withAccount(profile, id, async (account) => {
        await account.setConnected(isConnected);
        return success(null);
      }),
    reconnect: (_window, id) =>
      withAccount(profile, id, (account) => {
        account.reconnect();
        return success(null);
      }),
    setPassword: (_window, id, password) =>
      withAccount(profile, id, async (account) => {
        await account.setPassword(password);
        return success(null);
      }),
    setPresence: (_window, id, availability, status) =>
      withAccount(profile, id, async (account) => {
        await account.setPresence(availability, status);
        return success(null);
      }),
  };
}
