/** XEP-0359: Unique and Stable Stanza IDs, version 0.7.0 (2023-02-20).
 *  https://xmpp.org/extensions/xep-0359.html */

import { parseJid } from "../jid.ts";
import { childAttribute, xep, type Field } from "./define.ts";

const ns = "urn:xmpp:sid:0";

/** The id under which our own account's archive keeps the message. */
const archiveId: Field<string> = {
  read(stanza, { account }) {
    for (const { attrs } of stanza.getChildren("stanza-id", ns)) {
      // §6: "stanza ids are only trustworthy when the assigning entity is"; everybody else's are
      // removed by our server, but only if it knows this extension, so we check again.
      const by = attrs["by"] === undefined ? null : parseJid(attrs["by"]);
      const id = attrs["id"] ?? "";
      if (by === account && id !== "" && id.length <= 1_024) return id;
    }
    return undefined;
  },
};

export const stanzaIds = xep({
  number: "0359",
  title: "Unique and Stable Stanza IDs",
  version: "0.7.0",
  date: "2023-02-20",
  status: "complete",
  features: [ns],
  message: {
    archiveId,
    /** The sender's own id: what recognises a message that comes twice. */
    originId: childAttribute(ns, "origin-id", "id"),
  },
});
