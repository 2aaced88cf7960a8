/** Distinguished names: reading them, and whether two are the same (RFC 5280 §4.1.2.4, §7.1). */

import {
  DerError,
  readOid,
  readSequence,
  readSet,
  readText,
  type DerElement,
} from "../der/reader.ts";

export interface NameAttribute {
  readonly oid: string;
  /** null where the value is of a type that is no text. */
  readonly text: string | null;
}

export interface DistinguishedName {
  /** From the most general to the most specific, as they are encoded. */
  readonly attributes: readonly NameAttribute[];
  /** Equal names have equal keys: one for each relative name, for what is below what. */
  readonly relativeKeys: readonly string[];
  /** The same for the whole name. */
  readonly key: string;
  readonly encoded: Uint8Array;
}

/** @throws {DerError} */
export function readName(element: DerElement): DistinguishedName {
  const relativeNames = readSequence(element, "a name");
  const attributes: NameAttribute[] = [];
  const relativeKeys = relativeNames.map((each) => readRelativeName(each, attributes));
  return {
    attributes,
    relativeKeys,
    // No key of a part holds a line feed: white space is folded in all of them.
    key: relativeKeys.join("\n"),
    encoded: element.encoded,
  };
}

/** One relative name; IMPLICIT tags may stand in the place of the SET's.
 *  @returns its key  @throws {DerError} */
export function readRelativeName(element: DerElement, attributes: NameAttribute[]): string {
  const parts = element.context === null ? readSet(element, "a relative name") : element.children;
  if (parts.length === 0) throw new DerError("a relative name is empty");
  const keys = parts.map((part) => {
    const [type, value, ...more] = readSequence(part, "an attribute of a name");
    if (!type || !value || more.length > 0) throw new DerError("bad attribute of a name");
    const oid = readOid(type);
    const text = readText(value);
    attributes.push({ oid, text });
    // A value that is no text is compared byte for byte.
    const compared = text === null ? `#${Buffer.from(value.encoded).toString("hex")}` : fold(text);
    return `${oid}=${compared.replaceAll(/[\\+]/g, String.raw`\$&`)}`;
  });
  return keys.toSorted().join("+");
}

/** Whether `name` is `base` or stands below it (RFC 5280 §4.2.1.10). */
export function isWithin(name: DistinguishedName, base: DistinguishedName): boolean {
  return base.relativeKeys.every((key, index) => name.relativeKeys[index] === key);
}

/** The first value of an attribute, where it is text. */
export function textOf(name: DistinguishedName, oid: string): string | null {
  return name.attributes.find((attribute) => attribute.oid === oid)?.text ?? null;
}

/** What is left of a text when case, compatible forms, invisible characters and the amount of white
 *  space do not matter: the preparation of RFC 4518 §2, by which RFC 5280 §7.1 compares. */
function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
