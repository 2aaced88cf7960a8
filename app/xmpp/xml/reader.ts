/** Bytes in, elements out: one XML stream (RFC 6120 §4 and §11) read strictly and within limits.
 *
 *  Built on `saxes` because it reports what a stream must not contain (undefined entities, unbound
 *  prefixes, duplicate attributes, control characters) and stays linear on long texts. The reader
 *  never throws: what is wrong comes back from {@link XmlReader.write} as a fault, once. */

import { Element } from "@xmpp/xml";
import type { SaxesTagNS } from "saxes";
import { ShapedSaxesParser } from "./saxes-parser.ts";

export const nsStream = "http://etherx.jabber.org/streams";

export interface XmlLimits {
  /** UTF-16 units from one stanza's end to the next one's. */
  readonly stanzaCharsMax: number;
  readonly textCharsMax: number;
  readonly elementsMax: number;
  readonly attributesMax: number;
  readonly depthMax: number;
}

/** Why a stream cannot be read any further. */
export type XmlFault =
  | "not-well-formed"
  | "not-utf-8"
  /** RFC 6120 §11.1: comments, processing instructions, DTDs. */
  | "restricted-xml"
  | "not-a-stream"
  | "text-between-stanzas"
  | "stanza-too-big"
  | "text-too-long"
  | "too-many-elements"
  | "too-many-attributes"
  | "too-deep";

export interface XmlEvents {
  /** The root element: attributes only, its children come one by one. */
  open(header: Element): void;
  element(element: Element): void;
  /** The root element was closed: the other side is done. */
  close(): void;
}

/** Leaves saxes from within one of its handlers; never seen outside this file. */
class Stop extends Error {
  readonly fault: XmlFault;

  constructor(fault: XmlFault, detail: string) {
    super(detail);
    this.fault = fault;
  }
}

export class XmlReader {
  readonly #events: XmlEvents;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** RFC 6120 §11.8: a stream is XML 1.0, whatever it declares; 1.1 would let control characters in. */
  readonly #saxes = new ShapedSaxesParser({
    xmlns: true,
    position: false,
    defaultXMLVersion: "1.0",
    forceXMLVersion: true,
  });
  #limits: XmlLimits;
  #root: Element | null = null;
  #current: Element | null = null;
  #depth = 0;
  #elements = 0;
  #attributes = 0;
  /** Where in the stream the stanza being read began, and how much was given to the parser. Between
   *  two writes the parser's own position is not reliable. */
  #stanzaStart = 0;
  #written = 0;
  #ended = false;
  /** The stanza, or the stream itself, that was closed last. It is announced with whatever comes next:
   *  the parser calls before it compares the names of start and end. */
  #closed: Element | null = null;

  constructor(events: XmlEvents, limits: XmlLimits) {
    this.#events = events;
    this.#limits = limits;
    const saxes = this.#saxes;
    saxes.on("error", (error) => stop("not-well-formed", error.message));
    saxes.on("xmldecl", (declaration) => {
      const encoding = declaration.encoding?.toLowerCase() ?? "utf-8";
      if (encoding !== "utf-8") stop("not-utf-8", `encoding ${encoding}`);
    });
    saxes.on("doctype", () => stop("restricted-xml", "document type declaration"));
    saxes.on("comment", () => stop("restricted-xml", "comment"));
    saxes.on("processinginstruction", () => stop("restricted-xml", "processing instruction"));
    saxes.on("opentagstart", () => {
      this.#announceClosed();
      this.#attributes = 0;
    });
    saxes.on("attribute", () => {
      if (++this.#attributes > this.#limits.attributesMax) stop("too-many-attributes", "");
    });
    saxes.on("opentag", (tag) => {
      this.#openTag(tag);
    });
    saxes.on("closetag", () => {
      this.#closeTag();
    });
    saxes.on("text", (text) => {
      this.#text(text);
    });
    saxes.on("cdata", (text) => {
      this.#text(text);
    });
  }

  /** Limits may grow once the other side has proved who it is. */
  set limits(limits: XmlLimits) {
    this.#limits = limits;
  }

  /** True between stanzas: nothing read so far waits for its end. */
  get isBetweenStanzas(): boolean {
    return this.#depth <= 1 && this.#written === this.#stanzaStart;
  }

  /** Reads the next bytes, calling the events for what they complete. Returns why the stream is
   *  broken, or null. After a fault every further call returns null and reads nothing. */
  write(bytes: Uint8Array): { readonly fault: XmlFault; readonly detail: string } | null {
    if (this.#ended) return null;
    try {
      const text = this.#decode(bytes);
      this.#written += text.length;
      this.#saxes.write(text);
      this.#announceClosed();
      if (this.#written - this.#stanzaStart > this.#limits.stanzaCharsMax) {
        stop("stanza-too-big", `more than ${this.#limits.stanzaCharsMax} characters`);
      }
      return null;
    } catch (thrown) {
      this.#ended = true;
      if (thrown instanceof Stop) return { fault: thrown.fault, detail: thrown.message };
      throw thrown;
    }
  }

  /** Stops reading: a restarted stream gets a new reader, and this one must not see its bytes. */
  end(): void {
    this.#ended = true;
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes, { stream: true });
    } catch {
      // TextDecoder's only failure; a character split over two reads is not one.
      return stop("not-utf-8", "invalid byte sequence");
    }
  }

  #openTag(tag: SaxesTagNS): void {
    const element = new Element(tag.name, attributeValues(tag));
    if (this.#root === null) {
      if (tag.uri !== nsStream || tag.local !== "stream") stop("not-a-stream", tag.name);
      this.#root = element;
      this.#depth = 1;
      this.#stanzaStart = this.#saxes.position;
      this.#events.open(element);
      return;
    }
    if (++this.#depth > this.#limits.depthMax) stop("too-deep", "");
    if (++this.#elements > this.#limits.elementsMax) stop("too-many-elements", "");
    // A stanza knows the root as its parent, for namespaces, but the root does not collect stanzas.
    if (this.#current === null) element.parent = this.#root;
    else this.#current.append(element);
    this.#current = element;
  }

  #closeTag(): void {
    this.#announceClosed();
    const element = this.#current;
    this.#depth--;
    if (element === null) {
      this.#closed = this.#root;
      return;
    }
    if (element.parent !== this.#root) {
      this.#current = element.parent;
      return;
    }
    this.#current = null;
    this.#elements = 0;
    const { position } = this.#saxes;
    if (position - this.#stanzaStart > this.#limits.stanzaCharsMax) stop("stanza-too-big", "");
    this.#stanzaStart = position;
    this.#closed = element;
  }

  #announceClosed(): void {
    const closed = this.#closed;
    if (closed === null) return;
    this.#closed = null;
    if (closed === this.#root) {
      this.#ended = true;
      this.#events.close();
    } else {
      this.#events.element(closed);
    }
  }

  #text(text: string): void {
    this.#announceClosed();
    if (text.length > this.#limits.textCharsMax) stop("text-too-long", "");
    if (this.#current !== null) {
      this.#current.append(text);
      return;
    }
    // RFC 6120 §4.6.1: white space between stanzas keeps a connection alive; nothing else may stand there.
    if (text.trim() !== "") stop("text-between-stanzas", "");
    this.#stanzaStart = this.#saxes.position;
  }
}

function stop(fault: XmlFault, detail: string): never {
  throw new Stop(fault, detail);
}

function attributeValues(tag: SaxesTagNS): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name in tag.attributes) {
    const attribute = tag.attributes[name];
    if (attribute) values[name] = attribute.value;
  }
  return values;
}
