/** The calls that the page may make. Each returns a Reply; nothing is thrown across. */

import type { AccountId, ChatId, IdentityId, MessageKey, Position } from "./ids.ts";
import type {
  AuthorityRow,
  CertificateDetails,
  DistrustedRow,
  QuestionChoice,
  QuestionView,
  RevocationMode,
  ServerTrustView,
  TrustView,
} from "./trust.ts";
import type {
  AccountView,
  Availability,
  ChatView,
  ContactView,
  IdentityView,
  ImportView,
  MessageView,
  RequestView,
  SearchHit,
  ServerCertificateView,
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
  /** Null: with a certificate only. */
  readonly password: string | null;
  /** The certificate to sign in with. */
  readonly identity?: IdentityId | null;
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

export type NewKeyKind = "p-256" | "p-384" | "ed25519" | "rsa-3072";

/** Certificates to sign in with. Files are asked for by the main process; keys never cross. */
export interface IdentityService {
  list(): Snapshot<readonly IdentityView[]>;
  /** Asks the person for a file and reads it. With a password: reads the file of the last call, which
   *  needs one. */
  importFile(password: string | null): ImportView;
  /** Takes one of several keys in the file. */
  choose(index: number): ImportView;
  /** Forgets the file, and ends what takes long. */
  cancel(): null;
  /** Makes a key. A request is saved to a file that the person chooses, for an authority to sign. */
  create(kind: NewKeyKind, address: string, issued: "request" | "self-signed"): IdentityView;
  /** Asks for the file with the authority's reply. */
  importReply(identity: IdentityId): IdentityView;
  /** Saves certificate and key under a password, to a file that the person chooses. */
  exportFile(identity: IdentityId, password: string): null;
  rename(identity: IdentityId, name: string): null;
  /** Deletes the certificate and its key. */
  remove(identity: IdentityId): null;
  useFor(account: AccountId, identity: IdentityId | null): null;
  /** The person has seen that it ends soon. */
  dismissReminder(identity: IdentityId): null;
  /** What the account's server keeps (XEP-0257); null where it does not offer that. */
  onServer(account: AccountId): readonly ServerCertificateView[] | null;
  addToServer(account: AccountId, identity: IdentityId): null;
  /** It signs nobody in from now on. */
  disableOnServer(account: AccountId, name: string): null;
  /** The same, and devices that are signed in with it are thrown out. */
  revokeOnServer(account: AccountId, name: string): null;
}

export interface SettingsService {
  get(): Snapshot<SettingsView>;
  setTheme(theme: Theme): null;
  setSendsReceipts(sendsReceipts: boolean): null;
  /** Imports the authorities in a file that was dropped on the page; null: asks the person for one. */
  importAuthorities(file: Uint8Array | null): null;
  removeAuthority(fingerprint: string): null;
}

export interface TrustService {
  get(): Snapshot<TrustView>;
  /** Why a server was refused, and whether it may be let pass. */
  question(id: string): QuestionView;
  /** Whoever waited for the answer goes on; a sign-in form is sent again, and what comes of that is the reply. */
  decide(id: string, choice: QuestionChoice): null;
  /** By name, from behind the fingerprint `after` (null: from the start); `filter` is in the name or begins
   *  the fingerprint. */
  authorities(filter: string, after: string | null): Page<AuthorityRow>;
  servers(): readonly ServerTrustView[];
  distrusted(): readonly DistrustedRow[];
  details(fingerprint: string): CertificateDetails;
  distrust(fingerprint: string): null;
  restore(fingerprint: string): null;
  removeException(id: number): null;
  removePin(id: number): null;
  setRevocation(mode: RevocationMode): null;
  setRemembersKeys(remembersKeys: boolean): null;
}

export interface Services {
  readonly app: AppService;
  readonly vault: VaultService;
  readonly accounts: AccountService;
  readonly chats: ChatService;
  readonly timeline: TimelineService;
  readonly roster: RosterService;
  readonly search: SearchService;
  readonly identities: IdentityService;
  readonly settings: SettingsService;
  readonly trust: TrustService;
}
