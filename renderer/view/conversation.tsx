/** The open chat: who it is with, what was said, and a place to answer. */

import ArrowLeft from "lucide-solid/icons/arrow-left";
import Lock from "lucide-solid/icons/lock";
import { createMemo, Show, type JSX } from "solid-js";
import type { ChatView, ContactView } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Bird } from "../ui/bird.tsx";
import { IconButton } from "../ui/button.tsx";
import { useProgram } from "../ui/program-context.ts";
import { Composer } from "./composer.tsx";
import type { OpenDialog } from "./main-screen.tsx";
import { TimelineView } from "./timeline-view.tsx";
import styles from "./conversation.module.css";

export function Conversation(props: {
  readonly onDialog: (dialog: OpenDialog) => void;
}): JSX.Element {
  const { chats, navigation, timeline } = useProgram();
  const chat = createMemo(() => {
    const open = navigation.chat();
    return open ? chats.find(open.id) : undefined;
  });
  return (
    <Show when={chat()} fallback={<NoChat />}>
      {(current) => (
        <div class={styles["conversation"]}>
          <ConversationHeader chat={current()} onDialog={props.onDialog} />
          <Show when={timeline()} keyed>
            {(open) => <TimelineView timeline={open} chat={current()} />}
          </Show>
          <Composer chat={current()} />
        </div>
      )}
    </Show>
  );
}

function ConversationHeader(props: {
  readonly chat: ChatView;
  readonly onDialog: (dialog: OpenDialog) => void;
}): JSX.Element {
  const { contacts, navigation } = useProgram();
  const contact = (): ContactView | undefined =>
    contacts.find(props.chat.account, props.chat.address);
  return (
    <header class={styles["header"]}>
      <IconButton
        label={text.common.back}
        class={styles["back"] ?? ""}
        onClick={() => {
          navigation.closeChat();
        }}
      >
        <ArrowLeft size={20} />
      </IconButton>
      <Avatar
        size="s"
        address={props.chat.address}
        name={props.chat.name}
        availability={contact()?.presence?.availability}
      />
      <div class={styles["who"]}>
        <h2>{props.chat.name}</h2>
        <p>{stateLine(props.chat, contact())}</p>
      </div>
      <IconButton
        label={text.conversation.connection}
        class={styles["connection"] ?? ""}
        onClick={() => {
          props.onDialog("connection");
        }}
      >
        <Lock size={18} />
      </IconButton>
    </header>
  );
}

/** What is known of the other person right now, and always how they are addressed. */
function stateLine(chat: ChatView, contact: ContactView | undefined): string {
  const presence = contact?.presence;
  if (!presence) return chat.address;
  const state = presence.status || text.availability[presence.availability];
  return `${chat.address} · ${state}`;
}

function NoChat(): JSX.Element {
  return (
    <div class={styles["none"]}>
      <Bird size={88} />
      <p>{text.chats.noneSelected}</p>
      <p class={styles["hint"]}>{text.chats.noneSelectedHint}</p>
    </div>
  );
}
