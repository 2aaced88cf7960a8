/** The keys that work everywhere in the main screen. */

export type Shortcut =
  "new-chat" | "search" | "settings" | "previous-chat" | "next-chat" | "chats" | "contacts";

/** What a key press asks for, or null. Ctrl is Command on macOS. */
export function shortcutFor(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}): Shortcut | null {
  const isCommand = event.ctrlKey || event.metaKey;
  if (event.altKey && !isCommand && !event.shiftKey) {
    if (event.key === "ArrowUp") return "previous-chat";
    if (event.key === "ArrowDown") return "next-chat";
    return null;
  }
  if (!isCommand || event.altKey) return null;
  switch (event.key.toLowerCase()) {
    case "n":
      return "new-chat";
    case "k":
    case "f":
      return "search";
    case ",":
      return "settings";
    case "1":
      return "chats";
    case "2":
      return "contacts";
    default:
      return null;
  }
}
