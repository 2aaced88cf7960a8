/** Randomness as a dependency. Identifiers on the wire come from the system's generator, never Math.random. */

import { randomBytes } from "node:crypto";

export interface Random {
  bytes(count: number): Uint8Array;
  /** 128 random bits as 22 URL-safe characters: unguessable, so it may serve as a stanza id. */
  id(): string;
  /** Uniform in [0, 1). */
  fraction(): number;
}

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  id: () => randomBytes(16).toString("base64url"),
  fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};
