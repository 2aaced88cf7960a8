/** Publishes what a write to the message table changed. */

import type { MessageView } from "../contract/views.ts";
import type { MessageChanges } from "../store/queries/messages.ts";
import type { Publisher } from "./publisher.ts";

export function publishMessages(publisher: Publisher, changes: MessageChanges): void {
  const byChat = Map.groupBy(changes.messages, (message: MessageView) => message.chat);
  for (const [chat, upserts] of byChat) {
    publisher.publish("timeline", { chat, upserts, removals: [] });
  }
  if (changes.chats.length > 0) {
    publisher.publish("chats", { upserts: changes.chats, removals: [] });
  }
}
