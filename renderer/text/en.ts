/** Every word on the screen, in English. Nobody should need to know how it works to read it: no
 *  protocol words, see glossary.ts. */

import type { Availability, Delivery } from "../../app/contract/views.ts";
import type {
  ClientCertificateProblem,
  IdentityFault,
  MessageFailure,
} from "../../app/contract/problems.ts";
import { certificateWords } from "./certificate-words.ts";

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

  identity: {
    title: "Sign in with a certificate",
    label: "Certificate",
    none: "None",
    import: "Import from a file …",
    importTitle: "Import a certificate",
    waiting: (name: string) => `${name} (waiting for the authority)`,
    password: "Password of the file",
    passwordFor: (file: string) => `The file ${file} is protected by a password.`,
    wrongPassword: "This is not the password of the file.",
    reading: "Reading the file …",
    next: "Continue",
    chooseTitle: "Which certificate?",
    chooseDetail: "This file has several. Choose the one to sign in with.",
    choose: "Import",
    imported: "The certificate is here.",
    importedDetail: "Its key is kept encrypted, as your messages are.",
    done: "Done",
    issuedBy: (issuer: string) => `from ${issuer}`,
    until: (date: string) => `until ${date}`,
    forAddresses: (addresses: string) => `for ${addresses}`,
    ofAccount: (address: string) => `Certificate of ${address}`,
    passwordOptional: "With a certificate you may leave the password empty.",
  },

  identityProblem: {
    expired: (date: string) => `It expired on ${date}.`,
    "not-yet-valid": (date: string) => `It is valid from ${date} on. Is your clock right?`,
    "no-client-auth": "It was not made for signing in. Servers may refuse it.",
    "no-address": "It names no chat address. Servers may not know whose it is.",
    "other-address": (address: string) => `It is not for ${address}.`,
    "weak-key": "Its key is so short that servers may refuse it.",
    "key-does-not-match": "Certificate and key do not belong together.",
    "unsupported-key": "Its kind of key cannot be used here.",
  },

  identityFault: {
    unreadable: "This file could not be read.",
    "not-written": "The file could not be written.",
    "unknown-format": "This file does not contain a certificate with a key.",
    damaged: "This file is damaged.",
    unsupported: "This file is protected or made in a way that Linnet does not know.",
    "too-large": "This file is too large to be a certificate.",
    "no-key": "This file has certificates, but no key to sign in with.",
    "no-certificate": "This file has a key, but no certificate for it.",
    "key-does-not-match": "The certificate and the key in this file do not belong together.",
    "unsupported-key": "The kind of key in this file cannot be used here.",
    "other-key": "This certificate was made for another request.",
    "already-here": "This certificate is already here, under another name.",
    "too-many": "There are too many certificates. Remove some first.",
  } satisfies Record<IdentityFault, string>,

  clientCertificateProblem: {
    required: "This server only lets people in who have a certificate. Choose yours.",
    expired: "The server did not accept your certificate: it has expired.",
    revoked: "The server did not accept your certificate: it was withdrawn.",
    "unknown-authority":
      "The server did not accept your certificate: it does not trust where it comes from.",
    "unsupported-key":
      "The server cannot use a certificate with this kind of key. Ask for one of another kind.",
    "not-accepted": "The server did not accept your certificate.",
  } satisfies Record<ClientCertificateProblem, string>,

  serverCertificates: {
    title: "Certificates that the server knows",
    add: "Let the server know this certificate",
    disable: (name: string) => `No longer sign in with ${name}`,
    revoke: (name: string) => `Withdraw ${name} and sign out its devices`,
    none: "None yet",
  },

  expiry: {
    line: (name: string, date: string) =>
      `Your certificate ${name} expires on ${date}. Ask for a new one before then.`,
    dismiss: (name: string) => `Do not show again: ${name}`,
    label: "Certificates that end soon",
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

  certificate: {
    title: (domain: string) => `Is this really ${domain}?`,
    where: (host: string, port: number) => `The server answers at ${host}, port ${port}.`,
    danger:
      "Somebody between you and the server could be pretending to be it. They would read your messages and could learn your password.",
    compare:
      "Go on only if you expected this, and if whoever runs the server tells you the same fingerprint by another way.",
    fingerprint: "Fingerprint of the certificate (SHA-256)",
    fingerprintNow: "Fingerprint now (SHA-256)",
    fingerprintBefore: "Fingerprint before (SHA-256)",
    sameIssuer: (issuer: string) => `Both were issued by “${issuer}”.`,
    details: "More about the certificate",
    subject: "Name",
    issuer: "Issued by",
    names: "Made for",
    noNames: "no server",
    validFrom: "Valid from",
    validTo: "Valid until",
    once: "This time",
    always: "Always for this server",
    choices:
      "“This time” holds until you close Linnet. Either way it is only this certificate at this server that you let pass, and only what is wrong with it now.",
    refusedBy: {
      policy: "Your organisation does not allow connecting to such servers.",
      problem: "This is too serious to let it pass. Only whoever runs the server can set it right.",
    },
    look: "Look at the certificate",
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

  conversation: {
    connection: "How the connection to the server is secured",
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

  certificates: certificateWords,

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
