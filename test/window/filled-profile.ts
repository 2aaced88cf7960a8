/** A profile that has been used for years, made before the window opens. */

import { join } from "node:path";
import type { ChatId } from "../../app/contract/ids.ts";
import { Log } from "../../app/base/log.ts";
import { Store } from "../../app/store/store.ts";
import { Vault } from "../../app/store/vault.ts";
import { MemoryKeychain } from "../lab/memory-keychain.ts";
import { storeScript } from "../lab/profile-folder.ts";
import { addAccount, message } from "../lab/stored-data.ts";
import { passphrase } from "./stage.ts";

const minuteMs = 60_000;
const silent = new Log("", () => undefined);

export interface FilledChat {
  readonly address: string;
  readonly name: string;
  readonly messages: number;
}

/** Fills a profile that was created with the tests' passphrase. Every message says its number, and one
 *  in nine is long. The account stays offline. Returns the chats in the order given. */
export async function fillProfile(folder: string, chats: readonly FilledChat[]): Promise<ChatId[]> {
  const vault = new Vault(folder, new MemoryKeychain(), silent);
  const key = await vault.openWithPassphrase(passphrase);
  if (!key.ok) throw new Error(key.error);
  const path = join(folder, "linnet.db");
  const opened = await Store.open({ path, key: key.value, script: storeScript, log: silent });
  if (!opened.ok) throw new Error(opened.error);
  const store = opened.value;
  const account = await addAccount(store, "juliet@verona.example", { isConnected: false });
  const contacts = chats.map(({ address, name }) => ({
    account: account.id,
    address,
    name,
    groups: [],
    subscription: "both" as const,
    isAsking: false,
  }));
  await store.ask("contacts", "replace", { account: account.id, version: "", contacts });
  const ids: ChatId[] = [];
  for (const [index, chat] of chats.entries()) {
    const now = Date.now() - index * minuteMs;
    for (let start = 0; start < chat.messages; start += 500) {
      const count = Math.min(500, chat.messages - start);
      const batch = Array.from({ length: count }, (_, offset) => {
        const number = start + offset + 1;
        return message(account.id, {
          address: chat.address,
          sentAt: now - (chat.messages - number) * minuteMs,
          body:
            number % 9 === 0
              ? `message ${number} ${"is a long one ".repeat(20)}`
              : `message ${number}`,
        });
      });
      await store.ask("messages", "receive", { batch, now });
    }
    const { chat: view } = await store.ask("chats", "openWith", {
      account: account.id,
      address: chat.address,
      now,
    });
    await store.ask("chats", "markRead", { id: view.id });
    ids.push(view.id);
  }
  await store.close();
  return ids;
}
