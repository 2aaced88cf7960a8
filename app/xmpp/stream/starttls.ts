/** STARTTLS (RFC 6120 §5): on an open connection nothing is said before it, whatever is offered. */

import { xml } from "@xmpp/xml";
import { failure, success, type Result } from "../../base/result.ts";
import type { SessionEnd } from "./session-end.ts";
import type { XmlStream } from "./xml-stream.ts";

export const nsTls = "urn:ietf:params:xml:ns:xmpp-tls";

/** Upgrades the stream's connection. The caller restarts the stream afterwards. */
export async function startTls(stream: XmlStream): Promise<Result<null, SessionEnd>> {
  const answer = stream.next((element) => element.getNS() === nsTls);
  stream.send(xml("starttls", { xmlns: nsTls }));
  const reply = await answer;
  if (!reply) return failure({ kind: "ended" });
  if (!reply.is("proceed", nsTls)) return failure({ kind: "tls-unavailable" });
  const secured = await stream.secure();
  return secured.ok ? success(null) : failure({ kind: "transport", failure: secured.error });
}
