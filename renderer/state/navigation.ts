/** Where the person is: which section, which chat, and at which message. */

import { createSignal, type Accessor } from "solid-js";
import type { AccountId, ChatId, MessageKey } from "../../app/contract/ids.ts";
import type { AppError } from "../../app/contract/problems.ts";
import type { Anchor } from "../../app/contract/services.ts";
import type { Bridge } from "../bridge.ts";
import type { ChatsState } from "./chats.ts";

export type Section = "chats" | "contacts";

/** The chat on the screen. A new object each time one is opened, also for the same chat. */
export interface OpenChat {
  readonly id: ChatId;
  readonly anchor: Anchor;
}

export interface Navigation {
  readonly section: Accessor<Section>;
  readonly setSection: (section: Section) => void;
  readonly chat: Accessor<OpenChat | null>;
  readonly openChat: (id: ChatId) => void;
  readonly openMessage: (id: ChatId, key: MessageKey) => void;
  readonly closeChat: () => void;
  /** Opens the chat with an address, making it if there is none. Returns why not. */
  readonly openWith: (account: AccountId, address: string) => Promise<AppError | null>;
  /** Opens the chat `step` places further down the list. */
  readonly moveBy: (step: 1 | -1) => void;
}

/** Kept in the page's own storage: a row number, nothing secret. */
const lastChatKey = "last-chat";

export function makeNavigation(bridge: Bridge, chats: ChatsState): Navigation {
  const [section, setSection] = createSignal<Section>("chats");
  const [chat, setChat] = createSignal<OpenChat | null>(lastChat());

  const open = (next: OpenChat): void => {
    localStorage.setItem(lastChatKey, String(next.id));
    setChat(next);
  };
  const openChat = (id: ChatId): void => {
    open({ id, anchor: { kind: "end" } });
  };
  return {
    section,
    setSection,
    chat,
    openChat,
    openMessage: (id, key) => {
      open({ id, anchor: { kind: "message", key } });
    },
    closeChat: () => {
      localStorage.removeItem(lastChatKey);
      setChat(null);
    },
    openWith: async (account, address) => {
      const reply = await bridge.call("chats", "openWith", account, address);
      if (!reply.ok) return reply.error;
      chats.put(reply.value);
      setSection("chats");
      openChat(reply.value.id);
      return null;
    },
    moveBy: (step) => {
      const all = chats.all();
      const index = all.findIndex((each) => each.id === chat()?.id);
      const next = all[index === -1 ? 0 : index + step];
      if (next) openChat(next.id);
    },
  };
}

/** What was open when the page was last used. */
function lastChat(): OpenChat | null {
  const id = Number(localStorage.getItem(lastChatKey));
  return Number.isSafeInteger(id) && id > 0 ? { id: id as ChatId, anchor: { kind: "end" } } : null;
}
