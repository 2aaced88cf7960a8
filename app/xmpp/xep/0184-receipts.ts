/** XEP-0184: Message Delivery Receipts, version 1.4.0 (2018-08-02).
 *  https://xmpp.org/extensions/xep-0184.html
 *
 *  Only the codec. Whom we tell that a message arrived is decided in chat/receipts.ts. */

import { childAttribute, childFlag, xep } from "./define.ts";

const ns = "urn:xmpp:receipts";

export const receipts = xep({
  number: "0184",
  title: "Message Delivery Receipts",
  version: "1.4.0",
  date: "2018-08-02",
  status: "complete",
  features: [ns],
  message: {
    /** The sender asks to be told. */
    receiptRequested: childFlag(ns, "request"),
    /** The id of the message that arrived. */
    receiptFor: childAttribute(ns, "received", "id"),
  },
});
