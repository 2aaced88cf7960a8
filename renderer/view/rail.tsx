/** The narrow bar on the left: sections, settings, and oneself. */

import MessageCircle from "lucide-solid/icons/message-circle";
import Settings from "lucide-solid/icons/settings";
import Users from "lucide-solid/icons/users";
import { For, Show, type JSX } from "solid-js";
import type { AccountView } from "../../app/contract/views.ts";
import type { Section } from "../state/navigation.ts";
import { text } from "../text/index.ts";
import { Avatar, localPart } from "../ui/avatar.tsx";
import { useProgram } from "../ui/program-context.ts";
import type { OpenDialog } from "./main-screen.tsx";
import styles from "./rail.module.css";

export function Rail(props: { readonly onDialog: (dialog: OpenDialog) => void }): JSX.Element {
  const { accounts, chats, contacts, navigation } = useProgram();
  const unread = (): number => chats.all().reduce((sum, chat) => sum + chat.unread, 0);
  return (
    <nav class={styles["rail"]} aria-label={text.navigation.label}>
      <SectionButton section="chats" label={text.navigation.chats} count={unread()}>
        <MessageCircle size={22} />
      </SectionButton>
      <SectionButton
        section="contacts"
        label={text.navigation.contacts}
        count={contacts.requests().length}
      >
        <Users size={22} />
      </SectionButton>
      <div class={styles["gap"]} />
      <button
        type="button"
        class={styles["item"]}
        aria-label={text.navigation.settings}
        title={`${text.navigation.settings} (Ctrl+,)`}
        onClick={() => {
          props.onDialog("settings");
        }}
      >
        <Settings size={22} />
      </button>
      <For each={accounts.all()}>
        {(account) => (
          <button
            type="button"
            class={styles["self"]}
            aria-label={text.navigation.you(account.address, stateOf(account))}
            title={`${account.address}: ${stateOf(account)}`}
            onClick={() => {
              props.onDialog("status");
            }}
          >
            <Avatar
              size="s"
              address={account.address}
              name={localPart(account.address)}
              availability={account.connection.kind === "online" ? account.availability : "offline"}
            />
          </button>
        )}
      </For>
    </nav>
  );

  function SectionButton(button: {
    readonly section: Section;
    readonly label: string;
    readonly count: number;
    readonly children: JSX.Element;
  }): JSX.Element {
    return (
      <button
        type="button"
        class={styles["item"]}
        aria-label={button.label}
        title={button.label}
        aria-current={navigation.section() === button.section ? "page" : undefined}
        onClick={() => {
          navigation.setSection(button.section);
        }}
      >
        {button.children}
        <Show when={button.count > 0}>
          <span class={styles["badge"]}>{button.count > 99 ? "99+" : button.count}</span>
        </Show>
      </button>
    );
  }
}

/** How an account is, in one or two words. */
export function stateOf(account: AccountView): string {
  switch (account.connection.kind) {
    case "online":
      return text.availability[account.availability];
    case "connecting":
      return text.connection.connecting;
    case "offline":
    case "waiting":
    case "stopped":
      return text.connection.offline;
  }
}
