/** Makes certificates of any kind, right and wrong ones, for tests of what judges them. */

import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import {
  writeBits,
  writeBoolean,
  writeContext,
  writeContextPrimitive,
  writeIa5,
  writeInteger,
  writeOctets,
  writeOid,
  writeSequence,
  writeSet,
  writeTime,
  writeUtf8,
} from "../../../app/pki/der/writer.ts";
import { extensionOids, nameOids, otherNameOids } from "../../../app/pki/oids.ts";
import { Certificate } from "../../../app/pki/x509/certificate.ts";

/** The time at which tests validate. */
export const now = Date.UTC(2026, 5, 15, 12);
export const dayMs = 86_400_000;

export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function makeKeys(): Keys {
  return generateKeyPairSync("ec", { namedCurve: "prime256v1" });
}

export function makeRsaKeys(modulusLength: number): Keys {
  return generateKeyPairSync("rsa", { modulusLength });
}

export interface Issued {
  readonly certificate: Certificate;
  readonly keys: Keys;
}

export interface IssueOptions {
  /** Common name. */
  readonly subject: string;
  /** Left out: signs itself. */
  readonly by?: Issued;
  readonly keys?: Keys;
  readonly from?: number;
  readonly to?: number;
  readonly isAuthority?: boolean;
  readonly pathLength?: number;
  /** Numbers of the bits. */
  readonly usages?: readonly number[];
  readonly purposes?: readonly string[];
  /** Each an encoded GeneralName. */
  readonly names?: readonly Buffer[];
  readonly permitted?: readonly Buffer[];
  readonly excluded?: readonly Buffer[];
  readonly policies?: readonly string[];
  readonly mappings?: readonly (readonly [string, string])[];
  readonly requireExplicit?: number;
  readonly inhibitAny?: number;
  readonly unknownCritical?: string;
  readonly digest?: "sha1" | "sha256";
  readonly isForged?: boolean;
}

export const dns = (text: string): Buffer => named(2, text);
export const mail = (text: string): Buffer => named(1, text);
export const uri = (text: string): Buffer => named(6, text);
export const ip = (...bytes: readonly number[]): Buffer =>
  writeContextPrimitive(7, Buffer.from(bytes));
export const directory = (commonName: string): Buffer => writeContext(4, writeDn(commonName));
export const srv = (text: string): Buffer => other(otherNameOids.srvName, writeIa5(text));
export const xmpp = (text: string): Buffer => other(otherNameOids.xmppAddr, writeUtf8(text));
export const other = (oid: string, value: Buffer): Buffer =>
  writeContext(0, writeOid(oid), writeContext(0, value));

const sharedKeys = makeKeys();

export function issue(options: IssueOptions): Issued {
  const { subject, by, keys = sharedKeys, digest = "sha256" } = options;
  const signer = by?.keys ?? keys;
  const isRsa = signer.privateKey.asymmetricKeyType === "rsa";
  const rsaNumber = digest === "sha1" ? 5 : 11;
  const algorithm = isRsa
    ? writeSequence(writeOid(`1.2.840.113549.1.1.${rsaNumber}`))
    : writeSequence(writeOid(digest === "sha1" ? "1.2.840.10045.4.1" : "1.2.840.10045.4.3.2"));
  const tbs = writeSequence(
    writeContext(0, writeInteger(2)),
    writeInteger(serial++),
    algorithm,
    by ? Buffer.from(by.certificate.subject.encoded) : writeDn(subject),
    writeSequence(
      writeTime(options.from ?? now - 30 * dayMs),
      writeTime(options.to ?? now + 30 * dayMs),
    ),
    writeDn(subject),
    keys.publicKey.export({ type: "spki", format: "der" }),
    ...writeExtensions(options),
  );
  const signature = sign(digest, tbs, signer.privateKey);
  if (options.isForged) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
  const certificate = new Certificate(writeSequence(tbs, algorithm, writeBits(signature)));
  return { certificate, keys };
}

/** An authority: its own issuer where `by` is left out. */
export function issueAuthority(options: IssueOptions): Issued {
  return issue({ isAuthority: true, keys: makeKeys(), ...options });
}

let serial = 1;

function named(number: number, text: string): Buffer {
  return writeContextPrimitive(number, Buffer.from(text, "latin1"));
}

function writeDn(commonName: string): Buffer {
  if (commonName === "") return writeSequence();
  return writeSequence(
    writeSet(writeSequence(writeOid(nameOids.commonName), writeUtf8(commonName))),
  );
}

function writeExtensions(options: IssueOptions): Buffer[] {
  const oids = extensionOids;
  const extensions: Buffer[] = [];
  const add = (oid: string, isCritical: boolean, value: Buffer): void => {
    const flag = isCritical ? [writeBoolean(true)] : [];
    extensions.push(writeSequence(writeOid(oid), ...flag, writeOctets(value)));
  };
  const subtrees = (number: number, bases: readonly Buffer[]): Buffer =>
    writeContext(number, ...bases.map((base) => writeSequence(base)));
  if (options.isAuthority) {
    const length = options.pathLength === undefined ? [] : [writeInteger(options.pathLength)];
    add(oids.basicConstraints, true, writeSequence(writeBoolean(true), ...length));
  }
  if (options.usages) {
    const bits = options.usages.reduce((sum, bit) => sum | (0x8000 >> bit), 0);
    add(oids.keyUsage, true, writeBits(Buffer.from([bits >> 8, bits & 0xff])));
  }
  if (options.purposes) {
    add(oids.extendedKeyUsage, false, writeSequence(...options.purposes.map(writeOid)));
  }
  if (options.names) add(oids.subjectAltName, false, writeSequence(...options.names));
  if (options.permitted || options.excluded) {
    add(
      oids.nameConstraints,
      true,
      writeSequence(
        ...(options.permitted ? [subtrees(0, options.permitted)] : []),
        ...(options.excluded ? [subtrees(1, options.excluded)] : []),
      ),
    );
  }
  if (options.policies) {
    const policies = options.policies.map((oid) => writeSequence(writeOid(oid)));
    add(oids.certificatePolicies, false, writeSequence(...policies));
  }
  if (options.mappings) {
    const mappings = options.mappings.map((pair) => writeSequence(...pair.map(writeOid)));
    add(oids.policyMappings, true, writeSequence(...mappings));
  }
  if (options.requireExplicit !== undefined) {
    const count = writeContextPrimitive(0, Buffer.from([options.requireExplicit]));
    add(oids.policyConstraints, true, writeSequence(count));
  }
  if (options.inhibitAny !== undefined) {
    add(oids.inhibitAnyPolicy, true, writeInteger(options.inhibitAny));
  }
  if (options.unknownCritical !== undefined) add(options.unknownCritical, true, writeUtf8("?"));
  return extensions.length > 0 ? [writeContext(3, writeSequence(...extensions))] : [];
}
