/** Turns BER (ITU-T X.690 §8), which some programs write their key files in, into DER that reader.ts can
 *  read: definite and shortest lengths, and OCTET STRINGs in one piece. Not for anything that is signed:
 *  there the bytes themselves count, and other bytes than DER are an error. */

import { derLimits, keyFileLimits } from "../../base/limits.ts";
import { DerError, tags } from "./reader.ts";
import { writeElement } from "./writer.ts";

const constructedBit = 0x20;
const constructedOctetString = tags.octetString | constructedBit;

/** One element that fills `bytes`. What is inside OCTET STRINGs stays as it is.
 *  @throws {DerError} also where it is nested too deeply or has too many parts */
export function normaliseBer(bytes: Uint8Array): Buffer {
  const reader = new BerReader(bytes);
  const { encoded, end } = reader.read(0, bytes.length, 0);
  if (end !== bytes.length) throw new DerError("is followed by something else");
  return encoded;
}

interface Element {
  /** DER. */
  readonly encoded: Buffer;
  /** Without tag and length. */
  readonly content: Buffer;
  readonly tag: number;
  /** Where it ends in the BER. */
  readonly end: number;
}

class BerReader {
  readonly #bytes: Buffer;
  #elements = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  read(start: number, limit: number, depth: number): Element {
    if (depth > derLimits.depthMax) throw new DerError("nested too deeply");
    if (++this.#elements > keyFileLimits.elementsMax) throw new DerError("has too many parts");
    const tag = this.#byteAt(start, limit);
    // Tag 0 is the end of an indefinite length, and nothing else.
    if (tag === 0 || (tag & 0x1f) === 0x1f) throw new DerError("has a tag that is not known");
    const { contentStart, length } = this.#readLength(start + 1, limit);
    const isConstructed = (tag & constructedBit) !== 0;
    if (isConstructed) return this.#readParts(tag, contentStart, length, limit, depth);
    if (length === null) throw new DerError("has an indefinite length without parts");
    const end = contentStart + length;
    const content = this.#bytes.subarray(contentStart, end);
    return { tag, content, encoded: writeElement(tag, content), end };
  }

  #readParts(
    tag: number,
    contentStart: number,
    length: number | null,
    limit: number,
    depth: number,
  ): Element {
    const contentLimit = length === null ? limit : contentStart + length;
    const parts: Element[] = [];
    let at = contentStart;
    while (length === null ? !this.#isEnd(at, contentLimit) : at < contentLimit) {
      const part = this.read(at, contentLimit, depth + 1);
      parts.push(part);
      at = part.end;
    }
    const end = length === null ? at + 2 : at;
    if (tag !== constructedOctetString) {
      const content = Buffer.concat(parts.map((part) => part.encoded));
      return { tag, content, encoded: writeElement(tag, content), end };
    }
    if (parts.some((part) => part.tag !== tags.octetString)) {
      throw new DerError("an OCTET STRING has parts of another type");
    }
    const content = Buffer.concat(parts.map((part) => part.content));
    const joined = tags.octetString;
    return { tag: joined, content, encoded: writeElement(joined, content), end };
  }

  /** @returns null for an indefinite length */
  #readLength(at: number, limit: number): { contentStart: number; length: number | null } {
    const first = this.#byteAt(at, limit);
    if (first === 0x80) return { contentStart: at + 1, length: null };
    if (first < 0x80) return this.#checkLength(at + 1, first, limit);
    const count = first & 0x7f;
    let length = 0;
    for (let index = 1; index <= count; index++) {
      length = length * 256 + this.#byteAt(at + index, limit);
      if (length > limit) throw new DerError("ends in the middle of an element");
    }
    return this.#checkLength(at + 1 + count, length, limit);
  }

  #checkLength(
    contentStart: number,
    length: number,
    limit: number,
  ): { contentStart: number; length: number } {
    if (contentStart + length > limit) throw new DerError("ends in the middle of an element");
    return { contentStart, length };
  }

  #isEnd(at: number, limit: number): boolean {
    return this.#byteAt(at, limit) === 0 && this.#byteAt(at + 1, limit) === 0;
  }

  #byteAt(at: number, limit: number): number {
    const byte = this.#bytes[at];
    if (byte === undefined || at >= limit) throw new DerError("ends in the middle of an element");
    return byte;
  }
}
