/** Key files, spoilt: PKCS#12 in DER and in BER, and keys and certificates by themselves. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { normaliseBer } from "../../app/pki/der/ber.ts";
import { readDer, readOctets, readOnly, type DerElement } from "../../app/pki/der/reader.ts";
import { readKeyFile } from "../../app/pki/identity/key-file-reader.ts";
import { writePem } from "../../app/pki/identity/pem.ts";
import { readPkcs12 } from "../../app/pki/identity/pkcs12-reader.ts";
import type { FuzzSubject } from "./fuzz-subject.ts";

const password = "secret";

/** A number of rounds that is spoilt may be millions, which is still within the limit. */
const timeMsMax = 15_000;

export function pkcs12Subject(): FuzzSubject {
  const files = ["noiter", "legacy-noiter", "unencrypted", "nomac-rsa", "pbmac1-rsa"].map(load);
  const authenticated = new Set(files.map(authenticatedContent));
  return {
    name: "PKCS#12",
    seeds: [...files, ...files.map((file) => toBer(readDer(file)))],
    timeMsMax,
    check(input) {
      const result = readPkcs12(input, password);
      if (!result.ok || !result.value.isAuthenticated) return null;
      return authenticated.has(authenticatedContent(input))
        ? null
        : "a file that was changed, and whose MAC is right";
    },
  };
}

export function keyFileSubject(): FuzzSubject {
  const contents = ["unencrypted", "aes256-ed25519", "nomac-rsa"].flatMap((name) => {
    const result = readPkcs12(load(name), password);
    if (!result.ok) throw new Error(result.error.kind);
    return result.value.identities;
  });
  const keys = contents.map(({ key }) => key);
  const certificates = contents.flatMap(({ certificate }) => (certificate ? [certificate] : []));
  const blocks = [
    ...keys.map(({ pkcs8 }) => writePem("PRIVATE KEY", pkcs8)),
    ...certificates.map(({ encoded }) => writePem("CERTIFICATE", encoded)),
  ];
  const oldEncryption = keys.flatMap(({ keyObject }) => {
    if (keyObject?.asymmetricKeyType !== "ec") return [];
    const options = { type: "sec1", format: "pem", cipher: "aes-256-cbc" } as const;
    return [Buffer.from(keyObject.export({ ...options, passphrase: password }))];
  });
  return {
    name: "key file",
    seeds: [
      ...keys.map(({ pkcs8 }) => pkcs8),
      ...certificates.map(({ encoded }) => encoded),
      Buffer.from(blocks.join("")),
      ...oldEncryption,
    ],
    timeMsMax,
    check(input) {
      for (const typed of [null, password]) {
        const result = readKeyFile(input, typed);
        if (result.ok && result.value.isAuthenticated) return "no MAC, and yet authenticated";
        if (result.ok && result.value.identities.length > blocks.length) return "keys from nowhere";
      }
      return null;
    },
  };
}

function load(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../vectors/pkcs12/${name}.p12`, import.meta.url)));
}

/** What a MAC is made over, as text that can be compared. */
function authenticatedContent(file: Uint8Array): string {
  const [, authSafe] = readDer(normaliseBer(file)).children;
  const [, wrapped] = authSafe?.children ?? [];
  if (!wrapped) throw new Error("a file without contents");
  return Buffer.from(readOctets(readOnly(wrapped, "contents"))).toString("latin1");
}

/** The same with indefinite lengths, as NSS writes. */
function toBer(element: DerElement): Buffer {
  const end = Buffer.from([0, 0]);
  if (element.isConstructed) {
    const start = Buffer.from([element.tag, 0x80]);
    return Buffer.concat([start, ...element.children.map(toBer), end]);
  }
  return Buffer.from(element.encoded);
}
