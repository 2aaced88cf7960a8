/** Messages (RFC 6121 §5), with the fields of every extension in xep/index.ts. */

import { xml, type Element } from "@xmpp/xml";
import { messageLimits } from "../../base/limits.ts";
import { failure, success, type Result } from "../../base/result.ts";
import type { Jid } from "../jid.ts";
import type { ReadContext } from "../xep/define.ts";
import { extensions } from "../xep/index.ts";
import { readStanzaError, type StanzaError } from "./error.ts";
import { collectFields, readFields, writeFields, type FieldsOf } from "./fields.ts";

export type MessageType = "normal" | "chat" | "groupchat" | "headline" | "error";

/** What extensions add. */
export type MessageFields = FieldsOf<(typeof extensions)[number], "message">;

export interface MessageCore {
  /** As stamped by our server; our own account where it stamped nothing. */
  readonly from: Jid;
  readonly type: MessageType;
  /** The sender's id for this message, "" where there is none. */
  readonly id: string;
  /** Null where the message carries no text. */
  readonly body: string | null;
  /** The text was longer than we keep. */
  readonly isBodyCut: boolean;
  /** Only for type "error". */
  readonly error: StanzaError | null;
}

export type Message = MessageCore & MessageFields;

export interface OutgoingMessage {
  readonly to: Jid;
  readonly type: "normal" | "chat";
  readonly id: string;
  readonly body?: string;
}

const types = new Set<string>(["normal", "chat", "groupchat", "headline", "error"]);
const fields = collectFields(extensions, "message");

/** Reads a message; the error is the reason for dropping it. */
export function readMessage(stanza: Element, context: ReadContext): Result<Message, string> {
  const { id = "", type = "normal" } = stanza.attrs;
  if (id.length > messageLimits.idCharsMax) return failure("message id too long");
  // RFC 6121 §5.2.2: an unknown type is "normal".
  const knownType = types.has(type) ? (type as MessageType) : "normal";
  const body = stanza.getChild("body", "jabber:client")?.text() ?? null;
  const core: MessageCore = {
    from: context.from,
    type: knownType,
    id,
    body: body && cut(body, messageLimits.bodyCharsMax),
    isBodyCut: (body?.length ?? 0) > messageLimits.bodyCharsMax,
    error: knownType === "error" ? readStanzaError(stanza) : null,
  };
  return success({ ...core, ...(readFields(fields, stanza, context) as MessageFields) });
}

/** The beginning of a text, without half a character at its end. */
function cut(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : text.slice(0, charsMax).replace(/[\ud800-\udbff]$/, "");
}

/** Writes a message with the given extension fields. */
export function writeMessage(message: OutgoingMessage & MessageFields): Element {
  const { to, type, id, body, ...extra } = message;
  return xml(
    "message",
    { to, type, id },
    body === undefined ? null : xml("body", {}, body),
    writeFields(fields, extra),
  );
}
