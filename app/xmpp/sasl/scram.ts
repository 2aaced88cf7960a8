/** SCRAM-SHA-1, -256 and -512, with and without channel binding (RFC 5802, RFC 7677, RFC 9266). */

import { createHash, createHmac, pbkdf2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { saslprep } from "@mongodb-js/saslprep";
import { scramLimits } from "../../base/limits.ts";
import type { Random } from "../../base/random.ts";
import { failure, success, type Result } from "../../base/result.ts";
import type { ChannelBindingType } from "../stream/transport.ts";
import type { Credentials, Mechanism, SaslFault } from "./mechanism.ts";

export type ScramHash = "SHA-1" | "SHA-256" | "SHA-512";

/** What the first message says of channel binding (RFC 5802 §6). */
export type ChannelBinding =
  /** Bound to this TLS connection. */
  | { readonly flag: "p"; readonly type: ChannelBindingType; readonly data: Uint8Array }
  /** We could, and the server offered none: it will notice when somebody removed its offer. */
  | { readonly flag: "y" }
  /** The server offers binding of kinds that we cannot produce. */
  | { readonly flag: "n" };

const digests = { "SHA-1": "sha1", "SHA-256": "sha256", "SHA-512": "sha512" } as const;
const deriveKey = promisify(pbkdf2);

interface ServerFirst {
  readonly nonce: string;
  readonly salt: Buffer;
  readonly iterations: number;
}

export class Scram implements Mechanism {
  readonly name: string;
  readonly #digest: (typeof digests)[ScramHash];
  readonly #gs2Header: string;
  readonly #bindingData: Uint8Array;
  readonly #password: string;
  readonly #nonce: string;
  readonly #clientFirstBare: string;
  #expectedSignature: Buffer | null = null;
  #isServerProven = false;

  constructor(hash: ScramHash, binding: ChannelBinding, credentials: Credentials, random: Random) {
    this.name = `SCRAM-${hash}${binding.flag === "p" ? "-PLUS" : ""}`;
    this.#digest = digests[hash];
    this.#gs2Header = `${binding.flag === "p" ? `p=${binding.type}` : binding.flag},,`;
    this.#bindingData = binding.flag === "p" ? binding.data : Buffer.alloc(0);
    this.#password = prepare(credentials.password);
    this.#nonce = Buffer.from(random.bytes(24)).toString("base64");
    this.#clientFirstBare = `n=${escapeName(prepare(credentials.username))},r=${this.#nonce}`;
  }

  start(): Uint8Array {
    return Buffer.from(this.#gs2Header + this.#clientFirstBare);
  }

  async respond(challenge: Uint8Array): Promise<Result<Uint8Array, SaslFault>> {
    if (this.#expectedSignature) {
      // RFC 4422 §3.6: a server may send its signature as a last challenge instead of with success.
      const finished = this.#checkSignature(challenge);
      return finished.ok ? success(Buffer.alloc(0)) : finished;
    }
    const serverFirst = Buffer.from(challenge).toString("utf8");
    const parsed = parseServerFirst(serverFirst, this.#nonce);
    if (!parsed) return failure("bad-challenge");
    const { salt, iterations, nonce } = parsed;

    const keyBytes = createHash(this.#digest).digest().length;
    const saltedPassword = await deriveKey(
      this.#password,
      salt,
      iterations,
      keyBytes,
      this.#digest,
    );
    const binding = Buffer.concat([Buffer.from(this.#gs2Header), this.#bindingData]);
    const finalWithoutProof = `c=${binding.toString("base64")},r=${nonce}`;
    const authMessage = `${this.#clientFirstBare},${serverFirst},${finalWithoutProof}`;

    const clientKey = this.#hmac(saltedPassword, "Client Key");
    const storedKey = createHash(this.#digest).update(clientKey).digest();
    const proof = xor(clientKey, this.#hmac(storedKey, authMessage));
    const serverKey = this.#hmac(saltedPassword, "Server Key");
    this.#expectedSignature = this.#hmac(serverKey, authMessage);
    return success(Buffer.from(`${finalWithoutProof},p=${proof.toString("base64")}`));
  }

  finish(additional: Uint8Array | null): Result<null, SaslFault> {
    if (this.#isServerProven) return success(null);
    return additional ? this.#checkSignature(additional) : failure("server-unproven");
  }

  /** RFC 5802 §3: only the signature shows that the server knows the password, too. */
  #checkSignature(serverFinal: Uint8Array): Result<null, SaslFault> {
    const expected = this.#expectedSignature;
    const match = /^v=([A-Za-z0-9+/]+={0,2})(?:,|$)/.exec(Buffer.from(serverFinal).toString());
    const given = Buffer.from(match?.[1] ?? "", "base64");
    if (!expected || given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return failure("server-unproven");
    }
    this.#isServerProven = true;
    return success(null);
  }

  #hmac(key: Buffer, data: string): Buffer {
    return createHmac(this.#digest, key).update(data).digest();
  }
}

/** Parses `r=…,s=…,i=…` strictly; null for anything RFC 5802 §5.1 or our limits do not allow. */
function parseServerFirst(text: string, clientNonce: string): ServerFirst | null {
  if (text.length > scramLimits.messageCharsMax) return null;
  // A leading "m=" is a mandatory extension that nobody defined: the RFC says to give up.
  const match = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/]+={0,2}),i=([1-9]\d{0,8})(?:,|$)/.exec(
    text,
  );
  const [, nonce, saltText, iterationsText] = match ?? [];
  if (nonce === undefined || saltText === undefined || iterationsText === undefined) return null;
  // The server's nonce must begin with ours and add to it, else old messages could be replayed.
  if (!nonce.startsWith(clientNonce) || nonce.length === clientNonce.length) return null;
  const salt = Buffer.from(saltText, "base64");
  const iterations = Number(iterationsText);
  const isSane =
    salt.length > 0 &&
    iterations >= scramLimits.iterationsMin &&
    iterations <= scramLimits.iterationsMax;
  return isSane ? { nonce, salt, iterations } : null;
}

/** SASLprep (RFC 4013) where it applies. Text it prohibits is used as it is: the server either does
 *  the same or refuses the password, and both are better than an error no one can act on. */
function prepare(text: string): string {
  try {
    return saslprep(text, { allowUnassigned: true });
  } catch {
    return text;
  }
}

/** RFC 5802 §5.1: "," and "=" have a meaning in the message. */
function escapeName(name: string): string {
  return name.replaceAll("=", "=3D").replaceAll(",", "=2C");
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));
}
