/** What stands in a certificate is put into words, and nothing of it is left out. */

import { expect, test } from "vitest";
import type { ExtensionKind } from "../../../app/contract/trust.ts";
import { sortAuthorities } from "../../../renderer/state/certificates.ts";
import {
  extensionTerms,
  keyInWords,
  nameParts,
  shortName,
  signatureInWords,
  type Term,
} from "../../../renderer/text/certificate-terms.ts";
import { timeFrom } from "../../../renderer/text/time.ts";

function terms(kind: ExtensionKind | null, ...items: string[]): Term[] {
  return extensionTerms({ oid: "1.2.3", kind, isCritical: false, items });
}

function values(kind: ExtensionKind | null, ...items: string[]): string[] {
  return terms(kind, ...items).map(({ value }) => value);
}

test("a name is taken apart at its attributes, not at its commas", () => {
  const name = "C=IT, O=Montague, Sons & Co, 2.5.4.97=VAT-1, CN=Verona Root, Class 1";
  expect(nameParts(name)).toEqual([
    { label: "Name", value: "Verona Root, Class 1" },
    { label: "Registration number", value: "VAT-1" },
    { label: "Organisation", value: "Montague, Sons & Co" },
    { label: "Country", value: "IT" },
  ]);
  expect(shortName(name)).toBe("Verona Root, Class 1");
  expect(shortName("C=IT, O=Montague")).toBe("Montague");
});

test("known extensions are said in words", () => {
  expect(values("basic-constraints", "CA:true", "pathlen:0")).toEqual([
    "It is an authority and may issue certificates",
    "No authority may stand between it and a server",
  ]);
  expect(values("key-usage", "keyCertSign")).toEqual(["Issue certificates"]);
  expect(values("extended-key-usage", "serverAuth")).toEqual(["Being a server"]);
  expect(terms("name-constraints", "permitted dns:.example", "excluded ip:10.0.0.0/8")).toEqual([
    { label: "Only server", value: ".example" },
    { label: "Not network address", value: "10.0.0.0/8" },
  ]);
  expect(terms("authority-info-access", "1.3.6.1.5.5.7.48.1 uri:http://ocsp.example/")).toEqual([
    { label: "Whether it was withdrawn (OCSP)", value: "http://ocsp.example/" },
  ]);
});

test("what has no word is shown as it is", () => {
  expect(terms(null, "0403")).toEqual([{ label: "Bytes", value: "0403" }]);
  expect(values("extended-key-usage", "1.2.3.4")).toEqual(["1.2.3.4"]);
  expect(values("key-usage", "somethingNew")).toEqual(["somethingNew"]);
  expect(values("basic-constraints", "pathlen:many")).toEqual(["pathlen:many"]);
  expect(values("policy-constraints", "3082")).not.toEqual([]);
  expect(terms("subject-alt-name", "other:1.2.3", "odd")).toEqual([
    { label: "Other name", value: "1.2.3" },
    { label: "", value: "odd" },
  ]);
});

test("keys and signatures have the names that people know", () => {
  expect(["rsa 2048", "ec prime256v1", "ed25519", "x448", null].map(keyInWords)).toEqual([
    "RSA, 2048 bits",
    "Elliptic curve P-256",
    "Ed25519",
    "x448",
    "of a kind that is not known here",
  ]);
  expect(signatureInWords("rsa-pkcs1 sha256")).toBe("RSA with SHA-256");
  expect(signatureInWords("ed25519")).toBe("Ed25519");
  expect(signatureInWords("unknown")).toBe("A method that is not known here");
});

test("times are told from now", () => {
  const now = Date.UTC(2026, 0, 1);
  expect(timeFrom(now - 3 * 60_000, now)).toBe("3 minutes ago");
  expect(timeFrom(now + 800 * 86_400_000, now)).toBe("in 2 years");
});

test("authorities that are equal in a column stay in the order of their names", () => {
  const row = (subject: string, expiresAt: number, source: "imported" | "built-in") =>
    ({ fingerprint: subject, subject, expiresAt, source }) as const;
  const rows = [row("c", 1, "built-in"), row("B", 2, "imported"), row("a", 1, "built-in")];
  const order = (column: "name" | "source" | "expiresAt", isDescending: boolean): string =>
    sortAuthorities(rows, { column, isDescending })
      .map(({ subject }) => subject)
      .join("");
  expect(order("name", false)).toBe("aBc");
  expect(order("source", false)).toBe("Bac");
  expect(order("expiresAt", true)).toBe("Bac");
  expect(order("expiresAt", false)).toBe("acB");
});
