/** Reads DER (ITU-T X.690 §10, §11), strictly: definite and minimal lengths, single-byte tags, nothing
 *  left over. Every reader function throws a {@link DerError}; the parsers of whole structures turn that
 *  into a value. For BER, which key files have, see ber.ts. */

import { derLimits } from "../../base/limits.ts";

/** The bytes are not what they should be. The message says what was expected, never what the bytes hold. */
export class DerError extends Error {
  override readonly name = "DerError";
}

/** Universal tags, with the constructed bit where DER sets it. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

const constructedBit = 0x20;
const classBits = 0xc0;
const contextClass = 0x80;

/** The tag of an element and where it lies. One header is read again and again in a pass over so many
 *  elements that an object for each would fill the memory. */
export class DerHeader {
  tag = 0;
  contentStart = 0;
  end = 0;

  /** Reads the header of the element at `start`, which ends at `limit` at the latest. @throws {DerError} */
  read(bytes: Uint8Array, start: number, limit: number): void {
    const tag = bytes[start];
    const first = bytes[start + 1];
    if (tag === undefined || first === undefined || start + 2 > limit) {
      throw new DerError("ends in the middle of a tag or length");
    }
    if ((tag & 0x1f) === 0x1f) throw new DerError("has a tag of several bytes");
    let length = first;
    let contentStart = start + 2;
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count === 0) throw new DerError("has an indefinite length");
      if (count > 4) throw new DerError("has a length of more than four bytes");
      contentStart += count;
      if (contentStart > limit) throw new DerError("ends in the middle of a length");
      length = 0;
      for (let at = start + 2; at < contentStart; at++) length = length * 256 + (bytes[at] ?? 0);
      if (length < 0x80 || bytes[start + 2] === 0)
        throw new DerError("has a length that is too long");
    }
    const end = contentStart + length;
    if (end > limit) throw new DerError("ends in the middle of an element");
    this.tag = tag;
    this.contentStart = contentStart;
    this.end = end;
  }
}

const sharedHeader = new DerHeader();

/** One element: its tag, and where it lies. Children are read when they are asked for. */
export class DerElement {
  readonly tag: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #contentStart: number;
  readonly #end: number;
  readonly #depth: number;
  #children: readonly DerElement[] | null = null;

  private constructor(
    bytes: Uint8Array,
    start: number,
    contentStart: number,
    end: number,
    depth: number,
  ) {
    this.tag = bytes[start] ?? 0;
    this.#bytes = bytes;
    this.#start = start;
    this.#contentStart = contentStart;
    this.#end = end;
    this.#depth = depth;
  }

  /** The element that begins at `start`. @throws {DerError} */
  static at(bytes: Uint8Array, start: number, limit: number, depth: number): DerElement {
    if (depth > derLimits.depthMax) throw new DerError("nested too deeply");
    sharedHeader.read(bytes, start, limit);
    return new DerElement(bytes, start, sharedHeader.contentStart, sharedHeader.end, depth);
  }

  /** Tag, length and content: what is signed or hashed. */
  get encoded(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  get content(): Uint8Array {
    return this.#bytes.subarray(this.#contentStart, this.#end);
  }

  get end(): number {
    return this.#end;
  }

  /** The number of a context-specific tag, else null: `[0]` is 0, constructed or not. */
  get context(): number | null {
    return (this.tag & classBits) === contextClass ? this.tag & 0x1f : null;
  }

  get isConstructed(): boolean {
    return (this.tag & constructedBit) !== 0;
  }

  /** The elements in it. @throws {DerError} where it is primitive or its content is not well formed */
  get children(): readonly DerElement[] {
    this.#children ??= this.#readChildren();
    return this.#children;
  }

  /** The content read as if the tag were another: IMPLICIT tagging of a primitive type keeps it. */
  expect(tag: number, what: string): this {
    if (this.tag !== tag) throw new DerError(`${what} is of another type`);
    return this;
  }

  #readChildren(): DerElement[] {
    if (!this.isConstructed) throw new DerError("has no parts");
    const children: DerElement[] = [];
    for (let at = this.#contentStart; at < this.#end;) {
      const child = DerElement.at(this.#bytes, at, this.#end, this.#depth + 1);
      children.push(child);
      at = child.#end;
    }
    return children;
  }
}

/** Reads one element that fills `bytes`. @throws {DerError} */
export function readDer(bytes: Uint8Array): DerElement {
  const element = DerElement.at(bytes, 0, bytes.length, 0);
  if (element.end !== bytes.length) throw new DerError("is followed by something else");
  return element;
}

/** The parts of a SEQUENCE. @throws {DerError} */
export function readSequence(element: DerElement, what: string): readonly DerElement[] {
  return element.expect(tags.sequence, what).children;
}

/** The parts of a SET OF, which are at least one. @throws {DerError} */
export function readSet(element: DerElement, what: string): readonly DerElement[] {
  const { children } = element.expect(tags.set, what);
  if (children.length === 0) throw new DerError(`${what} is empty`);
  return children;
}

/** What an EXPLICIT tag wraps. @throws {DerError} */
export function readOnly(element: DerElement, what: string): DerElement {
  const [child, ...more] = element.children;
  if (!child || more.length > 0) throw new DerError(`${what} does not have exactly one part`);
  return child;
}

/** An object identifier in dotted form. @throws {DerError} */
export function readOid(element: DerElement): string {
  return decodeOid(element.expect(tags.oid, "an object identifier").content);
}

/** @throws {DerError} */
export function decodeOid(content: Uint8Array): string {
  const last = content.at(-1);
  if (last === undefined || last >= 0x80) throw new DerError("an object identifier breaks off");
  if (content.length > derLimits.oidBytesMax)
    throw new DerError("an object identifier is too long");
  const arcs: bigint[] = [];
  let value = 0n;
  let isFirst = true;
  for (const byte of content) {
    if (isFirst && byte === 0x80) throw new DerError("an object identifier has padding");
    value = (value << 7n) | BigInt(byte & 0x7f);
    isFirst = byte < 0x80;
    if (!isFirst) continue;
    if (arcs.length === 0) {
      const root = value < 40n ? 0n : value < 80n ? 1n : 2n;
      arcs.push(root, value - root * 40n);
    } else {
      arcs.push(value);
    }
    value = 0n;
  }
  return arcs.join(".");
}

/** @throws {DerError} */
export function readBoolean(element: DerElement): boolean {
  return decodeBoolean(element.expect(tags.boolean, "a BOOLEAN").content);
}

/** DER knows two values (X.690 §11.1). @throws {DerError} */
export function decodeBoolean(content: Uint8Array): boolean {
  const [value, ...more] = content;
  if (more.length > 0 || (value !== 0x00 && value !== 0xff)) throw new DerError("bad BOOLEAN");
  return value === 0xff;
}

/** @throws {DerError} */
export function readInteger(element: DerElement): bigint {
  return decodeInteger(element.expect(tags.integer, "an INTEGER").content);
}

/** Two's complement in as few bytes as possible (X.690 §8.3.2). @throws {DerError} */
export function decodeInteger(content: Uint8Array): bigint {
  const [first, second = 0] = content;
  if (first === undefined) throw new DerError("an INTEGER is empty");
  const isPadded =
    content.length > 1 && ((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (isPadded) throw new DerError("an INTEGER has padding");
  if (content.length > derLimits.integerBytesMax) throw new DerError("an INTEGER is too long");
  const magnitude = BigInt(`0x${Buffer.from(content).toString("hex")}`);
  return first < 0x80 ? magnitude : magnitude - (1n << BigInt(content.length * 8));
}

/** A count or an enumeration: an INTEGER from 0 to `max`. @throws {DerError} */
export function readSmallInteger(element: DerElement, max: number, what: string): number {
  return decodeSmallInteger(element.expect(tags.integer, what).content, max, what);
}

/** @throws {DerError} */
export function decodeSmallInteger(content: Uint8Array, max: number, what: string): number {
  const value = decodeInteger(content);
  if (value < 0n || value > BigInt(max)) throw new DerError(`${what} is out of range`);
  return Number(value);
}

export interface Bits {
  readonly bytes: Uint8Array;
  /** Of the last byte: 0 to 7. */
  readonly unusedBits: number;
}

/** @throws {DerError} */
export function readBits(element: DerElement): Bits {
  return decodeBits(element.expect(tags.bitString, "a BIT STRING").content);
}

/** @throws {DerError} */
export function decodeBits(content: Uint8Array): Bits {
  const [unusedBits] = content;
  const bytes = content.subarray(1);
  if (unusedBits === undefined || unusedBits > 7 || (bytes.length === 0 && unusedBits > 0)) {
    throw new DerError("bad BIT STRING");
  }
  // X.690 §11.2.1: what is not used is zero.
  if (((bytes.at(-1) ?? 0) & ((1 << unusedBits) - 1)) !== 0) throw new DerError("bad BIT STRING");
  return { bytes, unusedBits };
}

/** The bits that are set, by their ASN.1 numbers: bit 0 is the first byte's highest. */
export function bitsThatAreSet({ bytes }: Bits): Set<number> {
  const set = new Set<number>();
  for (const [index, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) set.add(index * 8 + bit);
  }
  return set;
}

/** A whole number of bytes, as signatures and keys are. @throws {DerError} */
export function readBitsAsBytes(element: DerElement): Uint8Array {
  const { bytes, unusedBits } = readBits(element);
  if (unusedBits !== 0) throw new DerError("a BIT STRING is not a whole number of bytes");
  return bytes;
}

/** @throws {DerError} */
export function readOctets(element: DerElement): Uint8Array {
  return element.expect(tags.octetString, "an OCTET STRING").content;
}

/** A time of RFC 5280 §4.1.2.5: UTCTime or GeneralizedTime, in UTC, with seconds, without fractions.
 *  @returns milliseconds since the epoch  @throws {DerError} */
export function readTime(element: DerElement): number {
  const { content } = element;
  return decodeTime(element.tag, content, 0, content.length);
}

/** The same, of the content from `start` to `end` of an element with this tag. @throws {DerError} */
export function decodeTime(tag: number, bytes: Uint8Array, start: number, end: number): number {
  const isUtc = tag === tags.utcTime;
  if (!isUtc && tag !== tags.generalizedTime) throw new DerError("a time is of another type");
  const monthAt = start + (isUtc ? 2 : 4);
  if (end !== monthAt + 11 || bytes[end - 1] !== letterZ) throw new DerError("bad time");
  const yearEnd = readTwoDigits(bytes, monthAt - 2);
  // RFC 5280 §4.1.2.5.1: two digits from 50 on are 19YY.
  const century = isUtc ? (yearEnd < 50 ? 20 : 19) : readTwoDigits(bytes, start);
  const year = century * 100 + yearEnd;
  const month = readTwoDigits(bytes, monthAt);
  const day = readTwoDigits(bytes, monthAt + 2);
  const hour = readTwoDigits(bytes, monthAt + 4);
  const minute = readTwoDigits(bytes, monthAt + 6);
  const second = readTwoDigits(bytes, monthAt + 8);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (daysOfMonths[month - 1] ?? 0);
  const isReal = day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59;
  if (!isReal) throw new DerError("bad time");
  // Date.UTC takes the years 0 to 99 for those of the last century; 400 years are always as long.
  const time = Date.UTC(year + 400, month - 1, day, hour, minute, second);
  return time - msOf400Years;
}

const letterZ = 0x5a;
const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const msOf400Years = 146_097 * 86_400_000;

function readTwoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) throw new DerError("bad time");
  return tens * 10 + ones;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Any of the string types; null for another type. @throws {DerError} where its bytes are not of its type */
export function readText(element: DerElement): string | null {
  const bytes = Buffer.from(element.content);
  switch (element.tag) {
    case tags.utf8String:
      try {
        return utf8.decode(bytes);
      } catch {
        throw new DerError("a UTF8String is not UTF-8");
      }
    case tags.numericString:
    case tags.printableString:
    case tags.ia5String:
    case tags.visibleString:
      return decodeIa5(bytes);
    case tags.teletexString:
      // T.61 in name, Latin-1 in practice.
      return bytes.toString("latin1");
    case tags.bmpString:
      if (bytes.length % 2 !== 0) throw new DerError("a BMPString breaks off");
      return bytes.swap16().toString("utf16le");
    case tags.universalString:
      return decodeUniversal(bytes);
    default:
      return null;
  }
}

/** ASCII, and nothing else. @throws {DerError} */
export function decodeIa5(content: Uint8Array): string {
  if (content.some((byte) => byte > 0x7f)) throw new DerError("a string is not ASCII");
  return Buffer.from(content).toString("latin1");
}

function decodeUniversal(bytes: Buffer): string {
  if (bytes.length % 4 !== 0) throw new DerError("a UniversalString breaks off");
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    const point = bytes.readUInt32BE(at);
    if (point > 0x10ffff) throw new DerError("a UniversalString is not Unicode");
    text += String.fromCodePoint(point);
  }
  return text;
}
