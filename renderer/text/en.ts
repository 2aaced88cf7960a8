/** Every word on the screen, in English. Nobody should need to know how it works to read it: no
 *  protocol words, see glossary.ts. */

import type { Availability, Delivery } from "../../app/contract/views.ts";
import type { MessageFailure } from "../../app/contract/problems.ts";

export const en = {
  appName: "Linnet",

  common: {
    cancel: "Cancel",
    close: "Close",
    save: "Save",
    remove: "Remove",
    back: "Back",
    you: "You",
    yesterday: "Yesterday",
    today: "Today",
    loading: "Loading",
  },

  vault: {
    createTitle: "Protect your messages",
    createNoKeychain:
      "This computer has no password store that Linnet can use. Choose a passphrase: your messages and passwords are encrypted with it.",
    createByPolicy:
      "Your organisation asks for a passphrase. Your messages and passwords are encrypted with it.",
    createWarning: "If you forget it, nobody can open your messages again.",
    passphrase: "Passphrase",
    repeat: "Repeat the passphrase",
    create: "Protect and continue",
    tooShort: "Use at least 8 characters. A few random words work well.",
    mismatch: "The two passphrases are not the same.",
    unlockTitle: "Welcome back",
    unlockHint: "Enter your passphrase to open your messages.",
    unlock: "Open",
    opening: "Opening your messages …",
    startAfresh: "Start with an empty store",
    startAfreshHint: "The old one is kept beside it. Nothing is deleted.",
  },

  storeProblem: {
    newer: {
      title: "Made by a newer Linnet",
      detail:
        "Your messages were last opened with a newer version of Linnet. Install that version to open them; nothing was changed.",
    },
    damaged: {
      title: "Your message store is damaged",
      detail: "The file with your messages cannot be read. It may be restored from a backup.",
    },
    "wrong-key": {
      title: "The key to your messages is missing",
      detail:
        "The file with your messages was encrypted with a key that is not on this computer. This happens when it was copied from another one.",
    },
    "disk-full": {
      title: "Your disk is full",
      detail: "Make some room, then start Linnet again.",
    },
    unavailable: {
      title: "Your messages cannot be opened",
      detail:
        "The file with your messages or the system's password store did not answer. Unlock it or restart the computer, then start Linnet again.",
    },
  },

  signIn: {
    title: "Sign in",
    subtitle: "Use any address on the open XMPP network.",
    addTitle: "Add an account",
    address: "Address",
    addressPlaceholder: "name@example.org",
    password: "Password",
    submit: "Sign in",
    connecting: "Signing in …",
    cancel: "Cancel",
    advanced: "Server settings",
    advancedHint: "Only if your provider tells you to.",
    host: "Server",
    hostPlaceholder: "Found automatically",
    port: "Port",
    security: "Encryption",
    securityDirect: "From the start (recommended)",
    securityStartTls: "After connecting",
    plain: "Allow sending the password itself",
    plainHint: "Less safe: the server learns your password. It is always sent encrypted.",
    authorities: "Certificate authorities",
    addAuthority: "Add from a file …",
    invalidAddress: "An address looks like name@example.org.",
    alreadySignedIn: "You are already signed in with this address.",
    invalidPort: "A port is a number between 1 and 65535.",
    showPassword: "Show password",
    hidePassword: "Hide password",
  },

  connection: {
    offline: "Offline",
    connecting: "Connecting …",
    online: "Online",
    retryIn: (seconds: number) =>
      seconds > 0 ? `Trying again in ${duration(seconds)}.` : "Trying again …",
    retryNow: "Try now",
    signInAgain: "Enter password",
    newPassword: "New password",
    connect: "Go online",
  },

  availability: {
    online: "Online",
    chat: "Free to chat",
    away: "Away",
    xa: "Away for a while",
    dnd: "Do not disturb",
    offline: "Offline",
  } satisfies Record<Availability | "offline", string>,

  navigation: {
    label: "Sections",
    chats: "Chats",
    contacts: "Contacts",
    settings: "Settings",
    you: (address: string, state: string) => `Your account ${address}: ${state}`,
  },

  status: {
    title: "Your status",
    message: "Status message",
    messagePlaceholder: "What are you up to?",
    addAccount: "Add an account",
  },

  chats: {
    title: "Chats",
    list: "Chats",
    search: "Search",
    clearSearch: "Clear search",
    newChat: "New chat",
    empty: "No chats yet",
    emptyHint: "Start one with the address of somebody you know.",
    noLast: "No messages yet",
    unread: (count: number) => (count === 1 ? "1 new message" : `${count} new messages`),
    noneSelected: "Choose a chat",
    noneSelectedHint: "or start a new one",
  },

  newChat: {
    title: "New chat",
    hint: "Type an address, or choose a contact.",
    address: "Address",
    submit: "Start chat",
    account: "From account",
  },

  search: {
    messages: "Messages",
    chats: "Chats and contacts",
    nothing: (query: string) => `Nothing found for “${query}”`,
    results: (count: number) => (count === 1 ? "1 message found" : `${count} messages found`),
  },

  timeline: {
    label: (name: string) => `Messages with ${name}`,
    empty: (name: string) => `This is the beginning of your chat with ${name}.`,
    newMessages: "New messages",
    toEnd: "Go to the newest message",
    cut: "The rest of this message was too long to keep.",
    sendAgain: "Send again",
    message: (sender: string, time: string, body: string, state: string) =>
      [sender, time, body, state].filter(Boolean).join(", "),
  },

  delivery: {
    queued: "Waiting to be sent",
    sent: "Sent",
    delivered: "Delivered",
    failed: "Not delivered",
  } satisfies Record<Delivery["kind"], string>,

  messageFailure: {
    "recipient-unknown": "This address does not exist.",
    "recipient-unavailable": "This person cannot be reached right now.",
    forbidden: "You are not allowed to write to this person.",
    "server-unreachable": "Their server cannot be reached.",
    "too-large": "The message is too long for their server.",
    other: "Their server did not accept the message.",
  } satisfies Record<MessageFailure, string>,

  composer: {
    label: (name: string) => `Message to ${name}`,
    placeholder: "Write a message",
    send: "Send",
    tooLong: (over: number) => `${over} characters too long`,
  },

  contacts: {
    title: "Contacts",
    list: "Contacts",
    add: "Add contact",
    empty: "No contacts yet",
    emptyHint: "Add somebody by their address to see when they are online.",
    requests: "Contact requests",
    requestFrom: (address: string) =>
      `${address} would like to add you and see when you are online.`,
    accept: "Accept",
    decline: "Decline",
    asking: "Waiting for their answer",
    notMutual: "They cannot see when you are online",
    open: "Open chat",
    rename: "Rename",
    remove: "Remove contact",
    removeTitle: (name: string) => `Remove ${name}?`,
    removeDetail: "You will no longer see when each other is online. Your messages are kept.",
    actions: (name: string) => `More for ${name}`,
  },

  addContact: {
    title: "Add contact",
    hint: "They are asked whether you may see when they are online.",
    address: "Address",
    name: "Name",
    namePlaceholder: "Optional",
    submit: "Add",
  },

  settings: {
    title: "Settings",
    appearance: "Appearance",
    theme: "Theme",
    themes: { system: "Like the system", light: "Light", dark: "Dark" },
    privacy: "Privacy",
    receipts: "Tell contacts that their messages have arrived",
    receiptsHint: "Only people who may see when you are online.",
    accounts: "Accounts",
    connected: "Online",
    removeAccount: "Remove from this computer",
    removeAccountTitle: (address: string) => `Remove ${address}?`,
    removeAccountDetail:
      "Messages and contacts of this account are deleted from this computer. The account itself stays.",
    certificates: "Certificate authorities",
    certificatesHint:
      "Linnet trusts the authorities of your system. Add the one of your organisation here.",
    addAuthority: "Add from a file …",
    byPolicy: "Set by your organisation",
    validUntil: (date: string) => `Valid until ${date}`,
    removeAuthority: (name: string) => `Remove ${name}`,
    version: (version: string) => `Linnet ${version}`,
  },

  error: {
    internal: "Something went wrong in Linnet. The log has the details.",
    notFound: "This is no longer here.",
    offline: "You are offline. Try again when you are connected.",
    tooManyWaiting: "Too many messages are waiting to be sent.",
    wrongPassphrase: "This is not the passphrase.",
    setByPolicy: "Your organisation has set this.",
    refusedByServer: "Your server did not allow this.",
    invalidAddress: "An address looks like name@example.org.",
    diskFull: "Your disk is full. Nothing was lost; make some room and try again.",
    notACertificate: "This file does not contain a certificate.",
    notAnAuthority:
      "This certificate belongs to a server or a person. Only certificates of authorities can be added.",
    certificateTooLarge: "This file is too large to be a certificate.",
    certificateUnreadable: "This file could not be read.",
  },
};

function duration(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
