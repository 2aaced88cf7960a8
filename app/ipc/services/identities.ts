/** Certificates to sign in with: asks for files and passes on; the work is done in app/trust. */

import type { Profile } from "../../account/profile.ts";
import { failure, success, type Result } from "../../base/result.ts";
import type { IdentityId } from "../../contract/ids.ts";
import type { AppError } from "../../contract/problems.ts";
import { parseBareJid } from "../../xmpp/jid.ts";
import type { Handlers } from "../dispatcher.ts";
import type { Hub } from "../hub.ts";
import { whenOpen, withAccount } from "./open-profile.ts";

interface ChosenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface IdentityDesktop {
  /** Asks the person for a file and reads it. Null: they changed their mind. */
  chooseKeyFile(): Promise<ChosenFile | "unreadable" | null>;
  /** Asks where to write a file. The function writes it and says whether that worked. */
  choosePlace(
    suggestedName: string,
  ): Promise<((bytes: Uint8Array | string) => Promise<boolean>) | null>;
}

export function identityHandlers(
  profile: Profile,
  hub: Hub,
  desktop: IdentityDesktop,
): Handlers["identities"] {
  const chooseFile = async (): Promise<Result<ChosenFile, AppError>> => {
    const file = await desktop.chooseKeyFile();
    if (file === null) return failure({ kind: "cancelled" });
    if (file === "unreadable") return failure({ kind: "identity", problem: "unreadable" });
    return success(file);
  };
  return {
    list: () =>
      whenOpen(profile, ({ identities }) => {
        const number = hub.number("identities");
        return success({ number, value: identities.views });
      }),
    importFile: (_window, password) =>
      whenOpen(profile, async ({ identities }) => {
        const locked = password === null ? null : identities.lockedFile;
        if (password !== null && !locked) return failure({ kind: "not-found" });
        const file = locked ? success(locked) : await chooseFile();
        return file.ok ? identities.importFile(file.value, password) : file;
      }),
    choose: (_window, index) => whenOpen(profile, ({ identities }) => identities.choose(index)),
    cancel: () =>
      whenOpen(profile, ({ identities }) => {
        identities.cancel();
        return success(null);
      }),
    create: (_window, kind, text, issued) =>
      whenOpen(profile, async ({ identities }) => {
        const address = parseBareJid(text.trim());
        if (!address?.includes("@")) return failure({ kind: "invalid-address" });
        // Asked first: who changes their mind has made no key.
        const write = issued === "request" ? await desktop.choosePlace(`${address}.csr`) : null;
        if (issued === "request" && !write) return failure({ kind: "cancelled" });
        const made = await identities.create(kind, address, issued);
        if (!made.ok) return made;
        const { identity, request } = made.value;
        if (request !== null && !(await write?.(request))) {
          // Nobody can answer a request that nobody has.
          await identities.remove(identity.id);
          return failure({ kind: "identity", problem: "not-written" });
        }
        return success(identity);
      }),
    importReply: (_window, id) =>
      whenOpen(profile, async ({ identities }) => {
        const file = await chooseFile();
        return file.ok ? identities.importReply(id, file.value) : file;
      }),
    exportFile: (_window, id, password) =>
      whenOpen(profile, async ({ identities }) => {
        const view = identities.views.find((each) => each.id === id);
        if (!view?.hasCertificate) return failure({ kind: "not-found" });
        const write = await desktop.choosePlace(`${fileName(view.name)}.p12`);
        if (!write) return failure({ kind: "cancelled" });
        const bytes = await identities.export(id, password);
        if (!bytes.ok) return bytes;
        return (await write(bytes.value))
          ? success(null)
          : failure({ kind: "identity", problem: "not-written" });
      }),
    rename: (_window, id, name) =>
      whenOpen(profile, ({ identities }) => identities.rename(id, name)),
    remove: (_window, id) => whenOpen(profile, ({ identities }) => identities.remove(id)),
    useFor: (_window, id, identity) =>
      whenKnown(profile, identity, () =>
        withAccount(profile, id, async (account) => {
          await account.setIdentity(identity);
          await profile.opened?.identities.refresh();
          return success(null);
        }),
      ),
    dismissReminder: (_window, id) =>
      whenOpen(profile, ({ identities }) => identities.dismissReminder(id)),
    onServer: (_window, id) => withAccount(profile, id, (account) => account.certificates.list()),
    addToServer: (_window, id, identity) =>
      withAccount(profile, id, (account) => account.certificates.add(identity)),
    disableOnServer: (_window, id, name) =>
      withAccount(profile, id, (account) => account.certificates.disable(name)),
    revokeOnServer: (_window, id, name) =>
      withAccount(profile, id, (account) => account.certificates.revoke(name)),
  };
}

/** For a choice that must be one of those there are; null is one of them. */
function whenKnown<T>(
  profile: Profile,
  identity: IdentityId | null,
  answer: () => Promise<Result<T, AppError>> | Result<T, AppError>,
): Promise<Result<T, AppError>> | Result<T, AppError> {
  return whenOpen(profile, ({ identities }) => {
    const isKnown =
      identity === null ||
      identities.views.some(({ id, hasCertificate }) => id === identity && hasCertificate);
    return isKnown ? answer() : failure({ kind: "not-found" });
  });
}

/** What every file system takes. */
function fileName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}@._ -]/gu, "_").slice(0, 100);
}
