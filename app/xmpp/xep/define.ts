/** How an extension is declared: one file, one `xep({…})`, one line in index.ts.
 *
 *  The declaration carries everything that is derived elsewhere: features for service discovery, the
 *  codecs of message and presence fields, the DOAP file and the README's table. What an extension
 *  means to people is decided in app/chat; here it is only read, written and answered. */

import { Element } from "@xmpp/xml";
import type { Undo } from "../../base/event.ts";
import type { BareJid, Jid } from "../jid.ts";
import type { Session } from "../stream/session.ts";

/** Who is speaking, for codecs whose meaning depends on it. */
export interface ReadContext {
  /** Our own account. */
  readonly account: BareJid;
  /** The sender as stamped by our server. */
  readonly from: Jid;
}

/** One field of a message or presence. `read` gives undefined for absent, malformed and forbidden. */
export interface Field<T> {
  read(stanza: Element, context: ReadContext): T | undefined;
  /** Absent for what only servers write. */
  write?(value: T): Element;
}

// oxlint-disable-next-line no-explicit-any -- a field of any value; FieldValues recovers the type
export type Fields = Readonly<Record<string, Field<any>>>;

export interface Xep<M extends Fields = Fields, P extends Fields = Fields> {
  /** Four digits. */
  readonly number: string;
  readonly title: string;
  /** The version that was implemented, and its date. */
  readonly version: string;
  readonly date: string;
  readonly status: "complete" | "partial";
  /** What is missing or where the rest lives, for the README's table. */
  readonly note?: string;
  /** Features announced by service discovery (XEP-0030). */
  readonly features?: readonly string[];
  readonly message?: M;
  readonly presence?: P;
  /** Connects to a session: handlers, listeners. Returns the exact reverse. */
  attach?(session: Session): Undo;
}

/** Declares an extension. The type parameters keep the codecs' value types. */
export function xep<const M extends Fields = {}, const P extends Fields = {}>(
  declaration: Xep<M, P>,
): Xep<M, P> {
  return declaration;
}

/** An attribute of a child element: `<replace id="…" xmlns="…"/>`. */
export function childAttribute(
  ns: string,
  name: string,
  attribute: string,
  charsMax = 1_024,
): Field<string> {
  return {
    read(stanza) {
      const value = stanza.getChild(name, ns)?.attrs[attribute];
      return value !== undefined && value !== "" && value.length <= charsMax ? value : undefined;
    },
    write: (value) => new Element(name, { xmlns: ns, [attribute]: value }),
  };
}

/** A child element that says something by being there. */
export function childFlag(ns: string, name: string): Field<true> {
  return {
    read: (stanza) => (stanza.getChild(name, ns) ? true : undefined),
    write: () => new Element(name, { xmlns: ns }),
  };
}
