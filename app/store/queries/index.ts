/** Everything the worker can be asked, by subject. Nothing that is not here can be called. */

import * as accounts from "./accounts.ts";
import * as chats from "./chats.ts";
import * as contacts from "./contacts.ts";
import * as messages from "./messages.ts";
import * as settings from "./settings.ts";

export const queries = { accounts, chats, contacts, messages, settings };
