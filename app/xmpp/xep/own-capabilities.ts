/** What this client says of itself: its identity, its features, and the hash that stands for both. */

import { createHash } from "node:crypto";
import type { Xep } from "./define.ts";

export interface DiscoIdentity {
  readonly category: string;
  readonly type: string;
  readonly name: string;
}

/** What this program is (registrar: client/pc). */
export const ownIdentity: DiscoIdentity = { category: "client", type: "pc", name: "Linnet" };

/** Names the program, not a device: the same for everybody who runs this version. */
export const ownNode = "https://linnet.example/caps";

/** The features that a list of extensions announces, each once. */
export function ownFeatures(extensions: readonly Xep[]): string[] {
  return [...new Set(extensions.flatMap((extension) => extension.features ?? []))].toSorted();
}

/** The verification string of XEP-0115 §5.1 for our identity and features: base64 of its SHA-1. */
export function ownHash(extensions: readonly Xep[]): string {
  const { category, type, name } = ownIdentity;
  const input = [`${category}/${type}//${name}`, ...ownFeatures(extensions)];
  return createHash("sha1")
    .update(input.map((line) => `${line}<`).join(""))
    .digest("base64");
}
