/** What the main process tells the page by itself. Changes carry whole rows, so that applying one
 *  twice does no harm; numbers run per topic without gaps. */

import type { AccountId, ChatId, MessageKey } from "./ids.ts";
import type { TrustView } from "./trust.ts";
import type {
  AccountView,
  ChatView,
  ContactView,
  IdentityView,
  MessageView,
  RequestView,
  SettingsView,
  VaultView,
} from "./views.ts";

/** Rows to put in the place of rows with the same key, and keys of rows that are gone. */
export interface RowChange<Row, Key> {
  readonly upserts: readonly Row[];
  readonly removals: readonly Key[];
}

export interface ContactKey {
  readonly account: AccountId;
  readonly address: string;
}

export interface Topics {
  readonly vault: VaultView;
  readonly settings: SettingsView;
  readonly trust: TrustView;
  readonly accounts: RowChange<AccountView, AccountId>;
  readonly chats: RowChange<ChatView, ChatId>;
  /** Only for chats that the page has open. */
  readonly timeline: RowChange<MessageView, MessageKey> & { readonly chat: ChatId };
  readonly contacts: RowChange<ContactView, ContactKey>;
  /** All of them: there are few. */
  readonly identities: readonly IdentityView[];
  readonly requests: RowChange<RequestView, ContactKey>;
}

export type Topic = keyof Topics;

export type Change = {
  readonly [T in Topic]: {
    readonly topic: T;
    readonly number: number;
    readonly change: Topics[T];
  };
}[Topic];
