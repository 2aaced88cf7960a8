/** XEP-0199: XMPP Ping, version 2.0.1 (2019-03-26).  https://xmpp.org/extensions/xep-0199.html */

import { xml } from "@xmpp/xml";
import type { Session } from "../stream/session.ts";
import { xep } from "./define.ts";

const ns = "urn:xmpp:ping";

/** Asks our server whether it is there. An error is an answer, too: only silence is false. */
export async function pingServer(session: Session): Promise<boolean> {
  const answer = await session.iq.request({
    type: "get",
    to: null,
    payload: xml("ping", { xmlns: ns }),
  });
  return answer.ok || answer.error.kind === "refused";
}

export const ping = xep({
  number: "0199",
  title: "XMPP Ping",
  version: "2.0.1",
  date: "2019-03-26",
  status: "complete",
  features: [ns],
  attach: (session) => session.handleIq("get", ns, "ping", () => null),
});
