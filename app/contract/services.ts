/** The calls that the page may make. Each returns a Reply; nothing is thrown across. */

import type { AccountId, ChatId, MessageKey, Position } from "./ids.ts";
import type {
  AccountView,
  Availability,
  ChatView,
  ContactView,
  MessageView,
  RequestView,
  SearchHit,
  SettingsView,
  Theme,
  VaultView,
} from "./views.ts";

/** A view of something that changes. Changes numbered `number` + 1 and up follow on the topic; when
 *  one is missing, ask again. */
export interface Snapshot<T> {
  readonly number: number;
  readonly value: T;
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** More rows lie beyond the end of this page. */
  readonly hasMore: boolean;
}

/** Everything the first screen needs, in one answer. */
export interface StartView {
  readonly vault: VaultView;
  readonly platform: "linux" | "darwin" | "win32";
  readonly version: string;
}

/** A server set by hand, where it cannot be looked up. */
export interface ManualServer {
  readonly host: string;
  readonly port: number;
  readonly tls: "direct" | "starttls";
}

export interface SignInForm {
  readonly address: string;
  readonly password: string;
  readonly server: ManualServer | null;
  /** The person agreed to send the password itself to this server. */
  readonly isPlainAllowed: boolean;
}

/** Where to open a timeline. */
export type Anchor =
  { readonly kind: "end" } | { readonly kind: "message"; readonly key: MessageKey };

export interface TimelinePage {
  /** Oldest first. */
  readonly rows: readonly MessageView[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

export interface AppService {
  start(): Snapshot<StartView>;
  /** The first screen is painted: now is the time for everything else. */
  painted(): null;
}

export interface VaultService {
  createPassphrase(passphrase: string): null;
  unlock(passphrase: string): null;
  /** Keeps the damaged store aside and begins with an empty one. */
  startAfresh(): null;
}

export interface AccountService {
  list(): Snapshot<readonly AccountView[]>;
  signIn(form: SignInForm): AccountView;
  cancelSignIn(): null;
  /** Signs out and deletes the account's messages from this computer. */
  remove(account: AccountId): null;
  setConnected(account: AccountId, isConnected: boolean): null;
  reconnect(account: AccountId): null;
  /** The password was changed elsewhere. */
  setPassword(account: AccountId, password: string): null;
  setPresence(account: AccountId, availability: Availability, status: string): null;
}

export interface ChatService {
  /** Latest activity first, from below `before` (null: from the top). */
  list(before: Position | null): Snapshot<Page<ChatView>>;
  /** The chat with an address, made if there is none. */
  openWith(account: AccountId, address: string): ChatView;
  markRead(chat: ChatId): null;
}

export interface TimelineService {
  open(chat: ChatId, anchor: Anchor): Snapshot<TimelinePage>;
  older(chat: ChatId, before: Position): TimelinePage;
  newer(chat: ChatId, after: Position): TimelinePage;
  /** No more changes of this chat are wanted. */
  close(chat: ChatId): null;
  send(chat: ChatId, body: string): MessageView;
  sendAgain(message: MessageKey): null;
}

export interface RosterService {
  /** By name, from behind `after` (null: from the start). */
  contacts(
    after: { readonly account: AccountId; readonly address: string } | null,
  ): Snapshot<Page<ContactView>>;
  requests(): Snapshot<readonly RequestView[]>;
  add(account: AccountId, address: string, name: string): null;
  rename(account: AccountId, address: string, name: string): null;
  remove(account: AccountId, address: string): null;
  accept(account: AccountId, address: string): null;
  decline(account: AccountId, address: string): null;
}

export interface SearchService {
  /** Newest first; a chat narrows it to that chat. */
  messages(query: string, chat: ChatId | null): readonly SearchHit[];
}

export interface SettingsService {
  get(): Snapshot<SettingsView>;
  setTheme(theme: Theme): null;
  setSendsReceipts(sendsReceipts: boolean): null;
  /** Asks the person for a file and imports the authorities in it. */
  importAuthorities(): null;
  removeAuthority(fingerprint: string): null;
}

export interface Services {
  readonly app: AppService;
  readonly vault: VaultService;
  readonly accounts: AccountService;
  readonly chats: ChatService;
  readonly timeline: TimelineService;
  readonly roster: RosterService;
  readonly search: SearchService;
  readonly settings: SettingsService;
}
