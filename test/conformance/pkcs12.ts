/** PKCS#12 files of many producers: a folder with `manifest.json`, which gives each file's password. Each is
 *  opened with it, and each that has a MAC with another one. */

import { createPrivateKey } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { normaliseBer } from "../../app/pki/der/ber.ts";
import { DerError, readDer } from "../../app/pki/der/reader.ts";
import type { KeyFileContents } from "../../app/pki/identity/key-file-contents.ts";
import { readPkcs12 as read } from "../../app/pki/identity/pkcs12-reader.ts";
import type { PrivateKey } from "../../app/pki/identity/private-key.ts";
import type { ConformanceCase, Outcome, ReadCases } from "./conformance-case.ts";

export const readPkcs12: ReadCases = (path) => {
  const manifest = statSync(path).isDirectory() ? join(path, "manifest.json") : path;
  const passwords = JSON.parse(readFileSync(manifest, "utf8")) as Readonly<
    Record<string, { password: string }>
  >;
  return Object.entries(passwords).flatMap(([name, { password }]): ConformanceCase[] => {
    const bytes = readFileSync(join(dirname(manifest), name));
    const opened = { id: name, expected: "ok", run: () => open(bytes, password) };
    if (!hasMac(bytes)) return [opened];
    const refused = {
      id: `${name}, wrong password`,
      expected: "wrong-password",
      run: () => open(bytes, `${password}x`),
    };
    return [opened, refused];
  });
};

function hasMac(bytes: Uint8Array): boolean {
  try {
    return readDer(normaliseBer(bytes)).children.length === 3;
  } catch (thrown) {
    if (thrown instanceof DerError) return false;
    throw thrown;
  }
}

function open(bytes: Uint8Array, password: string): Outcome {
  const result = read(bytes, password);
  if (result.ok) return judge(result.value);
  const { error } = result;
  return { actual: error.kind, reason: "what" in error ? error.what : "" };
}

/** Every key and certificate came out, and they fit. */
function judge({ identities, certificates, unreadableCertificates }: KeyFileContents): Outcome {
  const reason = `${identities.length} keys, ${certificates.length} certificates`;
  if (unreadableCertificates > 0) return { actual: "unreadable-certificate", reason };
  if (identities.length + certificates.length === 0) return { actual: "nothing", reason };
  const misfit = identities.find(
    ({ key, certificate }) => !certificate || !key.isKeyOf(certificate),
  );
  if (misfit) return { actual: "key-does-not-match", reason };
  const unsupported = identities.find(({ key }) => !key.isSupported);
  if (!unsupported) return { actual: "ok", reason };
  return {
    actual: "unsupported-key",
    reason: JSON.stringify(unsupported.key.algorithm),
    isAccepted: isMissingInPlatform(unsupported.key),
  };
}

const rsassaPss = "1.2.840.113549.1.1.10";
const brainpool = "1.3.36.3.3.2.8.1.1.";

/** BoringSSL has neither keys for RSASSA-PSS alone nor the curves of RFC 5639. */
function isMissingInPlatform({ algorithm, pkcs8 }: PrivateKey): boolean {
  if (algorithm.kind !== "unsupported") return false;
  const isKnownGap =
    algorithm.oid === rsassaPss || algorithm.curveOid?.startsWith(brainpool) === true;
  try {
    createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    return false;
  } catch {
    return isKnownGap;
  }
}
