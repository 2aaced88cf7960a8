/** The revoked certificates of one CRL as one block of bytes: sorted, searched by halves, written to disk
 *  and used from there as it is. A list of 500,000 is some 17 MB and no objects. */

/** What a CRL says about one certificate. */
export interface Revocation {
  /** CRLReason (RFC 5280 §5.3.1); 0 where none is given. */
  readonly reason: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** CRLReason 8: not revoked any more. Delta CRLs only. */
export const removeFromCrl = 8;

/** Count, then the place of each record and the end of the last, then the records: issuer, time, reason,
 *  serial. All numbers are little-endian. */
const countBytes = 4;
const placeBytes = 4;
const timeAt = 4;
const reasonAt = 12;
const serialAt = 13;

export class RevocationTable {
  readonly bytes: Buffer;
  readonly count: number;

  /** @param bytes what a {@link RevocationTableBuilder} made, unharmed */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.count = bytes.readUInt32LE(0);
  }

  /** @param issuer the number under which the issuer was added  @param serial the INTEGER's content */
  find(issuer: number, serial: Uint8Array): Revocation | null {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(middle, issuer, serial) < 0) low = middle + 1;
      else high = middle;
    }
    if (low === this.count || this.#compare(low, issuer, serial) !== 0) return null;
    const place = this.#placeOf(low);
    return {
      reason: this.bytes.readUInt8(place + reasonAt),
      at: this.bytes.readDoubleLE(place + timeAt),
    };
  }

  #placeOf(index: number): number {
    return this.bytes.readUInt32LE(countBytes + placeBytes * index);
  }

  /** In the order of {@link RevocationTableBuilder}. */
  #compare(index: number, issuer: number, serial: Uint8Array): number {
    const place = this.#placeOf(index);
    const found = this.bytes.subarray(place + serialAt, this.#placeOf(index + 1));
    return (
      found.length - serial.length ||
      Buffer.compare(found, serial) ||
      this.bytes.readUInt32LE(place) - issuer
    );
  }
}

/** Takes the entries in the order of the CRL, as columns of numbers. */
export class RevocationTableBuilder {
  readonly #source: Uint8Array;
  readonly #serialStarts: Uint32Array;
  readonly #serialLengths: Uint16Array;
  readonly #issuers: Uint32Array;
  readonly #times: Float64Array;
  readonly #reasons: Uint8Array;
  /** Length and first five bytes of a serial, which nearly always decide. */
  readonly #sortKeys: Float64Array;
  #count = 0;
  #serialBytes = 0;

  /** @param source where the serials lie  @param countMax how many will be added at most */
  constructor(source: Uint8Array, countMax: number) {
    this.#source = source;
    this.#serialStarts = new Uint32Array(countMax);
    this.#serialLengths = new Uint16Array(countMax);
    this.#issuers = new Uint32Array(countMax);
    this.#times = new Float64Array(countMax);
    this.#reasons = new Uint8Array(countMax);
    this.#sortKeys = new Float64Array(countMax);
  }

  /** The serial, at most 4,096 bytes, is the source's from `start` to `end`. */
  add(issuer: number, start: number, end: number, reason: number, time: number): void {
    const index = this.#count++;
    const length = end - start;
    this.#serialStarts[index] = start;
    this.#serialLengths[index] = length;
    this.#issuers[index] = issuer;
    this.#times[index] = time;
    this.#reasons[index] = reason;
    let key = length;
    for (let at = 0; at < 5; at++) {
      key = key * 256 + (at < length ? (this.#source[start + at] ?? 0) : 0);
    }
    this.#sortKeys[index] = key;
    this.#serialBytes += length;
  }

  build(): RevocationTable {
    const count = this.#count;
    const recordsAt = countBytes + placeBytes * (count + 1);
    const bytes = Buffer.alloc(recordsAt + serialAt * count + this.#serialBytes);
    bytes.writeUInt32LE(count, 0);
    let place = recordsAt;
    let at = countBytes;
    for (const index of this.#sorted()) {
      at = bytes.writeUInt32LE(place, at);
      bytes.writeUInt32LE(this.#issuers[index] ?? 0, place);
      bytes.writeDoubleLE(this.#times[index] ?? 0, place + timeAt);
      bytes.writeUInt8(this.#reasons[index] ?? 0, place + reasonAt);
      const start = this.#serialStarts[index] ?? 0;
      const length = this.#serialLengths[index] ?? 0;
      place += serialAt;
      for (let of = 0; of < length; of++) bytes[place++] = this.#source[start + of] ?? 0;
    }
    bytes.writeUInt32LE(place, at);
    return new RevocationTable(bytes);
  }

  #sorted(): Uint32Array {
    const order = new Uint32Array(this.#count).map((_, index) => index);
    return order.toSorted(
      (one, other) =>
        (this.#sortKeys[one] ?? 0) - (this.#sortKeys[other] ?? 0) ||
        this.#compareSerials(one, other) ||
        (this.#issuers[one] ?? 0) - (this.#issuers[other] ?? 0) ||
        // The first of several is what is found: one that revokes.
        Number(this.#reasons[one] === removeFromCrl) -
          Number(this.#reasons[other] === removeFromCrl) ||
        one - other,
    );
  }

  /** Of two with the same length. */
  #compareSerials(one: number, other: number): number {
    const oneStart = this.#serialStarts[one] ?? 0;
    const otherStart = this.#serialStarts[other] ?? 0;
    const length = this.#serialLengths[one] ?? 0;
    for (let at = 5; at < length; at++) {
      const difference = (this.#source[oneStart + at] ?? 0) - (this.#source[otherStart + at] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}
