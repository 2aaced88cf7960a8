/** XEP-0440: SASL Channel-Binding Type Capability, version 1.0.0 (2025-12-08).
 *  https://xmpp.org/extensions/xep-0440.html
 *
 *  Only reading what the server lists. What follows from it is decided in sasl/choose.ts. */

import type { Element } from "@xmpp/xml";
import { xep } from "./define.ts";

const ns = "urn:xmpp:sasl-cb:0";

/** The types that `<stream:features/>` lists; null where the server does not say. */
export function offeredBindingTypes(features: Element): string[] | null {
  const list = features.getChild("sasl-channel-binding", ns);
  if (!list) return null;
  return list
    .getChildren("channel-binding", ns)
    .map((each) => each.attrs["type"])
    .filter((type) => type !== undefined);
}

export const channelBindingTypes = xep({
  number: "0440",
  title: "SASL Channel-Binding Type Capability",
  version: "1.0.0",
  date: "2025-12-08",
  status: "complete",
});
