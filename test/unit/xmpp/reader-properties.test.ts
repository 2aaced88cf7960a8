/** The XML reader with everything the network can do to it, and what that costs. */

import type { Element } from "@xmpp/xml";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { XmlLimits } from "../../../app/xmpp/xml/reader.ts";
import { open, reading } from "./reading.ts";

describe("cost", () => {
  const unlimited: XmlLimits = {
    stanzaCharsMax: 2 ** 30,
    textCharsMax: 2 ** 30,
    elementsMax: 2 ** 30,
    attributesMax: 2 ** 30,
    depthMax: 128,
  };
  const mb = 1024 * 1024;

  /** The best of three for one stanza with so many characters inside: time of this process on the
   *  processor, in microseconds, because other programs are none of its business. */
  function timeToRead(chars: number, before: string, inside: string, after: string): number {
    const chunk = Buffer.from(inside.repeat(Math.ceil(16_384 / inside.length)));
    const times = [1, 2, 3].map(() => {
      const { read, reader, elements } = reading(unlimited);
      read(open + before);
      const start = process.cpuUsage();
      for (let written = 0; written < chars; written += chunk.length) reader.write(chunk);
      read(after);
      const { user, system } = process.cpuUsage(start);
      expect(elements).toHaveLength(1);
      return user + system;
    });
    return Math.min(...times);
  }

  test.each([
    ["one long text", "<a>", "x", "</a>", 1],
    ["one long attribute", "<a b='", "x", "'/>", 1],
    ["many small elements", "<a>", "<b c='d'/>", "</a>", 0.25],
    ["many references", "<a>", "&amp;", "</a>", 0.25],
    ["many texts", "<a>", "x<![CDATA[y]]>", "</a>", 0.25],
  ])(
    "%s costs time in proportion",
    (_, before, inside, after, megabytes) => {
      const small = timeToRead(megabytes * mb, before, inside, after);
      const large = timeToRead(8 * megabytes * mb, before, inside, after);
      // In proportion it is 8 times, quadratic 64 times.
      expect(large / small).toBeLessThan(24);
    },
    60_000,
  );
});

describe("properties", () => {
  const name = fc.constantFrom("message", "body", "x", "é", "a-b", "a.b", "_");
  const letters = [
    "a",
    "b",
    "&",
    "<",
    ">",
    '"',
    "'",
    " ",
    "\n",
    "\r",
    "]",
    "日",
    "🎉",
    "é",
    "\u0301",
  ];
  const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 20 });
  interface Tree {
    readonly name: string;
    readonly attribute: string;
    readonly children: readonly (Tree | string)[];
  }
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.record({
      name,
      attribute: text,
      children: fc.array(fc.oneof({ depthSize: "small" }, text, tie("tree")), { maxLength: 3 }),
    }),
  }));

  function escape(raw: string): string {
    return raw.replace(/[&<>"'\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
  }

  function write(node: Tree | string): string {
    if (typeof node === "string") return escape(node);
    const inside = node.children.map((child) => write(child)).join("");
    return `<${node.name} k="${escape(node.attribute)}">${inside}</${node.name}>`;
  }

  /** What was read, in the shape of what was written: neighbouring texts are one. */
  function shape(node: Tree | Element): unknown {
    const parts: unknown[] = [];
    for (const child of node.children) {
      const last = parts.at(-1);
      if (typeof child !== "string") parts.push(shape(child));
      else if (typeof last === "string") parts[parts.length - 1] = last + child;
      else if (child !== "") parts.push(child);
    }
    return [node.name, "attrs" in node ? node.attrs["k"] : node.attribute, parts];
  }

  test("wherever the network cuts, the elements are those that were written", () => {
    const cuts = fc.array(fc.nat(), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 6 }), cuts, (trees, places) => {
        const bytes = Buffer.from(open + trees.map((each) => write(each)).join("\n"));
        const edges = places.map((place) => place % bytes.length).toSorted((a, b) => a - b);
        const { read, elements } = reading();
        for (const [index, start] of [0, ...edges].entries()) {
          expect(read(bytes.subarray(start, edges[index] ?? bytes.length))).toBeNull();
        }
        expect(elements.map((each) => shape(each))).toEqual(trees.map((each) => shape(each)));
      }),
      { numRuns: 300 },
    );
  });

  test("no bytes, however strange, throw or are read twice", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 20 }),
        fc
          .constantFrom("<a>", "</a>", "<a", "&#1;", "<!--", "<![CDATA[", "]]>", "<?x", "?>", " ")
          .map((each) => Buffer.from(each)),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(pieces, (all) => {
        const { reader, read } = reading();
        read(open);
        const faults = all.map((bytes) => reader.write(bytes)).filter((fault) => fault !== null);
        expect(faults.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2_000 },
    );
  });
});
