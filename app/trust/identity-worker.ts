/** The thread for one job with key files: see identity-jobs.ts. */

import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { identityLimits } from "../base/limits.ts";
import { success, type Result } from "../base/result.ts";
import { createKey } from "../pki/identity/key-creation.ts";
import type { FoundIdentity } from "../pki/identity/key-file-contents.ts";
import type { KeyFileFault } from "../pki/identity/key-file-fault.ts";
import { readKeyFile } from "../pki/identity/key-file-reader.ts";
import { writePem } from "../pki/identity/pem.ts";
import { writePkcs12 } from "../pki/identity/pkcs12-writer.ts";
import { PrivateKey } from "../pki/identity/private-key.ts";
import { createSelfSigned } from "../pki/identity/self-signed.ts";
import { createRequest, matchReply, type ReplyFault } from "../pki/identity/signing-request.ts";
import { Certificate } from "../pki/x509/certificate.ts";
import type {
  CreatedKey,
  FileContents,
  FoundKey,
  IdentityJobs,
  IssuedCertificate,
  JobSetup,
} from "./identity-jobs.ts";

type Asked<N extends keyof IdentityJobs> = IdentityJobs[N]["asked"];

function main(): void {
  assert(parentPort, "key files are worked on in a thread of their own");
  parentPort.postMessage(run(workerData as JobSetup));
}

function run(job: JobSetup): IdentityJobs[keyof IdentityJobs]["answer"] {
  switch (job.name) {
    case "read":
      return read(job.asked);
    case "create":
      return success(create(job.asked));
    case "reply":
      return reply(job.asked);
    case "export":
      return success(exportKey(job.asked));
  }
}

function read({ file, password }: Asked<"read">): Result<FileContents, KeyFileFault> {
  const contents = readKeyFile(file, password);
  if (!contents.ok) return contents;
  const { identities, certificates } = contents.value;
  return success({
    keys: identities.map(toFoundKey),
    hasCertificates: certificates.length > 0,
  });
}

function toFoundKey({ key, certificate, chain, name }: FoundIdentity): FoundKey {
  return {
    pkcs8: copy(key.pkcs8),
    name,
    issued: certificate && toIssued(certificate, chain),
    isSupported: key.isSupported,
    isMatching: certificate !== null && key.isKeyOf(certificate),
  };
}

function create({ key: kind, address, issued, at }: Asked<"create">): CreatedKey {
  const key = createKey(kind);
  const pkcs8 = copy(key.pkcs8);
  if (issued === "request") {
    const request = writePem("CERTIFICATE REQUEST", createRequest({ key, address }));
    return { pkcs8, request, certificate: null };
  }
  const years = identityLimits.selfSignedYears;
  const { encoded } = createSelfSigned({ key, address, at, years });
  return { pkcs8, request: null, certificate: copy(encoded) };
}

function reply({ pkcs8, file }: Asked<"reply">): Result<IssuedCertificate, ReplyFault> {
  const matched = matchReply(new PrivateKey(pkcs8), file);
  return matched.ok ? success(toIssued(matched.value.certificate, matched.value.chain)) : matched;
}

function exportKey({ pkcs8, certificate, chain, password, name }: Asked<"export">): Uint8Array {
  return copy(
    writePkcs12({
      key: new PrivateKey(pkcs8),
      certificate: new Certificate(certificate),
      chain: chain.map((each) => new Certificate(each)),
      password,
      name,
    }),
  );
}

function toIssued(certificate: Certificate, chain: readonly Certificate[]): IssuedCertificate {
  return {
    certificate: copy(certificate.encoded),
    chain: chain.map(({ encoded }) => copy(encoded)),
  };
}

/** A view of a buffer would take all of that buffer along to the other thread. */
function copy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

main();
