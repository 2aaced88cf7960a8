/** Stanza errors (RFC 6120 §8.3). */

import { xml, type Element } from "@xmpp/xml";

const ns = "urn:ietf:params:xml:ns:xmpp-stanzas";

export type StanzaErrorType = "auth" | "cancel" | "continue" | "modify" | "wait";

export interface StanzaError {
  readonly type: StanzaErrorType;
  /** A defined condition, for example "item-not-found"; "undefined-condition" where none was given. */
  readonly condition: string;
  /** The other side's own words: for details, never as our own sentence. */
  readonly text: string;
}

const types = new Set<string>(["auth", "cancel", "continue", "modify", "wait"]);

/** Reads the `<error/>` child of a stanza of type "error". */
export function readStanzaError(stanza: Element): StanzaError {
  const error = stanza.getChild("error");
  const condition = error
    ?.getChildElements()
    .find((child) => child.getNS() === ns && child.getName() !== "text");
  const type = error?.attrs["type"] ?? "";
  return {
    type: types.has(type) ? (type as StanzaErrorType) : "cancel",
    condition: condition?.getName() ?? "undefined-condition",
    text: (error?.getChildText("text", ns) ?? "").slice(0, 500),
  };
}

/** The `<error/>` child for a refusal of ours. */
export function writeStanzaError(type: StanzaErrorType, condition: string): Element {
  return xml("error", { type }, xml(condition, { xmlns: ns }));
}
