/** GeneralName (RFC 5280 §4.2.1.6): what a certificate can be for, beside its subject. */

import {
  decodeIa5,
  decodeOid,
  DerError,
  readOid,
  readOnly,
  type DerElement,
} from "../der/reader.ts";
import { readName, type DistinguishedName } from "./distinguished-name.ts";

export type GeneralName =
  | { readonly kind: "other"; readonly oid: string; readonly value: DerElement }
  | { readonly kind: "email"; readonly text: string }
  | { readonly kind: "dns"; readonly text: string }
  | { readonly kind: "directory"; readonly name: DistinguishedName }
  | { readonly kind: "uri"; readonly text: string }
  /** Four or sixteen bytes in a certificate, eight or thirty-two in a constraint. */
  | { readonly kind: "ip"; readonly bytes: Uint8Array }
  | { readonly kind: "registered"; readonly oid: string }
  /** x400Address and ediPartyName: nobody has used them. */
  | { readonly kind: "unknown"; readonly tag: number };

/** @throws {DerError} */
export function readGeneralName(element: DerElement): GeneralName {
  switch (element.context) {
    case 0: {
      const [type, wrapped, ...more] = element.children;
      if (!type || wrapped?.context !== 0 || more.length > 0) throw new DerError("bad otherName");
      return { kind: "other", oid: readOid(type), value: readOnly(wrapped, "an otherName") };
    }
    case 1:
      return { kind: "email", text: readIa5(element) };
    case 2:
      return { kind: "dns", text: readIa5(element) };
    case 4:
      return { kind: "directory", name: readName(readOnly(element, "a directoryName")) };
    case 6:
      return { kind: "uri", text: readIa5(element) };
    case 7:
      requirePrimitive(element);
      return { kind: "ip", bytes: element.content };
    case 8:
      requirePrimitive(element);
      return { kind: "registered", oid: decodeOid(element.content) };
    case 3:
    case 5:
      return { kind: "unknown", tag: element.tag };
    default:
      throw new DerError("bad general name");
  }
}

/** GeneralNames: at least one. @param elements the parts of the SEQUENCE  @throws {DerError} */
export function readGeneralNames(elements: readonly DerElement[]): GeneralName[] {
  if (elements.length === 0) throw new DerError("a list of names is empty");
  return elements.map(readGeneralName);
}

function readIa5(element: DerElement): string {
  requirePrimitive(element);
  return decodeIa5(element.content);
}

function requirePrimitive(element: DerElement): void {
  if (element.isConstructed) throw new DerError("bad general name");
}
