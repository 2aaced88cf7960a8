/** BER becomes the DER that means the same, and nothing hostile gets through. */

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { keyFileLimits } from "../../../app/base/limits.ts";
import { normaliseBer } from "../../../app/pki/der/ber.ts";
import { DerError, readDer } from "../../../app/pki/der/reader.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

test.each([
  ["DER stays", "30 05 02 01 05 05 00", "30 05 02 01 05 05 00"],
  ["a length may be indefinite", "30 80 02 01 05 00 00", "30 03 02 01 05"],
  ["one in another", "30 80 a0 80 05 00 00 00 00 00", "30 04 a0 02 05 00"],
  ["a definite one around it", "30 06 30 80 05 00 00 00", "30 04 30 02 05 00"],
  ["a length may be longer than needed", "30 84 00 00 00 02 05 00", "30 02 05 00"],
  ["an OCTET STRING in pieces", "24 80 04 01 aa 04 02 bb cc 00 00", "04 03 aa bb cc"],
  ["pieces in pieces", "24 80 24 05 04 01 aa 04 00 04 01 bb 00 00", "04 02 aa bb"],
  ["no pieces", "24 80 00 00", "04 00"],
  ["nothing", "30 80 00 00", "30 00"],
  ["what is inside an OCTET STRING stays", "04 04 30 80 00 00", "04 04 30 80 00 00"],
])("%s", (_, ber, der) => {
  expect(normaliseBer(hex(ber)).toString("hex")).toBe(hex(der).toString("hex"));
});

test.each([
  ["nothing at all", ""],
  ["no length", "30"],
  ["no end", "30 80 05 00"],
  ["half an end", "30 80 05 00 00"],
  ["too short", "04 05 aa"],
  ["a part that leaves its whole", "30 03 04 05 aa bb cc dd ee"],
  ["something behind", "05 00 00"],
  ["an end without a beginning", "30 02 00 00"],
  ["an indefinite length without parts", "04 80 aa 00 00"],
  ["a piece of another type", "24 03 02 01 05"],
  ["a tag of several bytes", "3f 81 01 00"],
  ["a length beyond all numbers", `30 ff ${"ff".repeat(127)}`],
])("refused: %s", (_, ber) => {
  expect(() => normaliseBer(hex(ber))).toThrow(DerError);
});

test("it does not go down for ever", () => {
  expect(() => normaliseBer(Buffer.alloc(100_000, hex("30 80")))).toThrow("nested too deeply");
});

test("it does not take endless parts", () => {
  const parts = Buffer.alloc(2 * (keyFileLimits.elementsMax + 1), hex("05 00"));
  const whole = Buffer.concat([hex("30 80"), parts, hex("00 00")]);
  expect(() => normaliseBer(whole)).toThrow("has too many parts");
});

test("whatever comes out is whole, and comes out of itself unchanged", () => {
  const likely = fc.constantFrom(0x00, 0x02, 0x04, 0x24, 0x30, 0x80, 0x81, 0xa0, 0x01, 0x05);
  fc.assert(
    fc.property(fc.array(likely, { maxLength: 24 }), (bytes) => {
      let der: Buffer;
      try {
        der = normaliseBer(Buffer.from(bytes));
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(DerError);
        return;
      }
      expect(normaliseBer(der).equals(der)).toBe(true);
      expect(readDer(der).end).toBe(der.length);
    }),
    { numRuns: 5_000 },
  );
});
