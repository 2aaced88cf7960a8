/** XEP-0203: Delayed Delivery, version 2.0 (2009-09-15).  https://xmpp.org/extensions/xep-0203.html */

import { domainOf, parseJid } from "../jid.ts";
import { xep, type Field } from "./define.ts";

const ns = "urn:xmpp:delay";
/** XEP-0082 §3.2: a date and time with a zone. */
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** When the message was first sent, in milliseconds since the epoch. */
const sentAt: Field<number> = {
  read(stanza, { account }) {
    for (const delay of stanza.getChildren("delay", ns)) {
      const { from, stamp = "" } = delay.attrs;
      const by = from === undefined ? null : parseJid(from);
      // Anyone can write a stamp into a message; only our own server's says when it really came. It
      // signs with its own name, or with our account's after a resumed stream; never with a neighbour's.
      const isOurServer = by === domainOf(account) || by === account;
      const time = dateTime.test(stamp) ? Date.parse(stamp) : Number.NaN;
      if (isOurServer && !Number.isNaN(time) && time > 0) return time;
    }
    return undefined;
  },
};

export const delay = xep({
  number: "0203",
  title: "Delayed Delivery",
  version: "2.0",
  date: "2009-09-15",
  status: "complete",
  message: { delayedSince: sentAt },
});
