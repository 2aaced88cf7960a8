/** XEP-0115: Entity Capabilities, version 1.6.0 (2022-03-08).  https://xmpp.org/extensions/xep-0115.html
 *
 *  Announces our features with every presence as one hash, so that nobody has to ask twice. */

import { Element } from "@xmpp/xml";
import { xep, type Field, type Xep } from "./define.ts";
import { ownHash, ownNode } from "./own-capabilities.ts";

const ns = "http://jabber.org/protocol/caps";

export interface Caps {
  readonly node: string;
  readonly ver: string;
  readonly hash: string;
}

/** What our own presence announces. */
export function ownCaps(extensions: readonly Xep[]): Caps {
  return { node: ownNode, ver: ownHash(extensions), hash: "sha-1" };
}

const capsField: Field<Caps> = {
  read(stanza) {
    const attrs = stanza.getChild("c", ns)?.attrs;
    const { node: theirNode = "", ver = "", hash = "" } = attrs ?? {};
    // A missing "hash" is the format before version 1.4, which could be forged (§8).
    if (theirNode === "" || ver === "" || hash === "") return undefined;
    if (theirNode.length > 512 || ver.length > 128 || hash.length > 32) return undefined;
    return { node: theirNode, ver, hash };
  },
  write: (caps) => new Element("c", { xmlns: ns, ...caps }),
};

export const caps = xep({
  number: "0115",
  title: "Entity Capabilities",
  version: "1.6.0",
  date: "2022-03-08",
  status: "complete",
  features: [ns],
  presence: { caps: capsField },
});
