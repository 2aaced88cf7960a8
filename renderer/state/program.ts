/** Everything the page knows, made once and handed down: no component talks to the bridge itself
 *  except through these. */

import { createMemo, createSignal, onCleanup, untrack, type Accessor } from "solid-js";
import type { StartView } from "../../app/contract/services.ts";
import type { SettingsView, VaultView } from "../../app/contract/views.ts";
import type { Bridge } from "../bridge.ts";
import { makeAccounts, type AccountsState } from "./accounts.ts";
import { makeChats, type ChatsState } from "./chats.ts";
import { makeContacts, type ContactsState } from "./contacts.ts";
import { makeIdentities, type IdentitiesState } from "./identities.ts";
import { makeNavigation, type Navigation } from "./navigation.ts";
import { openTimeline, type Timeline } from "./timeline.ts";

export interface Program {
  readonly bridge: Bridge;
  readonly vault: Accessor<VaultView>;
  readonly facts: Accessor<Omit<StartView, "vault"> | null>;
  readonly settings: Accessor<SettingsView | null>;
  readonly accounts: AccountsState;
  readonly chats: ChatsState;
  readonly contacts: ContactsState;
  readonly identities: IdentitiesState;
  readonly navigation: Navigation;
  /** The messages of the chat that is open. */
  readonly timeline: Accessor<Timeline | null>;
  /** Everything for the first screen has arrived; from then on true. */
  readonly isReady: Accessor<boolean>;
}

/** Asks for everything the first screen shows, at once: what is not open yet follows when it is. */
export function makeProgram(bridge: Bridge): Program {
  const [vault, setVault] = createSignal<VaultView>({ kind: "opening" });
  const [facts, setFacts] = createSignal<Omit<StartView, "vault"> | null>(null);
  const [settings, setSettings] = createSignal<SettingsView | null>(null);
  const accounts = makeAccounts(bridge);
  const chats = makeChats(bridge);
  const contacts = makeContacts(bridge);
  const identities = makeIdentities(bridge);
  const navigation = makeNavigation(bridge, chats);
  const timeline = createMemo<Timeline | null>(() => {
    const open = vault().kind === "open" ? navigation.chat() : null;
    if (!open) return null;
    const opened = untrack(() => openTimeline(bridge, open.id, open.anchor));
    onCleanup(opened.close);
    return opened;
  });
  // Painted once and whole: list, names and chat come at the same time, and drawing each by itself
  // takes longer than waiting for the last.
  const isReady = createMemo<boolean>(
    (wasReady) =>
      wasReady || (accounts.isLoaded() && chats.isLoaded() && (timeline()?.isLoaded() ?? true)),
    false,
  );

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
    void identities.load();
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
  return {
    bridge,
    vault,
    facts,
    settings,
    accounts,
    chats,
    contacts,
    identities,
    navigation,
    timeline,
    isReady,
  };
}
