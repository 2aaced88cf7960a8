/** Stream errors (RFC 6120 §4.9): reading theirs and writing ours. */

import { xml, type Element } from "@xmpp/xml";
import { nsStream, type XmlFault } from "../xml/reader.ts";

export const nsStreamErrors = "urn:ietf:params:xml:ns:xmpp-streams";

/** The conditions of RFC 6120 §4.9.3 that change what we do; all others end the stream alike. */
export interface StreamError {
  readonly condition: string;
  /** The server's own words, for the log. Never shown as ours. */
  readonly text: string;
}

/** Reads `<stream:error/>`; null for any other element. */
export function readStreamError(element: Element): StreamError | null {
  if (!element.is("error", nsStream)) return null;
  const condition = element
    .getChildElements()
    .find((child) => child.getNS() === nsStreamErrors && child.getName() !== "text");
  return {
    condition: condition?.getName() ?? "undefined-condition",
    text: (element.getChildText("text", nsStreamErrors) ?? "").slice(0, 500),
  };
}

/** The condition that tells the other side why we stop reading (RFC 6120 §4.9.3). */
export function conditionFor(fault: XmlFault): string {
  switch (fault) {
    case "not-well-formed":
    case "text-between-stanzas":
      return "not-well-formed";
    case "not-utf-8":
      return "unsupported-encoding";
    case "restricted-xml":
      return "restricted-xml";
    case "not-a-stream":
      return "invalid-namespace";
    case "stanza-too-big":
    case "text-too-long":
    case "too-many-elements":
    case "too-many-attributes":
    case "too-deep":
      return "policy-violation";
  }
}

export function writeStreamError(condition: string): Element {
  return xml("stream:error", {}, xml(condition, { xmlns: nsStreamErrors }));
}
