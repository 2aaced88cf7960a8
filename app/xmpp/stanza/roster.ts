/** The roster (RFC 6121 §2): asking for it, being told of changes, changing it. */

import { xml, type Element } from "@xmpp/xml";
import { rosterLimits } from "../../base/limits.ts";
import { failure, success, type Result } from "../../base/result.ts";
import type { Undo } from "../../base/event.ts";
import { parseBareJid, type BareJid } from "../jid.ts";
import type { IqFailure } from "../stream/iq-calls.ts";
import type { Session } from "../stream/session.ts";
import { writeStanzaError } from "./error.ts";

const ns = "jabber:iq:roster";
const nsVersioning = "urn:xmpp:features:rosterver";

export interface RosterItem {
  readonly address: BareJid;
  readonly name: string;
  readonly subscription: "none" | "to" | "from" | "both" | "remove";
  /** Our request to see their presence waits for an answer. */
  readonly isAsking: boolean;
  readonly groups: readonly string[];
}

export interface Roster {
  readonly version: string;
  /** Null: the roster is the one of the version that was named; pushes bring what changed since. */
  readonly items: readonly RosterItem[] | null;
}

/** Asks for the roster. @param version of the roster that is known, "" for none */
export async function fetchRoster(
  session: Session,
  version: string,
): Promise<Result<Roster, IqFailure>> {
  // RFC 6121 §2.6.2: "ver" only for servers that announced versioning.
  const ver = session.offers("ver", nsVersioning) ? version : undefined;
  const payload = xml("query", { xmlns: ns, ver });
  const answer = await session.iq.request({ type: "get", to: null, payload });
  if (!answer.ok) return failure(answer.error);
  const query = answer.value.getChild("query", ns);
  if (!query) return success({ version, items: null });
  const elements = query.getChildren("item", ns).slice(0, rosterLimits.contactsMax);
  const items = elements
    .map(readItem)
    .filter((item) => item !== null)
    .filter((item) => item.subscription !== "remove");
  return success({ version: versionOf(query), items });
}

/** Receives roster pushes. RFC 6121 §2.1.6: a push from anyone but our own account is a forgery. */
export function onRosterPush(
  session: Session,
  listener: (item: RosterItem, version: string) => void,
): Undo {
  return session.handleIq("set", ns, "query", ({ from, payload }) => {
    if (from !== null && from !== session.account) {
      return writeStanzaError("cancel", "service-unavailable");
    }
    const [item, ...more] = payload.getChildren("item", ns).map(readItem);
    if (!item || more.length > 0) return writeStanzaError("modify", "bad-request");
    listener(item, versionOf(payload));
    return null;
  });
}

/** Adds a contact or changes name and groups (RFC 6121 §2.3, §2.4). */
export function setRosterItem(
  session: Session,
  item: { readonly address: BareJid; readonly name: string; readonly groups: readonly string[] },
): Promise<Result<Element, IqFailure>> {
  const attrs = { jid: item.address, name: item.name || undefined };
  const groups = item.groups.map((group) => xml("group", {}, group));
  const payload = xml("query", { xmlns: ns }, xml("item", attrs, groups));
  return session.iq.request({ type: "set", to: null, payload });
}

/** Removes a contact and both subscriptions (RFC 6121 §2.5). */
export function removeRosterItem(
  session: Session,
  address: BareJid,
): Promise<Result<Element, IqFailure>> {
  const item = xml("item", { jid: address, subscription: "remove" });
  const payload = xml("query", { xmlns: ns }, item);
  return session.iq.request({ type: "set", to: null, payload });
}

function readItem(element: Element): RosterItem | null {
  const { jid = "", name = "", subscription = "none", ask } = element.attrs;
  const address = parseBareJid(jid);
  if (!address) return null;
  const groups = element.getChildren("group", ns).slice(0, rosterLimits.groupsMax);
  return {
    address,
    name: name.slice(0, rosterLimits.nameCharsMax),
    subscription: subscriptions.has(subscription)
      ? (subscription as RosterItem["subscription"])
      : "none",
    isAsking: ask === "subscribe",
    groups: groups.map((group) => group.text().slice(0, rosterLimits.nameCharsMax)),
  };
}

const subscriptions = new Set(["none", "to", "from", "both", "remove"]);

function versionOf(query: Element): string {
  return (query.attrs["ver"] ?? "").slice(0, 1_024);
}
