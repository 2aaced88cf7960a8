/** What stands in a certificate, in words: names, keys, methods and extensions. What has no word is shown as
 *  it is, so that nothing is hidden. */

import type { CertificateProblem } from "../../app/contract/problems.ts";
import type { CheckView, ExtensionView } from "../../app/contract/trust.ts";
import { certificateWords as words } from "./certificate-words.ts";
import { timeFrom } from "./time.ts";

/** A word and what belongs to it; the word is empty where there is none. */
export interface Term {
  readonly label: string;
  readonly value: string;
}

/** The parts of a whole name ("C=US, O=Example, CN=Root"), from the most specific. */
export function nameParts(name: string): Term[] {
  return name
    .split(attributeStart)
    .filter(Boolean)
    .map((part) => {
      const at = part.indexOf("=");
      const label = at === -1 ? "" : part.slice(0, at);
      return { label: words.attribute[label] ?? label, value: part.slice(at + 1) };
    })
    .toReversed();
}

/** Where the next attribute begins: a comma in the middle of a value is none. */
const attributeStart = /, (?=(?:CN|C|L|ST|O|OU|emailAddress|DC|\d+(?:\.\d+)+)=)/;

/** The one line that a whole name is called by. */
export function shortName(name: string): string {
  const parts = name.split(attributeStart);
  for (const label of ["CN=", "OU=", "O="]) {
    const found = parts.findLast((part) => part.startsWith(label));
    if (found) return found.slice(label.length);
  }
  return name;
}

/** "A1:B2:…", as other programs show it. */
export function inPairs(hexadecimal: string): string {
  return (hexadecimal.toUpperCase().match(/../g) ?? []).join(":");
}

/** The beginning of a fingerprint, enough to tell two apart by eye. */
export function shortFingerprint(hexadecimal: string): string {
  return `${inPairs(hexadecimal.slice(0, 16))} …`;
}

export function problemList(problems: readonly CertificateProblem[]): string {
  return problems.map((problem) => words.problem[problem]).join(", ");
}

/** @param check null for one that nobody can withdraw */
export function checkSentence(check: CheckView | null, now: number): string {
  if (!check) return words.check.anchor;
  if (check.kind === "not-checked") return words.check.notChecked(words.notChecked[check.why]);
  return words.check[check.kind](timeFrom(check.at, now));
}

/** "rsa 2048" and "ec prime256v1" as people call them. */
export function keyInWords(key: string | null): string {
  const [kind = "", size = ""] = key?.split(" ") ?? [];
  if (kind === "ec") return words.words.curve(curves[size] ?? size);
  const name = keyKinds[kind];
  if (name === undefined) return key ?? words.details.unknownKey;
  return size === "" ? name : words.words.bits(name, size);
}

const keyKinds: Readonly<Record<string, string>> = {
  rsa: "RSA",
  "rsa-pss": "RSA-PSS",
  dsa: "DSA",
  ed25519: "Ed25519",
  ed448: "Ed448",
};

const curves: Readonly<Record<string, string>> = {
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

export function signatureInWords(algorithm: string): string {
  const [kind = "", digest = ""] = algorithm.split(" ");
  const name = signatureKinds[kind];
  if (name === undefined) return words.words.unknownAlgorithm;
  return digest === ""
    ? name
    : words.words.withDigest(name, digest.toUpperCase().replace("SHA", "SHA-"));
}

const signatureKinds: Readonly<Record<string, string>> = {
  "rsa-pkcs1": "RSA",
  "rsa-pss": "RSA-PSS",
  ecdsa: "ECDSA",
  ed25519: "Ed25519",
};

/** "dns:verona.example" with a word for its kind. */
export function generalName(item: string): Term {
  const at = item.indexOf(":");
  const label = words.nameKind[item.slice(0, at)];
  return label === undefined
    ? { label: "", value: item === "?" ? words.words.unreadable : item }
    : { label, value: item.slice(at + 1) };
}

/** What an extension says, one line each. */
export function extensionTerms({ kind, items }: ExtensionView): Term[] {
  switch (kind) {
    case null:
    case "certificate-transparency":
    case "issuer-alt-name":
      return items.map((value) => ({ label: words.details.bytes, value }));
    case "subject-key-id":
    case "authority-key-id":
      return items.map((value) => plain(inPairs(value)));
    case "key-usage":
      return items.map((item) => plain(words.keyUsage[item] ?? item));
    case "extended-key-usage":
      return items.map((item) => plain(words.purpose[item] ?? item));
    case "certificate-policies":
      return items.map((item) => {
        const name = words.policy[item];
        return name === undefined ? plain(item) : { label: name, value: item };
      });
    case "basic-constraints":
      return items.map((item) => plain(constraint(item)));
    case "policy-constraints":
    case "inhibit-any-policy":
      return items.map((item) => plain(policyLimit(item)));
    case "policy-mappings":
      return items.map((item) => {
        const [one = "", other = ""] = item.split(" = ");
        return plain(words.words.sameRule(one, other));
      });
    case "name-constraints":
      return items.map(subtree);
    case "authority-info-access":
      return items.map(access);
    case "subject-alt-name":
    case "crl-distribution-points":
    case "freshest-crl":
      return items.map(generalName);
    case "tls-feature":
      return items.map((item) =>
        item === "status_request"
          ? plain(words.words.staple)
          : { label: words.details.bytes, value: item },
      );
    case "ocsp-no-check":
      return [plain(words.words.noCheck)];
  }
}

function plain(value: string): Term {
  return { label: "", value };
}

function constraint(item: string): string {
  if (item === "CA:true") return words.words.isAuthority;
  if (item === "CA:false") return words.words.isNoAuthority;
  const [, count] = /^pathlen:(\d+)$/.exec(item) ?? [];
  return count === undefined ? item : words.words.pathLength(Number(count));
}

function policyLimit(item: string): string {
  const [, name = "", count] = /^(?:(\w+):)?(\d+)$/.exec(item) ?? [];
  if (count === undefined) return item;
  if (name === "requireExplicitPolicy") return words.words.requireExplicit(Number(count));
  if (name === "inhibitPolicyMapping") return words.words.inhibitMapping(Number(count));
  return name === "" ? words.words.anyPolicyFor(Number(count)) : item;
}

/** "permitted dns:example.org" */
function subtree(item: string): Term {
  const at = item.indexOf(" ");
  const { label, value } = generalName(item.slice(at + 1));
  const word = item.startsWith("permitted ") ? words.words.permitted : words.words.excluded;
  return { label: `${word} ${label.toLowerCase()}`.trim(), value };
}

/** "1.3.6.1.5.5.7.48.1 uri:http://…" */
function access(item: string): Term {
  const at = item.indexOf(" ");
  const method = item.slice(0, at);
  return { label: words.access[method] ?? method, value: generalName(item.slice(at + 1)).value };
}
