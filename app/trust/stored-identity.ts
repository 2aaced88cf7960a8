/** From the store to the handshake: the one way on which a key leaves the store to sign somebody in. */

import type { IdentityId } from "../contract/ids.ts";
import { xmppAddresses } from "../pki/identity/identity-check.ts";
import { writePem } from "../pki/identity/pem.ts";
import { parseCertificate, type Certificate } from "../pki/x509/certificate.ts";
import type { Store } from "../store/store.ts";
import { ClientIdentity } from "./client-identity.ts";

/** @returns null where there is none, none yet, or one that the TLS library cannot use */
export async function readClientIdentity(
  store: Store,
  id: IdentityId | null,
): Promise<ClientIdentity | null> {
  const record = id === null ? null : await store.ask("identities", "get", { id });
  if (!record?.certificate) return null;
  const pkcs8 = await store.ask("identities", "key", { id: record.id });
  const certificate = parseCertificate(record.certificate);
  if (!pkcs8 || !certificate.ok) return null;
  const identity = new ClientIdentity({
    key: writePem("PRIVATE KEY", pkcs8),
    certificate: toPem(certificate.value),
    chain: record.chain
      .map((each) => parseCertificate(each))
      .flatMap((each) => (each.ok && !each.value.isSelfIssued ? toPem(each.value) : [])),
    addresses: xmppAddresses(certificate.value),
  });
  return identity.isUsable ? identity : null;
}

function toPem({ encoded }: Certificate): string {
  return writePem("CERTIFICATE", encoded);
}
