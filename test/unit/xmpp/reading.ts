/** A reader whose events a test can look at. */

import type { Element } from "@xmpp/xml";
import { openingXmlLimits } from "../../../app/base/limits.ts";
import { XmlReader, type XmlLimits } from "../../../app/xmpp/xml/reader.ts";

/** How a stream begins. */
export const open =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

export interface Reading {
  readonly reader: XmlReader;
  readonly elements: Element[];
  readonly events: string[];
  /** Reads text; the fault, if that was one. */
  readonly read: (text: string | Uint8Array) => string | null;
}

/** A reader with the limits of a stream that was just opened, or others. */
export function reading(limits: Partial<XmlLimits> = {}): Reading {
  const elements: Element[] = [];
  const events: string[] = [];
  const reader = new XmlReader(
    {
      open: (header) => events.push(`open ${header.attrs["version"]}`),
      element: (element) => {
        elements.push(element);
        events.push(element.toString());
      },
      close: () => events.push("close"),
    },
    { ...openingXmlLimits, ...limits },
  );
  const read = (text: string | Uint8Array): string | null =>
    reader.write(Buffer.from(text))?.fault ?? null;
  return { reader, elements, events, read };
}
