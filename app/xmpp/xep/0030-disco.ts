/** XEP-0030: Service Discovery, version 2.5.0 (2024-04-30).  https://xmpp.org/extensions/xep-0030.html
 *
 *  What we say of ourselves, derived from the extensions of the session, and asking others. */

import { xml, type Element } from "@xmpp/xml";
import { failure, success, type Result } from "../../base/result.ts";
import type { Jid } from "../jid.ts";
import { writeStanzaError } from "../stanza/error.ts";
import type { IqFailure } from "../stream/iq-calls.ts";
import type { Session } from "../stream/session.ts";
import { xep } from "./define.ts";
import {
  ownFeatures,
  ownHash,
  ownIdentity,
  ownNode,
  type DiscoIdentity,
} from "./own-capabilities.ts";

const nsInfo = "http://jabber.org/protocol/disco#info";
const nsItems = "http://jabber.org/protocol/disco#items";

/** Entries read from one answer: a server's own list has about a hundred. */
const entriesMax = 2_000;

export interface DiscoInfo {
  readonly identities: readonly DiscoIdentity[];
  readonly features: ReadonlySet<string>;
}

/** Asks `to` what it is and what it can (§3.1). */
export async function queryInfo(
  session: Session,
  to: Jid,
  node?: string,
): Promise<Result<DiscoInfo, IqFailure>> {
  const payload = xml("query", { xmlns: nsInfo, node });
  const answer = await session.iq.request({ type: "get", to, payload });
  if (!answer.ok) return failure(answer.error);
  const query = answer.value.getChild("query", nsInfo);
  const identities = (query?.getChildren("identity", nsInfo) ?? []).slice(0, entriesMax);
  const features = (query?.getChildren("feature", nsInfo) ?? []).slice(0, entriesMax);
  return success({
    identities: identities.map(({ attrs }) => ({
      category: attrs["category"] ?? "",
      type: attrs["type"] ?? "",
      name: attrs["name"] ?? "",
    })),
    features: new Set(features.map(({ attrs }) => attrs["var"] ?? "").filter(Boolean)),
  });
}

function answerInfo(session: Session, query: Element): Element {
  const node = query.attrs["node"];
  // XEP-0115 §6.2: others ask under the node and hash that our presence announced.
  if (node !== undefined && node !== `${ownNode}#${ownHash(session.extensions)}`) {
    return writeStanzaError("cancel", "item-not-found");
  }
  const { category, type, name } = ownIdentity;
  return xml(
    "query",
    { xmlns: nsInfo, node },
    xml("identity", { category, type, name }),
    ownFeatures(session.extensions).map((feature) => xml("feature", { var: feature })),
  );
}

export const disco = xep({
  number: "0030",
  title: "Service Discovery",
  version: "2.5.0",
  date: "2024-04-30",
  status: "complete",
  features: [nsInfo, nsItems],
  attach(session) {
    const undoInfo = session.handleIq("get", nsInfo, "query", ({ payload }) =>
      answerInfo(session, payload),
    );
    // A client has no items of its own (§4.2: an empty list).
    const undoItems = session.handleIq("get", nsItems, "query", ({ payload }) =>
      xml("query", { xmlns: nsItems, node: payload.attrs["node"] }),
    );
    return () => {
      undoItems();
      undoInfo();
    };
  },
});
