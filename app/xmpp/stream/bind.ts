/** Resource binding (RFC 6120 §7): the server gives this device its full address. */

import { xml } from "@xmpp/xml";
import { failure, success, type Result } from "../../base/result.ts";
import { bareOf, parseFullJid, type BareJid, type FullJid } from "../jid.ts";
import type { IqCalls } from "./iq-calls.ts";
import type { SessionEnd } from "./session-end.ts";

export const nsBind = "urn:ietf:params:xml:ns:xmpp-bind";

/** Binds; `resource` is a wish. The address given must belong to the account that signed in. */
export async function bindResource(
  iq: IqCalls,
  account: BareJid,
  resource: string,
): Promise<Result<FullJid, SessionEnd>> {
  const payload = xml("bind", { xmlns: nsBind }, xml("resource", {}, resource));
  const answer = await iq.request({ type: "set", to: null, payload });
  if (!answer.ok) {
    return answer.error.kind === "refused"
      ? failure({ kind: "bind-refused", condition: answer.error.error.condition })
      : failure({ kind: "stream", end: { kind: "silent" } });
  }
  const text = answer.value.getChild("bind", nsBind)?.getChildText("jid") ?? "";
  const jid = parseFullJid(text);
  if (!jid || bareOf(jid) !== account) {
    return failure({ kind: "protocol", detail: "bound to somebody else's address" });
  }
  return success(jid);
}
