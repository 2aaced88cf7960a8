/** Questions about servers, and what people may see and change about whom to trust. */

import type { Profile } from "../../account/profile.ts";
import { success } from "../../base/result.ts";
import type { Handlers } from "../dispatcher.ts";
import type { Hub } from "../hub.ts";
import { whenOpen } from "./open-profile.ts";

export function trustHandlers(profile: Profile, hub: Hub): Handlers["trust"] {
  return {
    get: () =>
      whenOpen(profile, ({ trust }) => {
        const number = hub.number("trust");
        return success({ number, value: trust.view });
      }),
    question: (_window, id) => whenOpen(profile, ({ trust }) => trust.question(id)),
    decide: (_window, id, choice) =>
      whenOpen(profile, async ({ accounts, trust }) => {
        const decided = await trust.decide(id, choice);
        if (!decided.ok) return decided;
        if (choice !== "cancel") return accounts.continueAfter(id);
        accounts.cancelSignIn();
        return decided;
      }),
    authorities: (_window, filter, after) =>
      whenOpen(profile, async ({ trust }) => success(await trust.authorities(filter, after))),
    servers: () => whenOpen(profile, ({ trust }) => success(trust.servers())),
    distrusted: () => whenOpen(profile, async ({ trust }) => success(await trust.distrusted())),
    details: (_window, fingerprint) => whenOpen(profile, ({ trust }) => trust.details(fingerprint)),
    distrust: (_window, fingerprint) =>
      whenOpen(profile, async ({ settings, trust }) => {
        const distrusted = await trust.distrust(fingerprint);
        await settings.reloadAuthorities();
        return distrusted;
      }),
    restore: (_window, fingerprint) =>
      whenOpen(profile, async ({ settings, trust }) => {
        const restored = await trust.restore(fingerprint);
        await settings.reloadAuthorities();
        return restored;
      }),
    removeException: (_window, id) => whenOpen(profile, ({ trust }) => trust.removeException(id)),
    removePin: (_window, id) => whenOpen(profile, ({ trust }) => trust.removePin(id)),
    setRevocation: (_window, mode) =>
      whenOpen(profile, ({ settings }) => settings.setRevocation(mode)),
    setRemembersKeys: (_window, remembersKeys) =>
      whenOpen(profile, async ({ settings }) => {
        await settings.setRemembersKeys(remembersKeys);
        return success(null);
      }),
  };
}
