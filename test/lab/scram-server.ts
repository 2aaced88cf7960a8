/** The server's half of SCRAM (RFC 5802), with real verification. Every value it would choose can be
 *  given, so that a test can be a server that lies about one of them. */

import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";

export interface ScramServerOptions {
  /** As Node names it. */
  readonly digest: "sha1" | "sha256" | "sha512";
  /** As the account's server has it, prepared. */
  readonly password: string;
  readonly iterations?: number;
  readonly salt?: Uint8Array;
  /** What the server appends to the client's nonce. */
  readonly nonce?: string;
  /** The channel binding of this connection, where the mechanism is a -PLUS one. */
  readonly bindingData?: Uint8Array;
}

export interface ScramVerdict {
  /** The client knows the password, and everything it repeated was right. */
  readonly isProven: boolean;
  /** `v=…`, by which this server proves that it knows the password. */
  readonly final: string;
}

export class ScramServer {
  readonly #options: ScramServerOptions;
  #gs2Header = "";
  #clientFirstBare = "";
  #serverFirst = "";
  #nonce = "";

  constructor(options: ScramServerOptions) {
    this.#options = options;
  }

  /** The name that the client gave, with "=2C" and "=3D" undone. */
  get username(): string {
    const name = /n=([^,]*)/.exec(this.#clientFirstBare)?.[1] ?? "";
    return name.replaceAll("=2C", ",").replaceAll("=3D", "=");
  }

  /** "n,,", "y,," or "p=…,,". */
  get gs2Header(): string {
    return this.#gs2Header;
  }

  /** Answers the client's first message with `r=…,s=…,i=…`. */
  first(clientFirst: string): string {
    const match = /^((?:[ny]|p=[^,]+),[^,]*,)(n=[^,]*,r=(.+))$/.exec(clientFirst);
    const [, gs2Header = "", bare = "", clientNonce = ""] = match ?? [];
    const { salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64") } = this.#options;
    const { iterations = 4_096, nonce = randomBytes(18).toString("base64") } = this.#options;
    this.#gs2Header = gs2Header;
    this.#clientFirstBare = bare;
    this.#nonce = clientNonce + nonce;
    const saltText = Buffer.from(salt).toString("base64");
    this.#serverFirst = `r=${this.#nonce},s=${saltText},i=${iterations}`;
    return this.#serverFirst;
  }

  /** Judges the client's final message and proves itself. */
  final(clientFinal: string): ScramVerdict {
    const { digest, password, bindingData = new Uint8Array() } = this.#options;
    const match = /^(c=([^,]+),r=([^,]+)),p=(.+)$/.exec(clientFinal);
    const [, withoutProof = "", binding = "", nonce = "", proofText = ""] = match ?? [];
    const saltedPassword = this.#saltedPassword(password);
    const authMessage = `${this.#clientFirstBare},${this.#serverFirst},${withoutProof}`;

    const clientKey = this.#hmac(saltedPassword, "Client Key");
    const storedKey = createHash(digest).update(clientKey).digest();
    const signature = this.#hmac(storedKey, authMessage);
    const proof = Buffer.from(proofText, "base64");
    const shownKey = Buffer.from(signature.map((byte, index) => byte ^ (proof[index] ?? 0)));
    const shownStoredKey = createHash(digest).update(shownKey).digest();
    const expectedBinding = Buffer.concat([Buffer.from(this.#gs2Header), bindingData]);

    const isProven =
      proof.length === signature.length &&
      timingSafeEqual(shownStoredKey, storedKey) &&
      nonce === this.#nonce &&
      binding === expectedBinding.toString("base64");
    const serverKey = this.#hmac(saltedPassword, "Server Key");
    return { isProven, final: `v=${this.#hmac(serverKey, authMessage).toString("base64")}` };
  }

  #saltedPassword(password: string): Buffer {
    const { digest } = this.#options;
    const [, salt = "", iterations = ""] = /,s=([^,]+),i=(\d+)/.exec(this.#serverFirst) ?? [];
    const keyBytes = createHash(digest).digest().length;
    return pbkdf2Sync(password, Buffer.from(salt, "base64"), Number(iterations), keyBytes, digest);
  }

  #hmac(key: Buffer, text: string): Buffer {
    return createHmac(this.#options.digest, key).update(text).digest();
  }
}
