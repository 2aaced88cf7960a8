/** A certificate authority for tests and the demo, and server certificates with every defect we need. */

import { randomBytes } from "node:crypto";
import forge from "node-forge";

export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

export interface ServerCertificateOptions {
  /** DNS names it is for. */
  readonly names: readonly string[];
  /** Days from now; negative for one that is over. */
  readonly validFromDays?: number;
  readonly validToDays?: number;
  /** Signed by its own key instead of the authority's. */
  readonly isSelfSigned?: boolean;
}

const dayMs = 86_400_000;

export class TestAuthority {
  readonly #keys = forge.pki.rsa.generateKeyPair({ bits: 2048 });
  readonly #certificate: forge.pki.Certificate;

  constructor(name: string) {
    const subject = [{ name: "commonName", value: name }];
    this.#certificate = blank(this.#keys.publicKey, -1, 3650);
    this.#certificate.setSubject(subject);
    this.#certificate.setIssuer(subject);
    this.#certificate.setExtensions([
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
      { name: "subjectKeyIdentifier" },
    ]);
    this.#certificate.sign(this.#keys.privateKey, forge.md.sha256.create());
  }

  /** The authority's own certificate, PEM. */
  get pem(): string {
    return forge.pki.certificateToPem(this.#certificate);
  }

  issue(options: ServerCertificateOptions): KeyAndCertificate {
    const keys = forge.pki.rsa.generateKeyPair({ bits: 2048 });
    const { names, validFromDays = -1, validToDays = 365, isSelfSigned = false } = options;
    const certificate = blank(keys.publicKey, validFromDays, validToDays);
    const subject = [{ name: "commonName", value: names[0] ?? "" }];
    certificate.setSubject(subject);
    certificate.setIssuer(isSelfSigned ? subject : this.#certificate.subject.attributes);
    certificate.setExtensions([
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
      { name: "extKeyUsage", serverAuth: true, clientAuth: true },
      { name: "subjectAltName", altNames: names.map((value) => ({ type: 2, value })) },
    ]);
    const signer = isSelfSigned ? keys.privateKey : this.#keys.privateKey;
    certificate.sign(signer, forge.md.sha256.create());
    return {
      key: forge.pki.privateKeyToPem(keys.privateKey),
      certificate: forge.pki.certificateToPem(certificate),
    };
  }
}

function blank(
  publicKey: forge.pki.rsa.PublicKey,
  validFromDays: number,
  validToDays: number,
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // Positive (RFC 5280 §4.1.2.2) and without a superfluous zero, which BoringSSL does not read.
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.validity.notBefore = new Date(Date.now() + validFromDays * dayMs);
  certificate.validity.notAfter = new Date(Date.now() + validToDays * dayMs);
  return certificate;
}
