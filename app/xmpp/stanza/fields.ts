/** Reads and writes the fields that extensions add to messages and presence, with their types. */

import type { Element } from "@xmpp/xml";
import type { Field, Fields, ReadContext } from "../xep/define.ts";

type ValueOf<F> = F extends Field<infer T> ? T : never;

/** The object type of a set of fields: every one optional. */
export type FieldValues<F> = { readonly [K in keyof F]?: ValueOf<F[K]> };

type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (
  value: infer I,
) => void
  ? I
  : never;

/** The fields that a list of extensions adds to one kind of stanza. */
export type FieldsOf<Extension, Kind extends "message" | "presence"> = UnionToIntersection<
  Extension extends { readonly [K in Kind]?: infer F } ? FieldValues<NonNullable<F>> : never
>;

/** Merges the declared fields; two extensions must not claim one name. */
export function collectFields(
  extensions: readonly { readonly message?: Fields; readonly presence?: Fields }[],
  kind: "message" | "presence",
): ReadonlyMap<string, Field<unknown>> {
  const all = new Map<string, Field<unknown>>();
  for (const extension of extensions) {
    for (const [name, field] of Object.entries(extension[kind] ?? {})) {
      if (all.has(name)) throw new Error(`two extensions declare the ${kind} field "${name}"`);
      all.set(name, field as Field<unknown>);
    }
  }
  return all;
}

export function readFields(
  fields: ReadonlyMap<string, Field<unknown>>,
  stanza: Element,
  context: ReadContext,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, field] of fields) {
    const value = field.read(stanza, context);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

export function writeFields(
  fields: ReadonlyMap<string, Field<unknown>>,
  values: Readonly<Record<string, unknown>>,
): Element[] {
  const children: Element[] = [];
  for (const [name, field] of fields) {
    const value = values[name];
    const child = value === undefined ? undefined : field.write?.(value);
    if (child) children.push(child);
  }
  return children;
}
