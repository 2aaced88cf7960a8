/** Everything that stands in a certificate, as text, for people who want to see all of it. */

import { createHash } from "node:crypto";
import type {
  CertificateDetails,
  CertificateSummary,
  ExtensionKind,
  ExtensionView,
} from "../contract/trust.ts";
import { formatIpAddress } from "../pki/names/ip-address.ts";
import { readServiceName, readXmppDomain } from "../pki/names/server-name.ts";
import { extensionOids, ocspOids, purposeOids } from "../pki/oids.ts";
import type { SignatureAlgorithm } from "../pki/x509/algorithms.ts";
import type { Certificate } from "../pki/x509/certificate.ts";
import type { DistributionPoint, Extension } from "../pki/x509/extensions.ts";
import type { GeneralName } from "../pki/x509/general-name.ts";
import { displayName, fullName } from "./certificate-name.ts";

export function summaryOf(certificate: Certificate): CertificateSummary {
  const { fingerprint, subject, issuer, notBefore, notAfter } = certificate;
  return {
    fingerprint,
    subject: displayName(subject),
    issuer: displayName(issuer),
    validFrom: notBefore,
    validTo: notAfter,
  };
}

export function detailsOf(
  certificate: Certificate,
): Omit<CertificateDetails, "chain" | "isDistrusted" | "source"> {
  const { encoded, serial, subject, issuer, version, signatureAlgorithm } = certificate;
  const base64 = Buffer.from(encoded).toString("base64");
  return {
    ...summaryOf(certificate),
    subject: fullName(subject),
    issuer: fullName(issuer),
    fingerprintSha1: createHash("sha1").update(encoded).digest("hex"),
    serial: hex(serial),
    version,
    signatureAlgorithm: algorithmText(signatureAlgorithm),
    key: keyText(certificate),
    names: (certificate.subjectAltNames ?? []).map(nameText),
    extensions: [...certificate.extensions.values()].map((each) =>
      extensionView(each, certificate),
    ),
    pem: `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
  };
}

const kinds: ReadonlyMap<string, ExtensionKind> = new Map<string, ExtensionKind>([
  [extensionOids.subjectKeyId, "subject-key-id"],
  [extensionOids.keyUsage, "key-usage"],
  [extensionOids.subjectAltName, "subject-alt-name"],
  [extensionOids.issuerAltName, "issuer-alt-name"],
  [extensionOids.basicConstraints, "basic-constraints"],
  [extensionOids.nameConstraints, "name-constraints"],
  [extensionOids.crlDistributionPoints, "crl-distribution-points"],
  [extensionOids.certificatePolicies, "certificate-policies"],
  [extensionOids.policyMappings, "policy-mappings"],
  [extensionOids.authorityKeyId, "authority-key-id"],
  [extensionOids.policyConstraints, "policy-constraints"],
  [extensionOids.extendedKeyUsage, "extended-key-usage"],
  [extensionOids.freshestCrl, "freshest-crl"],
  [extensionOids.inhibitAnyPolicy, "inhibit-any-policy"],
  [extensionOids.authorityInfoAccess, "authority-info-access"],
  [extensionOids.tlsFeature, "tls-feature"],
  [extensionOids.ocspNoCheck, "ocsp-no-check"],
  [ocspOids.certificateTimestamps, "certificate-transparency"],
  ["1.3.6.1.4.1.11129.2.4.2", "certificate-transparency"],
]);

function extensionView({ oid, isCritical, value }: Extension, of: Certificate): ExtensionView {
  const kind = kinds.get(oid) ?? null;
  return { oid, kind, isCritical, items: (kind && itemsOf(kind, of)) ?? [hex(value)] };
}

/** null for what is shown as bytes. */
function itemsOf(kind: ExtensionKind, of: Certificate): string[] | null {
  switch (kind) {
    case "subject-key-id":
      return of.subjectKeyId && [hex(of.subjectKeyId)];
    case "authority-key-id":
      return of.authorityKeyId?.keyId ? [hex(of.authorityKeyId.keyId)] : null;
    case "key-usage":
      return [...(of.keyUsage ?? [])];
    case "extended-key-usage":
      return (of.purposes ?? []).map((oid) => purposeNames.get(oid) ?? oid);
    case "subject-alt-name":
      return (of.subjectAltNames ?? []).map(nameText);
    case "basic-constraints": {
      const { isAuthority = false, pathLengthMax = null } = of.basicConstraints ?? {};
      return [
        `CA:${String(isAuthority)}`,
        ...(pathLengthMax === null ? [] : [`pathlen:${pathLengthMax}`]),
      ];
    }
    case "name-constraints":
      return [
        ...(of.nameConstraints?.permitted ?? []).map((name) => `permitted ${subtreeText(name)}`),
        ...(of.nameConstraints?.excluded ?? []).map((name) => `excluded ${subtreeText(name)}`),
      ];
    case "crl-distribution-points":
      return of.crlDistributionPoints.flatMap(pointTexts);
    case "freshest-crl":
      return of.freshestCrl.flatMap(pointTexts);
    case "certificate-policies":
      return [...(of.policies ?? [])];
    case "policy-mappings":
      return of.policyMappings.map(
        ({ issuerPolicy, subjectPolicy }) => `${issuerPolicy} = ${subjectPolicy}`,
      );
    case "authority-info-access":
      return of.authorityInfoAccess.map(
        ({ method, location }) => `${method} ${nameText(location)}`,
      );
    case "tls-feature":
      return of.mustStaple ? ["status_request"] : null;
    case "inhibit-any-policy":
      return [String(of.inhibitAnyPolicy)];
    case "policy-constraints": {
      const { requireExplicit = null, inhibitMapping = null } = of.policyConstraints ?? {};
      return [
        ...(requireExplicit === null ? [] : [`requireExplicitPolicy:${requireExplicit}`]),
        ...(inhibitMapping === null ? [] : [`inhibitPolicyMapping:${inhibitMapping}`]),
      ];
    }
    case "ocsp-no-check":
      return [];
    case "issuer-alt-name":
    case "certificate-transparency":
      return null;
  }
}

const purposeNames: ReadonlyMap<string, string> = new Map(
  Object.entries(purposeOids).map(([name, oid]) => [oid, name]),
);

function nameText(name: GeneralName): string {
  switch (name.kind) {
    case "dns":
    case "email":
    case "uri":
      return `${name.kind}:${name.text}`;
    case "ip":
      return `ip:${isAddress(name.bytes) ? formatIpAddress(name.bytes) : hex(name.bytes)}`;
    case "directory":
      return `dn:${fullName(name.name)}`;
    case "registered":
      return `oid:${name.oid}`;
    case "other": {
      const service = readServiceName(name);
      if (service) return `srv:_${service.service}.${service.host}`;
      const domain = readXmppDomain(name);
      return domain === null ? `other:${name.oid}` : `xmpp:${domain}`;
    }
    case "unknown":
      return "?";
  }
}

/** Constraints on addresses have a mask behind the address. */
function subtreeText(name: GeneralName): string {
  if (name.kind !== "ip" || isAddress(name.bytes)) return nameText(name);
  const half = name.bytes.length / 2;
  if (half !== 4 && half !== 16) return nameText(name);
  const [address, mask] = [name.bytes.subarray(0, half), name.bytes.subarray(half)];
  return `ip:${formatIpAddress(address)}/${formatIpAddress(mask)}`;
}

function isAddress({ length }: Uint8Array): boolean {
  return length === 4 || length === 16;
}

function pointTexts({ name, crlIssuer }: DistributionPoint): string[] {
  const names = name?.kind === "full" ? name.names : [];
  return [...names, ...(crlIssuer ?? [])].map(nameText);
}

function algorithmText(algorithm: SignatureAlgorithm): string {
  return "digest" in algorithm ? `${algorithm.kind} ${algorithm.digest}` : algorithm.kind;
}

function keyText({ publicKey }: Certificate): string | null {
  if (!publicKey) return null;
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  const type = publicKey.asymmetricKeyType ?? "?";
  return [type, namedCurve ?? modulusLength ?? ""].join(" ").trim();
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
