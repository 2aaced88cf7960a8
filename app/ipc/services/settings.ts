import type { Profile } from "../../account/profile.ts";
import { failure, success } from "../../base/result.ts";
import type { Theme } from "../../contract/views.ts";
import type { Handlers } from "../dispatcher.ts";
import type { Hub } from "../hub.ts";
import { whenOpen } from "./open-profile.ts";

export interface SettingsDesktop {
  /** Asks the person for a file with certificates and reads it. Null: they changed their mind. */
  chooseCertificateFile(): Promise<Uint8Array | "unreadable" | null>;
  applyTheme(theme: Theme): void;
}

export function settingsHandlers(
  profile: Profile,
  hub: Hub,
  desktop: SettingsDesktop,
): Handlers["settings"] {
  return {
    get: () =>
      whenOpen(profile, ({ settings }) => {
        const number = hub.number("settings");
        return success({ number, value: settings.view });
      }),
    setTheme: (_window, theme) =>
      whenOpen(profile, async ({ settings }) => {
        await settings.setTheme(theme);
        desktop.applyTheme(theme);
        return success(null);
      }),
    setSendsReceipts: (_window, sendsReceipts) =>
      whenOpen(profile, async ({ settings }) => {
        await settings.setSendsReceipts(sendsReceipts);
        return success(null);
      }),
    importAuthorities: (_window, dropped) =>
      whenOpen(profile, async ({ settings }) => {
        const file = dropped ?? (await desktop.chooseCertificateFile());
        if (file === null) return failure({ kind: "cancelled" });
        if (file === "unreadable") return failure({ kind: "authority", problem: "unreadable" });
        const imported = await settings.importAuthorities(file);
        return imported.ok ? imported : failure({ kind: "authority", problem: imported.error });
      }),
    removeAuthority: (_window, fingerprint) =>
      whenOpen(profile, ({ settings }) => settings.removeAuthority(fingerprint)),
  };
}
