/** Presence and subscriptions (RFC 6121 §3 and §4). */

import { xml, type Element } from "@xmpp/xml";
import { rosterLimits } from "../../base/limits.ts";
import { failure, success, type Result } from "../../base/result.ts";
import type { BareJid, Jid } from "../jid.ts";
import type { ReadContext } from "../xep/define.ts";
import { extensions } from "../xep/index.ts";
import { collectFields, readFields, writeFields, type FieldsOf } from "./fields.ts";

/** What a device says of its person (RFC 6121 §4.7.2.1); "online" is the absence of `<show/>`. */
export type Availability = "chat" | "online" | "away" | "xa" | "dnd";
export type SubscriptionType = "subscribe" | "subscribed" | "unsubscribe" | "unsubscribed";

export type PresenceFields = FieldsOf<(typeof extensions)[number], "presence">;

export interface PresenceCore {
  readonly from: Jid;
  readonly type: "available" | "unavailable" | "error" | SubscriptionType;
  readonly availability: Availability;
  readonly status: string;
  readonly priority: number;
}

export type Presence = PresenceCore & PresenceFields;

const availabilities = new Set<string>(["chat", "away", "xa", "dnd"]);
const types = new Set<string>([
  "unavailable",
  "error",
  "subscribe",
  "subscribed",
  "unsubscribe",
  "unsubscribed",
]);
const fields = collectFields(extensions, "presence");

/** Reads a presence; the error is the reason for dropping it. */
export function readPresence(stanza: Element, context: ReadContext): Result<Presence, string> {
  const { type } = stanza.attrs;
  if (type !== undefined && !types.has(type)) return failure("presence of unknown type");
  const show = stanza.getChildText("show", "jabber:client")?.trim() ?? "";
  const priority = Number.parseInt(stanza.getChildText("priority", "jabber:client") ?? "0", 10);
  const core: PresenceCore = {
    from: context.from,
    type: (type ?? "available") as PresenceCore["type"],
    availability: availabilities.has(show) ? (show as Availability) : "online",
    status: (stanza.getChildText("status", "jabber:client") ?? "").slice(
      0,
      rosterLimits.statusCharsMax,
    ),
    // RFC 6121 §4.7.2.3: between -128 and +127.
    priority: Number.isNaN(priority) ? 0 : Math.max(-128, Math.min(127, priority)),
  };
  return success({ ...core, ...(readFields(fields, stanza, context) as PresenceFields) });
}

/** Our own presence, to everybody who may see it. */
export function writePresence(
  presence: { readonly availability: Availability; readonly status: string } & PresenceFields,
): Element {
  const { availability, status, ...extra } = presence;
  return xml(
    "presence",
    {},
    availability === "online" ? null : xml("show", {}, availability),
    status === "" ? null : xml("status", {}, status),
    writeFields(fields, extra),
  );
}

/** A request, an answer to one, or its end (RFC 6121 §3). */
export function writeSubscription(to: BareJid, type: SubscriptionType): Element {
  return xml("presence", { to, type });
}
