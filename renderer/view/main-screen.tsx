/** The main screen: rail, list, conversation. */

import { createSignal, Match, onCleanup, onMount, Show, Switch, type JSX } from "solid-js";
import { text } from "../text/index.ts";
import { useProgram } from "../ui/program-context.ts";
import { AddContactDialog } from "./add-contact-dialog.tsx";
import { CertificatesPage } from "./certificates/certificates-page.tsx";
import { ChatPane } from "./chat-pane.tsx";
import { ConnectionLines } from "./connection-line.tsx";
import { ContactPane } from "./contact-pane.tsx";
import { Conversation } from "./conversation.tsx";
import { ExpiryLines } from "./expiry-lines.tsx";
import { NewChatDialog } from "./new-chat-dialog.tsx";
import { Rail } from "./rail.tsx";
import { SettingsDialog } from "./settings-dialog.tsx";
import { shortcutFor } from "./shortcuts.ts";
import { StatusDialog } from "./status-dialog.tsx";
import styles from "./main-screen.module.css";

export type OpenDialog = "settings" | "new-chat" | "add-contact" | "status" | "connection";

export function MainScreen(): JSX.Element {
  const { navigation } = useProgram();
  const [dialog, setDialog] = createSignal<OpenDialog | null>(null);
  const close = (): void => {
    setDialog(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    const shortcut = shortcutFor(event);
    if (!shortcut || dialog()) return;
    event.preventDefault();
    switch (shortcut) {
      case "new-chat":
      case "settings":
        setDialog(shortcut);
        return;
      case "search":
        navigation.setSection("chats");
        document.querySelector<HTMLInputElement>("[data-search]")?.focus();
        return;
      case "previous-chat":
        navigation.moveBy(-1);
        return;
      case "next-chat":
        navigation.moveBy(1);
        return;
      case "chats":
        navigation.setSection("chats");
        return;
      case "contacts":
        navigation.setSection("contacts");
    }
  };
  onMount(() => {
    window.addEventListener("keydown", onKey);
    onCleanup(() => {
      window.removeEventListener("keydown", onKey);
    });
  });
  return (
    <div class={styles["main"]} data-chat-open={navigation.chat() !== null}>
      <Rail onDialog={setDialog} />
      <section class={styles["list"]} aria-label={text.navigation[navigation.section()]}>
        <Switch>
          <Match when={navigation.section() === "chats"}>
            <ChatPane onDialog={setDialog} />
          </Match>
          <Match when={navigation.section() === "contacts"}>
            <ContactPane onDialog={setDialog} />
          </Match>
        </Switch>
        <ExpiryLines />
        <ConnectionLines />
      </section>
      <main class={styles["conversation"]}>
        <Conversation onDialog={setDialog} />
      </main>
      <Show when={dialog() === "settings"}>
        <SettingsDialog onClose={close} />
      </Show>
      <Show when={dialog() === "new-chat"}>
        <NewChatDialog onClose={close} />
      </Show>
      <Show when={dialog() === "add-contact"}>
        <AddContactDialog onClose={close} />
      </Show>
      <Show when={dialog() === "connection"}>
        <CertificatesPage tab="servers" onClose={close} />
      </Show>
      <Show when={dialog() === "status"}>
        <StatusDialog onClose={close} />
      </Show>
    </div>
  );
}
