/** What the page shows. Plain data: no keys, passwords, private parts of certificates or raw stanzas. */

import type { AccountId, ChatId, IdentityId, MessageKey, Position } from "./ids.ts";
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

/** What speaks against signing in with a certificate. */
export type IdentityProblem =
  /** Milliseconds since the epoch, as everywhere. */
  | { readonly kind: "expired"; readonly notAfter: number }
  | { readonly kind: "not-yet-valid"; readonly notBefore: number }
  /** Made for something else, for example a server. */
  | { readonly kind: "no-client-auth" }
  /** It names no chat address at all. */
  | { readonly kind: "no-address" }
  /** It is used for an account whose address it does not name. */
  | { readonly kind: "other-address"; readonly address: string }
  | { readonly kind: "weak-key" }
  /** These two keep it from being imported. */
  | { readonly kind: "key-does-not-match" }
  | { readonly kind: "unsupported-key" };

/** What a certificate says of itself. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** The chat addresses it is for. */
  readonly addresses: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A certificate to sign in with; its key stays in the main process. */
export interface IdentityView {
  readonly id: IdentityId;
  readonly name: string;
  /** Whom it was made for here; null for one that came from a file. */
  readonly address: string | null;
  /** False while a request waits for the authority's reply; then the next two are null. */
  readonly hasCertificate: boolean;
  /** SHA-256, hexadecimal. */
  readonly fingerprint: string | null;
  readonly facts: CertificateFacts | null;
  readonly problems: readonly IdentityProblem[];
  readonly usedBy: readonly AccountId[];
  /** It is in use and ends in at most so many days, and the person has not been told yet. */
  readonly reminderDays: number | null;
}

/** One of several keys in a file. */
export interface FoundKeyView {
  readonly index: number;
  readonly name: string;
  readonly facts: CertificateFacts | null;
  readonly problems: readonly IdentityProblem[];
  readonly isUsable: boolean;
}

/** How far the import of a file has come. */
export type ImportView =
  | { readonly kind: "password-needed"; readonly file: string; readonly wasWrong: boolean }
  | { readonly kind: "choose"; readonly keys: readonly FoundKeyView[] }
  | { readonly kind: "imported"; readonly identity: IdentityView };

/** A certificate that the server keeps for an account (XEP-0257). */
export interface ServerCertificateView {
  readonly name: string;
  readonly fingerprint: string | null;
  readonly facts: CertificateFacts | null;
  /** Devices that are signed in with it. */
  readonly users: readonly string[];
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
