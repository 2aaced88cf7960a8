/** Everything the page knows, made once and handed down: no component talks to the bridge itself
 *  except through these. */

import { createSignal, type Accessor } from "solid-js";
import type { StartView } from "../../app/contract/services.ts";
import type { SettingsView, VaultView } from "../../app/contract/views.ts";
import type { Bridge } from "../bridge.ts";
import { makeAccounts, type AccountsState } from "./accounts.ts";
import { makeChats, type ChatsState } from "./chats.ts";
import { makeContacts, type ContactsState } from "./contacts.ts";
import { makeNavigation, type Navigation } from "./navigation.ts";

export interface Program {
  readonly bridge: Bridge;
  readonly vault: Accessor<VaultView>;
  readonly facts: Accessor<Omit<StartView, "vault"> | null>;
  readonly settings: Accessor<SettingsView | null>;
  readonly accounts: AccountsState;
  readonly chats: ChatsState;
  readonly contacts: ContactsState;
  readonly navigation: Navigation;
}

/** Asks for everything the first screen shows, at once: what is not open yet follows when it is. */
export function makeProgram(bridge: Bridge): Program {
  const [vault, setVault] = createSignal<VaultView>({ kind: "opening" });
  const [facts, setFacts] = createSignal<Omit<StartView, "vault"> | null>(null);
  const [settings, setSettings] = createSignal<SettingsView | null>(null);
  const accounts = makeAccounts(bridge);
  const chats = makeChats(bridge);
  const contacts = makeContacts(bridge);
  const navigation = makeNavigation(bridge, chats);

  const loadSettings = async (): Promise<void> => {
    const reply = await bridge.call("settings", "get");
    if (!reply.ok) return;
    setSettings(reply.value.value);
    bridge.follow("settings", reply.value.number, setSettings, () => void loadSettings());
  };
  const loadAll = (): void => {
    void accounts.load();
    void chats.load();
    void contacts.load();
    void loadSettings();
  };
  const onVault = (next: VaultView): void => {
    const wasOpen = vault().kind === "open";
    setVault(next);
    if (next.kind === "open" && !wasOpen) loadAll();
  };
  const start = async (): Promise<void> => {
    const reply = await bridge.call("app", "start");
    if (!reply.ok) return;
    const { vault: view, ...rest } = reply.value.value;
    setFacts(rest);
    bridge.follow("vault", reply.value.number, onVault, () => void start());
    onVault(view);
  };
  void start();
  return { bridge, vault, facts, settings, accounts, chats, contacts, navigation };
}
