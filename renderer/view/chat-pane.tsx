/** The list of chats, or what a search found. */

import PenLine from "lucide-solid/icons/pen-line";
import Search from "lucide-solid/icons/search";
import X from "lucide-solid/icons/x";
import { createSignal, Show, type JSX } from "solid-js";
import type { ChatView } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { briefTime } from "../text/time.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { DeliveryMark } from "../ui/delivery-mark.tsx";
import { RowList } from "../ui/row-list.tsx";
import { Empty, Pane } from "../ui/pane.tsx";
import { useProgram } from "../ui/program-context.ts";
import type { OpenDialog } from "./main-screen.tsx";
import { SearchResults } from "./search-results.tsx";
import styles from "./chat-pane.module.css";

const rowHeight = 68;

export function ChatPane(props: { readonly onDialog: (dialog: OpenDialog) => void }): JSX.Element {
  const { chats, navigation } = useProgram();
  const [query, setQuery] = createSignal("");
  let searchField: HTMLInputElement | undefined;
  const clear = (): void => {
    setQuery("");
    if (searchField) searchField.value = "";
  };
  const newChat = (): void => {
    props.onDialog("new-chat");
  };
  return (
    <Pane
      title={text.chats.title}
      actions={
        <IconButton label={text.chats.newChat} shortcut="Ctrl+N" onClick={newChat}>
          <PenLine size={20} />
        </IconButton>
      }
    >
      <div class={styles["search"]} role="search">
        <Search size={16} aria-hidden="true" />
        <input
          ref={(input) => (searchField = input)}
          data-search
          type="text"
          aria-label={text.chats.search}
          placeholder={text.chats.search}
          maxLength={256}
          spellcheck={false}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") clear();
          }}
        />
        <Show when={query() !== ""}>
          <IconButton label={text.chats.clearSearch} class={styles["clear"] ?? ""} onClick={clear}>
            <X size={16} />
          </IconButton>
        </Show>
      </div>
      <Show when={query().trim() === ""} fallback={<SearchResults query={query().trim()} />}>
        <Show
          when={chats.all().length > 0}
          fallback={
            <Show when={chats.isLoaded()}>
              <Empty title={text.chats.empty} hint={text.chats.emptyHint}>
                <Button kind="primary" onClick={newChat}>
                  {text.chats.newChat}
                </Button>
              </Empty>
            </Show>
          }
        >
          <RowList
            label={text.chats.list}
            rows={chats.all()}
            rowHeight={rowHeight}
            isSelected={(chat) => chat.id === navigation.chat()?.id}
            onChoose={(chat) => {
              navigation.openChat(chat.id);
            }}
            onNearEnd={() => void chats.loadMore()}
          >
            {(chat) => <ChatRow chat={chat} />}
          </RowList>
        </Show>
      </Show>
    </Pane>
  );
}

export function ChatRow(props: { readonly chat: ChatView }): JSX.Element {
  const { contacts } = useProgram();
  const presence = (): ReturnType<typeof contacts.find> =>
    contacts.find(props.chat.account, props.chat.address);
  return (
    <div class={styles["row"]}>
      <Avatar
        address={props.chat.address}
        name={props.chat.name}
        availability={presence()?.presence?.availability}
      />
      <div class={styles["text"]}>
        <div class={styles["line"]}>
          <span class={styles["name"]}>{props.chat.name}</span>
          <Show when={presence()?.presence}>
            {(known) => <span class="only-spoken">{text.availability[known().availability]}</span>}
          </Show>
          <Show when={props.chat.last}>
            {(last) => <time class={styles["time"]}>{briefTime(last().sentAt, Date.now())}</time>}
          </Show>
        </div>
        <div class={styles["line"]}>
          <span class={styles["preview"]}>
            <Show when={props.chat.last?.delivery}>
              {(delivery) => <DeliveryMark delivery={delivery()} />}
            </Show>
            <span>{props.chat.last?.text ?? text.chats.noLast}</span>
          </span>
          <Show when={props.chat.unread > 0}>
            <span class={styles["unread"]} aria-hidden="true">
              {props.chat.unread > 999 ? "999+" : props.chat.unread}
            </span>
            <span class="only-spoken">{text.chats.unread(props.chat.unread)}</span>
          </Show>
        </div>
      </div>
    </div>
  );
}
