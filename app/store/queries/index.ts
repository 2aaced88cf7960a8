/** Everything the worker can be asked, by subject. Nothing that is not here can be called. */

import * as accounts from "./accounts.ts";
import * as chats from "./chats.ts";
import * as contacts from "./contacts.ts";
import * as identities from "./identities.ts";
import * as messages from "./messages.ts";
import * as revocation from "./revocation.ts";
import * as settings from "./settings.ts";
import * as trust from "./trust.ts";

export const queries = {
  accounts,
  chats,
  contacts,
  identities,
  messages,
  revocation,
  settings,
  trust,
};
