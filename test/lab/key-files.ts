/** Files with keys and certificates as other programs make them, for tests of signing in with one. */

import { OpensslFolder } from "../unit/pki/openssl.ts";

export type TestKeyKind = "rsa" | "p-256" | "ed25519";

export interface PersonOptions {
  /** Null: a certificate without any. */
  readonly address: string | null;
  readonly key?: TestKeyKind;
  readonly password?: string;
  /** Days from now, for one that is over. */
  readonly days?: number;
  readonly purpose?: "clientAuth" | "serverAuth";
}

const keyArguments: Record<TestKeyKind, readonly string[]> = {
  rsa: ["rsa", "-pkeyopt", "rsa_keygen_bits:2048"],
  "p-256": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  ed25519: ["ed25519"],
};

/** A root, an authority below it that issues people's certificates, and files of those. */
export class KeyFiles implements Disposable {
  readonly #folder = new OpensslFolder();
  #count = 0;

  constructor(name = "Verona people") {
    this.#makeKey("root", "p-256");
    this.#makeKey("authority", "p-256");
    this.#issue("root", null, ["basicConstraints=critical,CA:TRUE"], `${name} root`, 3_650);
    const below = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];
    this.#issue("authority", "root", below, name, 3_650);
  }

  get folder(): string {
    return this.#folder.path;
  }

  /** Both, PEM: what a server trusts people's certificates by. */
  get authorities(): string {
    return ["authority.crt", "root.crt"].map((name) => this.#folder.read(name).toString()).join("");
  }

  get root(): string {
    return this.#folder.read("root.crt").toString();
  }

  /** PKCS#12 with certificate, key and both authorities. */
  pkcs12(options: PersonOptions): Buffer {
    const name = this.person(options);
    const { password = "secret" } = options;
    this.#folder.write("chain.pem", this.authorities);
    this.#folder.run(
      "pkcs12",
      "-export",
      "-inkey",
      `${name}.key`,
      "-in",
      `${name}.crt`,
      "-certfile",
      "chain.pem",
      "-name",
      options.address ?? name,
      "-out",
      `${name}.p12`,
      "-passout",
      `pass:${password}`,
    );
    return this.#folder.read(`${name}.p12`);
  }

  /** PEM, all in one file; several people's one behind the other. */
  pem(...people: readonly PersonOptions[]): Buffer {
    const files = people.map((options) => {
      const name = this.person(options);
      return [this.#folder.read(`${name}.key`), this.#folder.read(`${name}.crt`)];
    });
    return Buffer.concat(files.flat());
  }

  /** The reply to a request, with the authority. @param request PEM */
  answer(request: string): Buffer {
    this.#folder.write("request.csr", request);
    this.#folder.run(
      "x509",
      "-req",
      "-in",
      "request.csr",
      "-CA",
      "authority.crt",
      "-CAkey",
      "authority.key",
      "-copy_extensions",
      "copyall",
      "-days",
      "365",
      "-out",
      "reply.crt",
    );
    return Buffer.concat([this.#folder.read("reply.crt"), Buffer.from(this.authorities)]);
  }

  /** Runs openssl where the files are. */
  run(...parameters: readonly string[]): string {
    return this.#folder.run(...parameters);
  }

  write(name: string, bytes: Uint8Array | string): void {
    this.#folder.write(name, bytes);
  }

  /** Makes key and certificate. @returns how their files begin */
  person({ address, key = "p-256", days = 365, purpose = "clientAuth" }: PersonOptions): string {
    const name = `person${++this.#count}`;
    this.#makeKey(name, key);
    const named =
      address === null ? [] : [`subjectAltName=otherName:1.3.6.1.5.5.7.8.5;UTF8:${address}`];
    const extensions = ["basicConstraints=CA:FALSE", `extendedKeyUsage=${purpose}`, ...named];
    this.#issue(name, "authority", extensions, address ?? "nobody", days);
    return name;
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }

  #makeKey(name: string, kind: TestKeyKind): void {
    this.#folder.run("genpkey", "-algorithm", ...keyArguments[kind], "-out", `${name}.key`);
  }

  /** @param by null: signs itself */
  #issue(
    name: string,
    by: string | null,
    extensions: readonly string[],
    subject: string,
    days: number,
  ): void {
    const request = ["req", "-new", "-key", `${name}.key`, "-subj", `/CN=${subject.slice(0, 60)}`];
    this.#folder.run(...request, "-out", `${name}.csr`);
    this.#folder.write(`${name}.ext`, extensions.join("\n"));
    const signer =
      by === null ? ["-key", `${name}.key`] : ["-CA", `${by}.crt`, "-CAkey", `${by}.key`];
    this.#folder.run(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-extfile",
      `${name}.ext`,
      ...signer,
      "-days",
      String(days),
      "-out",
      `${name}.crt`,
    );
  }
}
