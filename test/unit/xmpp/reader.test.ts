/** The XML reader: what it takes and what it refuses. */

import { describe, expect, test } from "vitest";
import { open, reading } from "./reading.ts";

describe("a stream", () => {
  test("is announced piece by piece", () => {
    const { read, events } = reading();
    expect(read(`${open}<a x='1'>b</a>\n <c/></stream:stream>`)).toBeNull();
    expect(events).toEqual(["open 1.0", '<a x="1">b</a>', "<c/>", "close"]);
  });

  test("knows its namespaces, and the root does not collect what was read", () => {
    const { read, elements } = reading();
    read(`${open}<message><x xmlns='urn:x'><y/></x></message><stream:features/>`);
    const [message, features] = elements;
    expect(message?.getNS()).toBe("jabber:client");
    expect(message?.getChild("x", "urn:x")?.getChild("y", "urn:x")).toBeDefined();
    expect(features?.is("features", "http://etherx.jabber.org/streams")).toBe(true);
    expect(message?.parent?.children).toEqual([]);
  });

  test("text is what was meant, however it was written", () => {
    const { read, elements } = reading();
    read(`${open}<a b='&quot;&#x27;&lt;'>&amp;&#x1F389;<![CDATA[<b>&]]>]]&gt;</a>`);
    expect(elements[0]?.text()).toBe("&🎉<b>&]]>");
    expect(elements[0]?.attrs["b"]).toBe("\"'<");
  });

  test("nothing is read after the end, after a fault, or after the reader was told to stop", () => {
    const ended = reading();
    expect(ended.read(`${open}</stream:stream><a/>`)).toBe("not-well-formed");
    expect(ended.read("<b/>")).toBeNull();
    const broken = reading();
    expect(broken.read(`${open}<a></b>`)).toBe("not-well-formed");
    expect(broken.read("<c/>")).toBeNull();
    const stopped = reading();
    stopped.read(open);
    stopped.reader.end();
    expect(stopped.read("<d/>")).toBeNull();
    expect([...broken.elements, ...stopped.elements]).toEqual([]);
  });

  test("an element whose end has another name is not announced", () => {
    const { read, elements } = reading();
    expect(read(`${open}<message><body>hello</body></iq>`)).toBe("not-well-formed");
    expect(elements).toEqual([]);
  });

  test("half a stanza is told from none", () => {
    const { read, reader } = reading();
    read(open);
    expect(reader.isBetweenStanzas).toBe(true);
    read("<a>");
    expect(reader.isBetweenStanzas).toBe(false);
    read("</a>");
    expect(reader.isBetweenStanzas).toBe(true);
    read("<");
    expect(reader.isBetweenStanzas).toBe(false);
  });

  test("names that JavaScript knows are names like others", () => {
    const { read, elements } = reading();
    expect(
      read(
        `${open}<constructor toString='1' __proto__='2' hasOwnProperty='3'><__proto__/></constructor>`,
      ),
    ).toBeNull();
    expect(elements[0]?.attrs["toString"]).toBe("1");
    expect(elements[0]?.attrs["id"]).toBeUndefined();
    expect(elements[0]?.getChildElements()).toHaveLength(1);
  });
});

describe("limits", () => {
  const limits = {
    stanzaCharsMax: 1_000,
    textCharsMax: 100,
    elementsMax: 10,
    attributesMax: 4,
    depthMax: 5,
  };

  test.each([
    ["a text", "text-too-long", `<a>${"x".repeat(100)}</a>`, `<a>${"x".repeat(101)}</a>`],
    ["a CDATA section", "text-too-long", `<a>${cdata(100)}</a>`, `<a>${cdata(101)}</a>`],
    [
      "many texts",
      "stanza-too-big",
      `<a>${"<b/>xx".repeat(8)}</a>`,
      `<a>${cdata(90).repeat(12)}</a>`,
    ],
    ["elements", "too-many-elements", `<a>${"<b/>".repeat(9)}</a>`, `<a>${"<b/>".repeat(10)}</a>`],
    [
      "attributes",
      "too-many-attributes",
      "<a b='' c='' d='' e=''/>",
      "<a b='' c='' d='' e='' f=''/>",
    ],
    ["depth", "too-deep", nested(4), nested(5)],
    [
      "one stanza",
      "stanza-too-big",
      `<a b='${"x".repeat(980)}'/>`,
      `<a b='${"x".repeat(1_000)}'/>`,
    ],
    ["a stanza without end", "stanza-too-big", "<a b='", `<a b='${"x".repeat(1_000)}`],
    ["a name without end", "stanza-too-big", "<a", `<${"x".repeat(1_001)}`],
    ["an entity without end", "stanza-too-big", "<a>&am", `<a>&${"x".repeat(1_001)}`],
    ["a comment without end", "stanza-too-big", " ", `<!--${"x".repeat(1_001)}`],
  ])("%s: %s", (_, fault, within, above) => {
    const good = reading(limits);
    expect(good.read(open)).toBeNull();
    expect(good.read(within)).toBeNull();
    const bad = reading(limits);
    bad.read(open);
    expect(bad.read(above)).toBe(fault);
    expect(bad.elements).toEqual([]);
  });

  test("the header is limited, too", () => {
    expect(reading(limits).read(`<stream:stream xmlns:stream='${"x".repeat(2_000)}`)).toBe(
      "stanza-too-big",
    );
  });

  test("they count for one stanza, not for the stream", () => {
    const { read, elements } = reading(limits);
    read(open);
    for (let count = 0; count < 500; count++) {
      expect(read(`<a>${"<b/>".repeat(9)}${"x".repeat(99)}</a> \r\n`)).toBeNull();
    }
    expect(elements).toHaveLength(500);
  });

  test("they may grow in the middle of a stream", () => {
    const { read, reader, elements } = reading(limits);
    read(open);
    reader.limits = { ...limits, textCharsMax: 900 };
    expect(read(`<a>${"x".repeat(900)}</a>`)).toBeNull();
    expect(elements).toHaveLength(1);
  });
});

function cdata(chars: number): string {
  return `<![CDATA[${"x".repeat(chars)}]]>`;
}

function nested(depth: number): string {
  return "<a>".repeat(depth) + "</a>".repeat(depth);
}
