/** What the page shows. Plain data: no keys, passwords, private parts of certificates or raw stanzas. */

import type { AccountId, ChatId, MessageKey, Position } from "./ids.ts";
import type { ConnectionProblem, MessageFailure, StoreProblem } from "./problems.ts";

export type Availability = "chat" | "online" | "away" | "xa" | "dnd";

/** Whether the message store is open, and what has to happen before it is. */
export type VaultView =
  | { readonly kind: "opening" }
  /** No keychain here: the person chooses a passphrase. */
  | { readonly kind: "needs-passphrase"; readonly reason: "no-keychain" | "policy" }
  | { readonly kind: "locked" }
  | { readonly kind: "open" }
  | { readonly kind: "problem"; readonly problem: StoreProblem };

export type ConnectionView =
  /** The person chose to be offline. */
  | { readonly kind: "offline" }
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  /** Trying again by itself at `retryAt` (milliseconds since the epoch). */
  | { readonly kind: "waiting"; readonly retryAt: number; readonly problem: ConnectionProblem }
  /** Trying again would not help; the person has to do something. */
  | { readonly kind: "stopped"; readonly problem: ConnectionProblem };

export interface AccountView {
  readonly id: AccountId;
  readonly address: string;
  readonly connection: ConnectionView;
  readonly availability: Availability;
  readonly status: string;
}

/** The truth about a message of ours. */
export type Delivery =
  /** Not yet taken by the server; it will be sent, also after a restart. */
  | { readonly kind: "queued" }
  /** The server has acknowledged it. */
  | { readonly kind: "sent" }
  /** A device of the recipient has confirmed it. */
  | { readonly kind: "delivered" }
  | { readonly kind: "failed"; readonly reason: MessageFailure };

export interface MessageView {
  readonly key: MessageKey;
  readonly chat: ChatId;
  readonly position: Position;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  /** Null for messages of others. */
  readonly delivery: Delivery | null;
  readonly body: string;
  /** The sender's text was longer than what is kept. */
  readonly isCut: boolean;
}

export interface ChatView {
  readonly id: ChatId;
  readonly account: AccountId;
  readonly address: string;
  readonly name: string;
  /** The last message, null in a chat without any. */
  readonly last: {
    readonly text: string;
    readonly sentAt: number;
    readonly delivery: Delivery | null;
  } | null;
  readonly unread: number;
  /** Orders the list: the later the activity, the larger. */
  readonly activity: Position;
}

export type Subscription = "none" | "to" | "from" | "both";

export interface ContactView {
  readonly account: AccountId;
  readonly address: string;
  readonly name: string;
  readonly groups: readonly string[];
  readonly subscription: Subscription;
  /** We asked to see their presence and wait for an answer. */
  readonly isAsking: boolean;
  /** Null while none of their devices is online or we may not see it. */
  readonly presence: { readonly availability: Availability; readonly status: string } | null;
}

/** Somebody asks to see our presence. */
export interface RequestView {
  readonly account: AccountId;
  readonly address: string;
  readonly name: string;
  readonly receivedAt: number;
}

export type Theme = "system" | "light" | "dark";

export interface AuthorityView {
  readonly fingerprint: string;
  readonly subject: string;
  readonly expiresAt: number;
  /** Set by the administrator: it cannot be removed here. */
  readonly isByPolicy: boolean;
}

export interface SettingsView {
  readonly theme: Theme;
  readonly sendsReceipts: boolean;
  readonly authorities: readonly AuthorityView[];
}

export interface SearchHit {
  readonly message: MessageView;
  readonly chatName: string;
  readonly chatAddress: string;
}
