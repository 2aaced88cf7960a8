/** Makes new private keys. RSA takes up to a few seconds: call it in a worker. */

import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { PrivateKey } from "./private-key.ts";

export const newKeyKinds = ["p-256", "p-384", "ed25519", "rsa-3072"] as const;

export type NewKeyKind = (typeof newKeyKinds)[number];

export function createKey(kind: NewKeyKind): PrivateKey {
  return new PrivateKey(generate(kind).export({ format: "der", type: "pkcs8" }));
}

function generate(kind: NewKeyKind): KeyObject {
  switch (kind) {
    case "p-256":
      return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    case "p-384":
      return generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
    case "ed25519":
      return generateKeyPairSync("ed25519").privateKey;
    case "rsa-3072":
      return generateKeyPairSync("rsa", { modulusLength: 3_072 }).privateKey;
  }
}
