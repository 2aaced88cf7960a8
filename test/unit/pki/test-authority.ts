/** An authority for tests: certificates, CRLs and OCSP responses that are right, or wrong in one way. */

import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import {
  writeBits,
  writeBoolean,
  writeContext,
  writeContextPrimitive,
  writeElement,
  writeInteger,
  writeNull,
  writeOctets,
  writeOid,
  writeSequence,
  writeSet,
  writeTime,
  writeUtf8,
} from "../../../app/pki/der/writer.ts";
import { extensionOids, nameOids, ocspOids } from "../../../app/pki/oids.ts";
import { digestOids } from "../../../app/pki/x509/algorithms.ts";
import { Certificate } from "../../../app/pki/x509/certificate.ts";

export const day = 24 * 60 * 60 * 1_000;
export const now = Date.UTC(2026, 10, 20, 12);

const ecdsaSha256 = writeSequence(writeOid("1.2.840.10045.4.3.2"));
const ecdsaSha1 = writeSequence(writeOid("1.2.840.10045.4.1"));

export interface Extension {
  readonly oid: string;
  readonly value: Uint8Array;
  readonly isCritical?: boolean;
}

export interface CertificateOptions {
  readonly isAuthority?: boolean;
  /** Bits of KeyUsage; none, and no purposes, leave the extension out. */
  readonly keyUsage?: readonly number[];
  readonly purposes?: readonly string[];
  readonly extensions?: readonly Extension[];
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly serial?: number | bigint;
  readonly keys?: Keys;
}

export interface CrlOptions {
  readonly algorithm?: Uint8Array;
  readonly outerAlgorithm?: Uint8Array;
  /** null leaves the version out, as version 1 does. */
  readonly version?: number | null;
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  readonly entries?: readonly Uint8Array[];
  /** Writes the list of entries though it is empty. */
  readonly hasEmptyList?: boolean;
  readonly number?: number | null;
  readonly extensions?: readonly Extension[];
  /** Fields at the end that do not belong there. */
  readonly more?: readonly Uint8Array[];
}

export interface EntryOptions {
  readonly reason?: number;
  readonly at?: number;
  readonly issuer?: string;
  readonly extensions?: readonly Extension[];
}

export interface AnswerOptions {
  readonly certificate: Certificate;
  readonly status?: "good" | "unknown" | { readonly reason: number; readonly at: number };
  readonly digest?: "md5" | "sha1" | "sha256" | "sha384" | "sha512";
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  readonly extensions?: readonly Extension[];
}

export interface OcspOptions {
  readonly answers: readonly AnswerOptions[];
  /** Who signs; the authority itself where it is left out. */
  readonly responder?: TestAuthority;
  readonly certificates?: readonly Certificate[];
  readonly by?: "name" | "key";
  readonly nonce?: Uint8Array;
  readonly producedAt?: number;
  readonly extensions?: readonly Extension[];
  readonly algorithm?: "sha1" | "sha256";
}

export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function makeKeys(): Keys {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

export const keyUsageBits = { digitalSignature: 0, keyCertSign: 5, crlSign: 6 } as const;

export class TestAuthority {
  readonly name: string;
  readonly keys: Keys;
  readonly certificate: Certificate;
  #serials = 100;

  private constructor(name: string, keys: Keys, certificate: Certificate) {
    this.name = name;
    this.keys = keys;
    this.certificate = certificate;
  }

  static makeRoot(name: string, options: CertificateOptions = {}): TestAuthority {
    const keys = options.keys ?? makeKeys();
    const all = { isAuthority: true, ...options };
    return new TestAuthority(name, keys, writeCertificate(name, name, keys, keys, 1, all));
  }

  issue(subject: string, options: CertificateOptions = {}): TestAuthority {
    const keys = options.keys ?? makeKeys();
    const serial = options.serial ?? this.#serials++;
    const made = writeCertificate(subject, this.name, keys, this.keys, serial, options);
    return new TestAuthority(subject, keys, made);
  }

  makeCrl(options: CrlOptions = {}): Buffer {
    const { algorithm = ecdsaSha256, version = 1, entries = [], number = 1, more = [] } = options;
    const { thisUpdate = now - day, nextUpdate = now + day } = options;
    const extensions = [
      ...(number === null ? [] : [{ oid: extensionOids.crlNumber, value: writeInteger(number) }]),
      ...(options.extensions ?? []),
    ];
    const hasList = entries.length > 0 || options.hasEmptyList;
    const tbs = writeSequence(
      ...(version === null ? [] : [writeInteger(version)]),
      algorithm,
      writeName(this.name),
      writeTime(thisUpdate),
      ...(nextUpdate === null ? [] : [writeTime(nextUpdate)]),
      ...(hasList ? [writeSequence(Buffer.concat(entries))] : []),
      ...(extensions.length > 0 ? [writeContext(0, writeExtensions(extensions))] : []),
      ...more,
    );
    return this.#sign(tbs, options.outerAlgorithm ?? algorithm);
  }

  makeOcsp(options: OcspOptions): Buffer {
    const { responder = this, by = "name", nonce, producedAt = now, extensions = [] } = options;
    const all = [
      ...(nonce ? [{ oid: ocspOids.nonce, value: writeOctets(nonce) }] : []),
      ...extensions,
    ];
    const data = writeSequence(
      by === "name"
        ? writeContext(1, writeName(responder.name))
        : writeContext(2, writeOctets(hash("sha1", responder.certificate.keyBits))),
      writeGeneralizedTime(producedAt),
      writeSequence(...options.answers.map((answer) => this.#writeAnswer(answer))),
      ...(all.length > 0 ? [writeContext(1, writeExtensions(all))] : []),
    );
    const digest = options.algorithm ?? "sha256";
    const { certificates = [] } = options;
    const basic = writeSequence(
      data,
      digest === "sha1" ? ecdsaSha1 : ecdsaSha256,
      writeBits(sign(digest, data, responder.keys.privateKey)),
      ...(certificates.length > 0
        ? [writeContext(0, writeSequence(...certificates.map(({ encoded }) => encoded)))]
        : []),
    );
    return writeOcspResponse(basic);
  }

  #writeAnswer(options: AnswerOptions): Buffer {
    const { certificate, status = "good", digest = "sha1", extensions = [] } = options;
    const { thisUpdate = now - day, nextUpdate = now + day } = options;
    return writeSequence(
      writeSequence(
        writeSequence(writeOid(digestOids[digest]), writeNull()),
        writeOctets(hash(digest, certificate.issuer.encoded)),
        writeOctets(hash(digest, this.certificate.keyBits)),
        writeElement(0x02, certificate.serial),
      ),
      writeStatus(status),
      writeGeneralizedTime(thisUpdate),
      ...(nextUpdate === null ? [] : [writeContext(0, writeGeneralizedTime(nextUpdate))]),
      ...(extensions.length > 0 ? [writeContext(1, writeExtensions(extensions))] : []),
    );
  }

  #sign(tbs: Buffer, algorithm: Uint8Array): Buffer {
    const digest = Buffer.compare(algorithm, ecdsaSha1) === 0 ? "sha1" : "sha256";
    return writeSequence(tbs, algorithm, writeBits(sign(digest, tbs, this.keys.privateKey)));
  }
}

export const algorithms = { ecdsaSha256, ecdsaSha1 };

export function writeEntry(
  serial: number | bigint | Uint8Array,
  options: EntryOptions = {},
): Buffer {
  const { reason, at = now - 2 * day, issuer } = options;
  const extensions = [
    ...(reason === undefined
      ? []
      : [{ oid: extensionOids.crlReason, value: writeElement(0x0a, Buffer.from([reason])) }]),
    ...(issuer === undefined
      ? []
      : [
          {
            oid: extensionOids.certificateIssuer,
            value: writeSequence(writeDirectoryName(issuer)),
            isCritical: true,
          },
        ]),
    ...(options.extensions ?? []),
  ];
  return writeSequence(
    serial instanceof Uint8Array ? writeElement(0x02, serial) : writeInteger(serial),
    writeTime(at),
    ...(extensions.length > 0 ? [writeExtensions(extensions)] : []),
  );
}

/** IssuingDistributionPoint from its fields. */
export function issuingPoint(...fields: readonly Uint8Array[]): Extension {
  return {
    oid: extensionOids.issuingDistributionPoint,
    value: writeSequence(...fields),
    isCritical: true,
  };
}

export const onlyUser = writeContextPrimitive(1, Buffer.from([0xff]));
export const onlyAuthority = writeContextPrimitive(2, Buffer.from([0xff]));
export const onlyAttribute = writeContextPrimitive(5, Buffer.from([0xff]));
export const indirect = writeContextPrimitive(4, Buffer.from([0xff]));

/** ReasonFlags under `[number]`. */
export function reasonFlags(number: number, ...bits: readonly number[]): Buffer {
  return writeContextPrimitive(number, writeBitNumbers(bits));
}

/** A DistributionPointName of one URI, as field `[0]`. */
export function pointOfUri(uri: string): Buffer {
  return writeContext(0, writeContext(0, writeContextPrimitive(6, Buffer.from(uri))));
}

/** A nameRelativeToCRLIssuer, as field `[0]`. */
export function pointOfRelativeName(commonName: string): Buffer {
  return writeContext(0, writeContext(1, writeAttribute(commonName)));
}

/** A whole directory name below the authority's, as field `[0]`. */
export function pointOfName(...commonNames: readonly string[]): Buffer {
  return writeContext(0, writeContext(0, writeDirectoryName(...commonNames)));
}

/** CRLDistributionPoints, or freshestCRL, of one point from its fields. */
export function distributionPoint(
  fields: readonly Uint8Array[],
  oid: string = extensionOids.crlDistributionPoints,
): Extension {
  return { oid, value: writeSequence(writeSequence(...fields)) };
}

/** `cRLIssuer` of a distribution point. */
export function crlIssuer(name: string): Buffer {
  return writeContext(2, writeDirectoryName(name));
}

export function deltaOf(baseNumber: number): Extension {
  return {
    oid: extensionOids.deltaCrlIndicator,
    value: writeInteger(baseNumber),
    isCritical: true,
  };
}

export function unknownExtension(isCritical: boolean): Extension {
  return { oid: "1.3.6.1.4.1.99999.1", value: writeNull(), isCritical };
}

/** A successful OCSPResponse around a basic one. */
export function writeOcspResponse(basic: Uint8Array): Buffer {
  return writeSequence(
    writeElement(0x0a, Buffer.from([0])),
    writeContext(0, writeSequence(writeOid(ocspOids.basicResponse), writeOctets(basic))),
  );
}

function writeStatus(status: NonNullable<AnswerOptions["status"]>): Buffer {
  if (status === "good") return writeContextPrimitive(0, Buffer.alloc(0));
  if (status === "unknown") return writeContextPrimitive(2, Buffer.alloc(0));
  const reason = writeContext(0, writeElement(0x0a, Buffer.from([status.reason])));
  return writeContext(1, writeGeneralizedTime(status.at), reason);
}

function writeCertificate(
  subject: string,
  issuer: string,
  keys: Keys,
  issuerKeys: Keys,
  serial: number | bigint,
  options: CertificateOptions,
): Certificate {
  const { isAuthority = false, keyUsage = [], purposes = [] } = options;
  const extensions: Extension[] = [
    {
      oid: extensionOids.basicConstraints,
      value: isAuthority ? writeSequence(writeBoolean(true)) : writeSequence(),
      isCritical: true,
    },
    ...(keyUsage.length > 0
      ? [{ oid: extensionOids.keyUsage, value: writeElement(0x03, writeBitNumbers(keyUsage)) }]
      : []),
    ...(purposes.length > 0
      ? [{ oid: extensionOids.extendedKeyUsage, value: writeSequence(...purposes.map(writeOid)) }]
      : []),
    ...(options.extensions ?? []),
  ];
  const tbs = writeSequence(
    writeContext(0, writeInteger(2)),
    writeInteger(serial),
    ecdsaSha256,
    writeName(issuer),
    writeSequence(
      writeTime(options.notBefore ?? now - 100 * day),
      writeTime(options.notAfter ?? now + 100 * day),
    ),
    writeName(subject),
    keys.publicKey.export({ format: "der", type: "spki" }),
    writeContext(3, writeExtensions(extensions)),
  );
  const signature = sign("sha256", tbs, issuerKeys.privateKey);
  return new Certificate(writeSequence(tbs, ecdsaSha256, writeBits(signature)));
}

function writeExtensions(extensions: readonly Extension[]): Buffer {
  return writeSequence(
    ...extensions.map(({ oid, value, isCritical = false }) =>
      writeSequence(writeOid(oid), ...(isCritical ? [writeBoolean(true)] : []), writeOctets(value)),
    ),
  );
}

function writeName(...commonNames: readonly string[]): Buffer {
  return writeSequence(...commonNames.map((name) => writeSet(writeAttribute(name))));
}

function writeDirectoryName(...commonNames: readonly string[]): Buffer {
  return writeContext(4, writeName(...commonNames));
}

function writeAttribute(commonName: string): Buffer {
  return writeSequence(writeOid(nameOids.commonName), writeUtf8(commonName));
}

/** The content of a BIT STRING with these bits. */
function writeBitNumbers(bits: readonly number[]): Buffer {
  const last = Math.max(...bits);
  const bytes = Buffer.alloc(Math.floor(last / 8) + 1);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return Buffer.concat([Buffer.from([7 - (last & 7)]), bytes]);
}

function writeGeneralizedTime(time: number): Buffer {
  const text = `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:T]/g, "")}Z`;
  return writeElement(0x18, Buffer.from(text));
}

function hash(digest: string, bytes: Uint8Array): Buffer {
  return createHash(digest).update(bytes).digest();
}
