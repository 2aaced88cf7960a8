/** The ways into the library that are fuzzed. Another one is a file beside this one and a line in
 *  {@link readSubjects}. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  DerError,
  readBits,
  readBoolean,
  readDer,
  readInteger,
  readOid,
  readText,
  readTime,
  tags,
  type DerElement,
} from "../../app/pki/der/reader.ts";
import { makeCrlIndex, readCrlIndex } from "../../app/pki/revocation/crl-index.ts";
import { parseCrl } from "../../app/pki/revocation/crl.ts";
import { statusByCrls } from "../../app/pki/revocation/crl-status.ts";
import { parseOcspResponse } from "../../app/pki/revocation/ocsp-response.ts";
import { statusByOcsp } from "../../app/pki/revocation/ocsp-status.ts";
import { isSignatureValid } from "../../app/pki/x509/algorithms.ts";
import { Certificate, parseCertificate } from "../../app/pki/x509/certificate.ts";
import type { FuzzSubject } from "./fuzz-subject.ts";
import { keyFileSubject, pkcs12Subject } from "./pkcs12-subject.ts";

export function readSubjects(): readonly FuzzSubject[] {
  const pkits = readVectors("pkits-revocation.json") as Record<"certificates" | "crls", string[]>;
  const certificates = pkits.certificates.map((each) => Buffer.from(each, "base64"));
  const crls = pkits.crls.map((each) => Buffer.from(each, "base64"));
  const ocsp = readVectors("ocsp.json") as OcspVectors;
  return [
    derSubject([...certificates, ...crls]),
    certificateSubject(certificates),
    crlSubject(crls, certificates),
    crlIndexSubject(crls, certificates),
    crlIndexFileSubject(crls, certificates),
    ocspSubject(ocsp),
    pkcs12Subject(),
    keyFileSubject(),
  ];
}

interface OcspVectors {
  readonly now: string;
  readonly ica: string;
  readonly leaf: string;
  readonly tests: Readonly<Record<string, { readonly der: string }>>;
}

function readVectors(name: string): unknown {
  const path = fileURLToPath(new URL(`../vectors/${name}`, import.meta.url));
  return JSON.parse(readFileSync(path, "utf8"));
}

const pkitsTime = Date.UTC(2020, 8, 13);

/** Every reader on every element whose tag asks for it. */
function derSubject(seeds: readonly Uint8Array[]): FuzzSubject {
  const read = (element: DerElement): void => {
    if (element.isConstructed) for (const child of element.children) read(child);
    else readPrimitive(element);
  };
  return {
    name: "DER",
    seeds,
    check(input) {
      try {
        read(readDer(input));
      } catch (thrown) {
        if (!(thrown instanceof DerError)) throw thrown;
      }
      return null;
    },
  };
}

function readPrimitive(element: DerElement): void {
  switch (element.tag) {
    case tags.boolean:
      readBoolean(element);
      return;
    case tags.integer:
      readInteger(element);
      return;
    case tags.bitString:
      readBits(element);
      return;
    case tags.oid:
      readOid(element);
      return;
    case tags.utcTime:
    case tags.generalizedTime:
      readTime(element);
      return;
    default:
      readText(element);
  }
}

/** What was signed once: anything else that passes for signed is a fault. */
class SignedBytes {
  readonly #known: ReadonlySet<string>;

  constructor(known: readonly Uint8Array[]) {
    this.#known = new Set(known.map((each) => Buffer.from(each).toString("latin1")));
  }

  has(signed: Uint8Array): boolean {
    return this.#known.has(Buffer.from(signed).toString("latin1"));
  }
}

function certificateSubject(seeds: readonly Uint8Array[]): FuzzSubject {
  const all = seeds.map((seed) => new Certificate(seed));
  const signed = new SignedBytes(all.map((each) => each.signed));
  return {
    name: "certificate",
    seeds,
    check(input) {
      const parsed = parseCertificate(input);
      if (!parsed.ok || signed.has(parsed.value.signed)) return null;
      const certificate = parsed.value;
      const isAccepted = all.some(
        ({ subject, publicKey }) =>
          subject.key === certificate.issuer.key &&
          publicKey !== null &&
          isSignatureValid(
            certificate.signatureAlgorithm,
            publicKey,
            certificate.signed,
            certificate.signature,
          ),
      );
      return isAccepted ? "a certificate that nobody signed" : null;
    },
  };
}

/** The first element of the outermost one, as it is encoded: what is signed. */
function signedPart(bytes: Uint8Array): Uint8Array {
  return readDer(bytes).children[0]?.encoded ?? new Uint8Array();
}

function crlSubject(
  seeds: readonly Uint8Array[],
  certificates: readonly Uint8Array[],
): FuzzSubject {
  const all = certificates.map((each) => new Certificate(each));
  const signed = new SignedBytes(seeds.map(signedPart));
  return {
    name: "CRL",
    seeds,
    check(input) {
      const parsed = parseCrl(input);
      if (!parsed.ok || signed.has(signedPart(input))) return null;
      const crl = parsed.value;
      const namesakes = all.filter(({ subject }) => subject.key === crl.issuer.key);
      if (namesakes.some((signer) => crl.isSignedBy(signer))) return "a CRL that nobody signed";
      const [issuer] = namesakes;
      const certificate = all.find((each) => each.issuer.key === crl.issuer.key);
      if (!issuer || !certificate) return null;
      const { kind } = statusByCrls({
        certificate,
        issuer,
        crls: [crl],
        signers: namesakes,
        isSignerTrusted: () => true,
        at: pkitsTime,
      });
      return kind === "unknown" ? null : `${kind} by a CRL that nobody signed`;
    },
  };
}

/** CRLs on their way into an index. */
function crlIndexSubject(
  seeds: readonly Uint8Array[],
  certificates: readonly Uint8Array[],
): FuzzSubject {
  const signed = new SignedBytes(seeds.map(signedPart));
  const all = certificates.map((each) => new Certificate(each));
  return {
    name: "CRL into an index",
    seeds,
    check(input) {
      const parsed = parseCrl(input);
      const signers = parsed.ok
        ? all.filter(({ subject }) => subject.key === parsed.value.issuer.key)
        : [];
      const made = makeCrlIndex(input, signers);
      if (!made.ok) return null;
      if (!parsed.ok) return "an index of a CRL that is malformed";
      return signed.has(signedPart(input)) ? null : "an index of a CRL that nobody signed";
    },
  };
}

/** Damage to an index: every bit of it is noticed. */
function crlIndexFileSubject(
  crls: readonly Uint8Array[],
  certificates: readonly Uint8Array[],
): FuzzSubject {
  const signers = certificates.map((each) => new Certificate(each));
  const seeds = crls.flatMap((crl) => {
    const made = makeCrlIndex(crl, signers);
    return made.ok ? [made.value] : [];
  });
  const whole = new SignedBytes(seeds);
  return {
    name: "index of a CRL",
    seeds,
    check(input) {
      const read = readCrlIndex(Buffer.from(input));
      return read.ok && !whole.has(input) ? "a damaged index of a CRL" : null;
    },
  };
}

function ocspSubject(vectors: OcspVectors): FuzzSubject {
  const [issuer, certificate] = [vectors.ica, vectors.leaf].map(
    (pem) => new Certificate(Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ""), "base64")),
  );
  if (!issuer || !certificate) throw new Error("vectors without certificates");
  const seeds = Object.values(vectors.tests).map(({ der }) => Buffer.from(der, "base64"));
  const signedOf = (bytes: Uint8Array): Uint8Array | null => {
    const parsed = parseOcspResponse(bytes);
    return parsed.ok && parsed.value.kind === "basic" ? parsed.value.basic.signed : null;
  };
  const signed = new SignedBytes(seeds.map(signedOf).filter((each) => each !== null));
  const at = Date.parse(vectors.now);
  return {
    name: "OCSP response",
    seeds,
    check(response) {
      const { kind } = statusByOcsp({ response, certificate, issuer, nonce: null, at });
      if (kind === "invalid" || kind === "unavailable") return null;
      const data = signedOf(response);
      return data && signed.has(data) ? null : `${kind} by a response that nobody signed`;
    },
  };
}
