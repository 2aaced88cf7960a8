/** What a person's certificate says, in a request as in one that signs itself: name, address, purposes. And
 *  the signature below both. */

import { sign } from "node:crypto";
import { domainToASCII } from "node:url";
import { assert } from "../../base/assert.ts";
import {
  writeBits,
  writeBoolean,
  writeContext,
  writeElement,
  writeIa5,
  writeNull,
  writeOctets,
  writeOid,
  writeSequence,
  writeSet,
  writeUtf8,
} from "../der/writer.ts";
import { extensionOids, nameOids, otherNameOids, purposeOids } from "../oids.ts";
import type { PrivateKey } from "./private-key.ts";

/** RFC 5280 appendix A.1, ub-common-name. */
const commonNameCharsMax = 64;

/** The address as the common name, for lists that show nothing else; left out where it is too long. */
export function writeSubject(address: string): Buffer {
  if (!hasCommonName(address)) return writeSequence();
  const attribute = writeSequence(writeOid(nameOids.commonName), writeUtf8(address));
  return writeSequence(writeSet(attribute));
}

function hasCommonName(address: string): boolean {
  return Array.from(address).length <= commonNameCharsMax;
}

export function writeExtension(oid: string, value: Uint8Array, isCritical = false): Buffer {
  const critical = isCritical ? [writeBoolean(true)] : [];
  return writeSequence(writeOid(oid), ...critical, writeOctets(value));
}

const digitalSignatureBits = writeBits(Buffer.from([0x80]), 7);

/** subjectAltName, keyUsage and extendedKeyUsage of someone who signs in.
 *  @param srvDomain a domain whose `_xmpp-client` service is named, too (RFC 4985); null for none */
export function writePersonExtensions(address: string, srvDomain: string | null): Buffer[] {
  const names = [writeOtherName(otherNameOids.xmppAddr, writeUtf8(address))];
  if (srvDomain !== null) {
    const domain = domainToASCII(srvDomain);
    assert(domain !== "", "a service name needs a valid domain");
    names.push(writeOtherName(otherNameOids.srvName, writeIa5(`_xmpp-client.${domain}`)));
  }
  // RFC 5280 §4.2.1.6: where the subject is empty, the other names must be understood.
  const mustBeUnderstood = !hasCommonName(address);
  return [
    writeExtension(extensionOids.subjectAltName, writeSequence(...names), mustBeUnderstood),
    writeExtension(extensionOids.keyUsage, digitalSignatureBits, true),
    writeExtension(extensionOids.extendedKeyUsage, writeSequence(writeOid(purposeOids.clientAuth))),
  ];
}

function writeOtherName(oid: string, value: Uint8Array): Buffer {
  return writeContext(0, writeOid(oid), writeContext(0, value));
}

/** How a key signs: AlgorithmIdentifier, DER, and the hash, null where the algorithm brings its own. */
interface Signing {
  readonly algorithm: Buffer;
  readonly digest: string | null;
}

const ecdsaWith = (digest: string, oid: string): Signing => ({
  algorithm: writeSequence(writeOid(oid)),
  digest,
});

const signings = {
  rsa: {
    algorithm: writeSequence(writeOid("1.2.840.113549.1.1.11"), writeNull()),
    digest: "sha256",
  },
  "P-256": ecdsaWith("sha256", "1.2.840.10045.4.3.2"),
  "P-384": ecdsaWith("sha384", "1.2.840.10045.4.3.3"),
  "P-521": ecdsaWith("sha512", "1.2.840.10045.4.3.4"),
  ed25519: { algorithm: writeSequence(writeOid("1.3.101.112")), digest: null },
} as const satisfies Readonly<Record<string, Signing>>;

function signingOf({ algorithm }: PrivateKey): Signing {
  assert(algorithm.kind !== "unsupported", "a key that cannot be used must not get here");
  return algorithm.kind === "ec" ? signings[algorithm.curve] : signings[algorithm.kind];
}

/** AlgorithmIdentifier of the key's signatures, DER. */
export function writeSigningAlgorithm(key: PrivateKey): Buffer {
  return signingOf(key).algorithm;
}

/** `toBeSigned`, the algorithm and the signature: a certificate or a request. */
export function writeSigned(toBeSigned: Buffer, key: PrivateKey): Buffer {
  const { algorithm, digest } = signingOf(key);
  assert(key.keyObject !== null, "a key that cannot be used must not get here");
  const signature = sign(digest, toBeSigned, key.keyObject);
  return writeSequence(toBeSigned, algorithm, writeBits(signature));
}

/** SubjectPublicKeyInfo, DER. */
export function publicKeyOf(key: PrivateKey): Uint8Array {
  assert(key.spki !== null, "a key that cannot be used must not get here");
  return key.spki;
}

/** The empty SEQUENCE of basicConstraints: not an authority. */
export const notAnAuthority = writeElement(0x30);
