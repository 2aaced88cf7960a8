/** The first question a window asks, and opening the vault. */

import type { Profile } from "../../account/profile.ts";
import { success } from "../../base/result.ts";
import type { StartView } from "../../contract/services.ts";
import type { Handlers } from "../dispatcher.ts";
import type { Hub } from "../hub.ts";

export interface ProgramFacts {
  readonly platform: StartView["platform"];
  readonly version: string;
}

/** @param onPainted is called each time a page has painted its first screen */
export function appHandlers(
  profile: Profile,
  hub: Hub,
  facts: ProgramFacts,
  onPainted: () => void,
): Handlers["app"] {
  return {
    start() {
      const number = hub.number("vault");
      return success({ number, value: { vault: profile.vault, ...facts } });
    },
    painted() {
      onPainted();
      return success(null);
    },
  };
}

export function vaultHandlers(profile: Profile): Handlers["vault"] {
  return {
    createPassphrase: (_window, passphrase) => profile.createPassphrase(passphrase),
    unlock: (_window, passphrase) => profile.unlock(passphrase),
    startAfresh: () => profile.startAfresh(),
  };
}
