/** Why a file gave no keys and certificates, and how the readers say so among themselves. */

import { keyFileLimits } from "../../base/limits.ts";
import { failure, success, type Result } from "../../base/result.ts";
import { DerError } from "../der/reader.ts";

export type KeyFileFault =
  /** Neither PKCS#12 nor any other file with keys or certificates. */
  | { readonly kind: "unknown-format" }
  | { readonly kind: "password-needed" }
  | { readonly kind: "wrong-password" }
  /** Made in a way that we cannot undo; `what` is an algorithm, mostly its object identifier. */
  | { readonly kind: "unsupported"; readonly what: string }
  /** Larger, or made for more computing, than any honest file. */
  | { readonly kind: "too-much-work" }
  /** `what` says what was expected, never what the file holds. */
  | { readonly kind: "damaged"; readonly what: string };

/** Thrown by readers of parts, caught by {@link toResult}. */
export class KeyFileError extends Error {
  override readonly name = "KeyFileError";
  readonly fault: KeyFileFault;

  constructor(fault: KeyFileFault) {
    super(fault.kind);
    this.fault = fault;
  }
}

/** What `read` returns, or why it threw. */
export function toResult<T>(read: () => T): Result<T, KeyFileFault> {
  try {
    return success(read());
  } catch (thrown) {
    return failure(faultOf(thrown));
  }
}

/** @throws what is neither a {@link KeyFileError} nor a {@link DerError} */
export function faultOf(thrown: unknown): KeyFileFault {
  if (thrown instanceof KeyFileError) return thrown.fault;
  if (thrown instanceof DerError) return { kind: "damaged", what: thrown.message };
  throw thrown;
}

export function unsupported(what: string): KeyFileError {
  return new KeyFileError({ kind: "unsupported", what });
}

/** Counts the rounds of hashing that one file costs: a file must not be able to ask for hours. */
export class Work {
  #rounds = 0;

  /** @throws {KeyFileError} before the limit is passed */
  spend(rounds: number): void {
    this.#rounds += rounds;
    if (this.#rounds > keyFileLimits.roundsMax) throw new KeyFileError({ kind: "too-much-work" });
  }
}
