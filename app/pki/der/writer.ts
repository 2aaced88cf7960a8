/** Writes DER (ITU-T X.690 §10). Every function returns one encoded element. */

import { tags } from "./reader.ts";

/** An element of any tag around encoded content. */
export function writeElement(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...writeLength(body.length)]), body]);
}

export function writeSequence(...parts: readonly Uint8Array[]): Buffer {
  return writeElement(tags.sequence, ...parts);
}

/** SET OF: the parts are put in order (X.690 §11.6). */
export function writeSet(...parts: readonly Uint8Array[]): Buffer {
  return writeElement(tags.set, ...parts.toSorted((one, other) => Buffer.compare(one, other)));
}

/** EXPLICIT `[number]`, or IMPLICIT of a constructed type. */
export function writeContext(number: number, ...content: readonly Uint8Array[]): Buffer {
  return writeElement(0xa0 | number, ...content);
}

/** IMPLICIT `[number]` of a primitive type. */
export function writeContextPrimitive(number: number, content: Uint8Array): Buffer {
  return writeElement(0x80 | number, content);
}

export function writeOid(dotted: string): Buffer {
  const [root = 0n, second = 0n, ...rest] = dotted.split(".").map(BigInt);
  const arcs = [root * 40n + second, ...rest];
  return writeElement(tags.oid, Buffer.from(arcs.flatMap(writeArc)));
}

export function writeBoolean(value: boolean): Buffer {
  return writeElement(tags.boolean, Buffer.from([value ? 0xff : 0x00]));
}

/** A whole number that is not negative. */
export function writeInteger(value: bigint | number): Buffer {
  const hex = BigInt(value).toString(16);
  return writeUnsigned(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}

/** The same, from its bytes with the highest first, as serial numbers and nonces are made. */
export function writeUnsigned(bytes: Uint8Array): Buffer {
  const firstUsed = bytes.findIndex((byte) => byte !== 0);
  const used = firstUsed === -1 ? Buffer.from([0]) : bytes.subarray(firstUsed);
  const needsZero = (used[0] ?? 0) >= 0x80;
  return writeElement(tags.integer, needsZero ? Buffer.from([0]) : Buffer.alloc(0), used);
}

export function writeBits(bytes: Uint8Array, unusedBits = 0): Buffer {
  return writeElement(tags.bitString, Buffer.from([unusedBits]), bytes);
}

export function writeOctets(bytes: Uint8Array): Buffer {
  return writeElement(tags.octetString, bytes);
}

export function writeNull(): Buffer {
  return writeElement(tags.null);
}

export function writeUtf8(text: string): Buffer {
  return writeElement(tags.utf8String, Buffer.from(text));
}

export function writeIa5(text: string): Buffer {
  return writeElement(tags.ia5String, Buffer.from(text, "latin1"));
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on.
 *  @param time milliseconds since the epoch; fractions of a second are cut off */
export function writeTime(time: number): Buffer {
  const date = new Date(time);
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:T]/g, "");
  const isUtc = date.getUTCFullYear() >= 1950 && date.getUTCFullYear() < 2050;
  return isUtc
    ? writeElement(tags.utcTime, Buffer.from(digits.slice(2), "latin1"))
    : writeElement(tags.generalizedTime, Buffer.from(digits, "latin1"));
}

function writeLength(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

/** Seven bits a byte, all but the last with the highest bit set. */
function writeArc(arc: bigint): number[] {
  const bytes = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) bytes.unshift(Number(rest & 0x7fn) | 0x80);
  return bytes;
}
