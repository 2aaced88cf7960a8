/** Reads the revoked certificates of a CRL (RFC 5280 §5.1.2.6, §5.3) in one pass over the bytes that makes
 *  no object of an entry. The only reading of entries there is: for a CRL just read and for its index. */

import { crlLimits, derLimits } from "../../base/limits.ts";
import {
  decodeBoolean,
  decodeOid,
  decodeTime,
  DerError,
  DerHeader,
  readDer,
  readSequence,
  tags,
} from "../der/reader.ts";
import { readGeneralNames } from "../x509/general-name.ts";
import { removeFromCrl, RevocationTableBuilder, type RevocationTable } from "./revocation-table.ts";

/** What the rest of the CRL says about its entries. */
export interface EntriesContext {
  readonly issuerKey: string;
  readonly version: 1 | 2;
  readonly isIndirect: boolean;
  readonly isDelta: boolean;
}

export interface CrlEntries {
  readonly table: RevocationTable;
  /** The keys of the names whose certificates are in the table; their places are their numbers there. */
  readonly issuerKeys: readonly string[];
  /** Something that changes what an entry means is unknown: the CRL must not be used (§5.3). */
  readonly hasUnknownCritical: boolean;
}

/** @param content of `revokedCertificates`, null where the CRL has none  @throws {DerError} */
export function readCrlEntries(content: Uint8Array | null, context: EntriesContext): CrlEntries {
  // §5.1.2.6: where nothing is revoked the list is left out.
  if (content?.length === 0) throw new DerError("a list of revoked certificates is empty");
  return new EntryReader(content ?? new Uint8Array(), context).read();
}

/** The last byte of an identifier below id-ce, 2.5.29. */
const reasonArc = 21;
const invalidityDateArc = 24;
const certificateIssuerArc = 29;

/** CRLReason, an enumeration with a gap. */
const reasonMax = 10;
const reasonUnused = 7;

class EntryReader {
  readonly #bytes: Uint8Array;
  readonly #context: EntriesContext;
  readonly #header = new DerHeader();
  readonly #issuerKeys: string[];
  readonly #issuerNumbers: Map<string, number>;
  #hasUnknownCritical = false;

  /** Stays for the entries that follow (§5.3.3). */
  #issuer = 0;
  /** Of the entry that is read. */
  #reason = 0;
  /** Which extensions it had: a bit for each that we know by its arc, the others by name. */
  #arcsSeen = 0;
  #othersSeen: Set<string> | null = null;

  constructor(bytes: Uint8Array, context: EntriesContext) {
    this.#bytes = bytes;
    this.#context = context;
    this.#issuerKeys = [context.issuerKey];
    this.#issuerNumbers = new Map([[context.issuerKey, 0]]);
  }

  read(): CrlEntries {
    const builder = new RevocationTableBuilder(this.#bytes, this.#count());
    for (let at = 0; at < this.#bytes.length;) at = this.#readEntry(at, builder);
    return {
      table: builder.build(),
      issuerKeys: this.#issuerKeys,
      hasUnknownCritical: this.#hasUnknownCritical,
    };
  }

  #count(): number {
    let count = 0;
    for (let at = 0; at < this.#bytes.length; at = this.#header.end) {
      this.#expect(tags.sequence, at, this.#bytes.length);
      count++;
    }
    return count;
  }

  /** Reads the header of an element that must have this tag. It is the only header: what is needed of it
   *  is taken before the next one is read. */
  #expect(tag: number, at: number, limit: number): DerHeader {
    this.#header.read(this.#bytes, at, limit);
    if (this.#header.tag !== tag) throw new DerError("bad entry of a CRL");
    return this.#header;
  }

  /** @returns where the next entry begins */
  #readEntry(start: number, builder: RevocationTableBuilder): number {
    const bytes = this.#bytes;
    const entry = this.#expect(tags.sequence, start, bytes.length);
    const { end } = entry;
    const serial = this.#expect(tags.integer, entry.contentStart, end);
    const serialStart = serial.contentStart;
    const serialEnd = serial.end;
    this.#requireInteger(serialStart, serialEnd);
    const date = this.#header;
    date.read(bytes, serialEnd, end);
    const time = decodeTime(date.tag, bytes, date.contentStart, date.end);
    this.#reason = 0;
    if (date.end < end) this.#readExtensions(date.end, end);
    builder.add(this.#issuer, serialStart, serialEnd, this.#reason, time);
    return end;
  }

  #requireInteger(start: number, end: number): void {
    const length = end - start;
    const first = this.#bytes[start] ?? 0;
    const second = this.#bytes[start + 1] ?? 0;
    const isPadded =
      length > 1 && ((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80));
    if (length === 0 || isPadded || length > derLimits.integerBytesMax) {
      throw new DerError("bad serial number in a CRL");
    }
  }

  /** `crlEntryExtensions`, with which the entry ends. */
  #readExtensions(start: number, entryEnd: number): void {
    if (this.#context.version === 1) throw new DerError("a CRL of version 1 has extensions");
    const { contentStart, end } = this.#expect(tags.sequence, start, entryEnd);
    if (end !== entryEnd || contentStart === end) throw new DerError("bad entry of a CRL");
    this.#arcsSeen = 0;
    this.#othersSeen = null;
    for (let at = contentStart; at < end;) at = this.#readExtension(at, end);
  }

  /** @returns where the next extension begins */
  #readExtension(start: number, limit: number): number {
    const bytes = this.#bytes;
    const extension = this.#expect(tags.sequence, start, limit);
    const { end } = extension;
    const type = this.#expect(tags.oid, extension.contentStart, end);
    const typeStart = type.contentStart;
    const typeEnd = type.end;
    const next = this.#header;
    next.read(bytes, typeEnd, end);
    let isCritical = false;
    if (next.tag === tags.boolean) {
      isCritical = decodeBoolean(bytes.subarray(next.contentStart, next.end));
      next.read(bytes, next.end, end);
    }
    if (next.tag !== tags.octetString || next.end !== end) {
      throw new DerError("bad extension of a CRL's entry");
    }
    const arc = this.#arcOf(typeStart, typeEnd);
    this.#requireFirst(arc, typeStart, typeEnd);
    this.#takeValue(arc, next.contentStart, end, isCritical);
    return end;
  }

  /** The x of 2.5.29.x where it is one that we know, else 0. */
  #arcOf(start: number, end: number): number {
    const isBelowIdCe =
      end - start === 3 && this.#bytes[start] === 0x55 && this.#bytes[start + 1] === 0x1d;
    const arc = isBelowIdCe ? (this.#bytes[start + 2] ?? 0) : 0;
    const isKnown = arc === reasonArc || arc === invalidityDateArc || arc === certificateIssuerArc;
    return isKnown ? arc : 0;
  }

  /** Each extension once (§4.2). */
  #requireFirst(arc: number, typeStart: number, typeEnd: number): void {
    let isRepeated: boolean;
    if (arc === 0) {
      const oid = decodeOid(this.#bytes.subarray(typeStart, typeEnd));
      this.#othersSeen ??= new Set();
      isRepeated = this.#othersSeen.has(oid);
      this.#othersSeen.add(oid);
    } else {
      isRepeated = (this.#arcsSeen & (1 << arc)) !== 0;
      this.#arcsSeen |= 1 << arc;
    }
    if (isRepeated) throw new DerError("an extension is there twice");
  }

  #takeValue(arc: number, start: number, end: number, isCritical: boolean): void {
    switch (arc) {
      case reasonArc:
        this.#takeReason(start, end);
        return;
      case invalidityDateArc: {
        const date = this.#expect(tags.generalizedTime, start, end);
        decodeTime(date.tag, this.#bytes, date.contentStart, date.end);
        if (date.end !== end) throw new DerError("bad invalidity date");
        return;
      }
      case certificateIssuerArc:
        if (!isCritical) throw new DerError("the issuer of a certificate is not critical");
        this.#takeIssuer(this.#bytes.subarray(start, end));
        return;
      default:
        this.#hasUnknownCritical ||= isCritical;
    }
  }

  #takeReason(start: number, end: number): void {
    const { contentStart, end: valueEnd } = this.#expect(tags.enumerated, start, end);
    const reason = this.#bytes[contentStart] ?? 0;
    const isOneByte = valueEnd === end && end - contentStart === 1;
    if (!isOneByte || reason > reasonMax || reason === reasonUnused) {
      throw new DerError("bad reason in a CRL");
    }
    // §5.3.1: in a complete CRL nothing can be taken off.
    if (reason === removeFromCrl && !this.#context.isDelta) {
      throw new DerError("a complete CRL removes an entry");
    }
    this.#reason = reason;
  }

  #takeIssuer(value: Uint8Array): void {
    if (value.length > crlLimits.entryIssuerBytesMax) {
      throw new DerError("the issuer of a certificate is too long");
    }
    if (!this.#context.isIndirect) throw new DerError("a CRL has entries of another issuer");
    const names = readGeneralNames(readSequence(readDer(value), "the issuer of a certificate"));
    const keys = names.flatMap((name) => (name.kind === "directory" ? [name.name.key] : []));
    const [key] = keys;
    if (key === undefined || keys.length > 1) throw new DerError("bad issuer of a certificate");
    let number = this.#issuerNumbers.get(key);
    if (number === undefined) {
      number = this.#issuerKeys.push(key) - 1;
      if (number >= crlLimits.issuersMax) throw new DerError("a CRL has too many issuers");
      this.#issuerNumbers.set(key, number);
    }
    this.#issuer = number;
  }
}
