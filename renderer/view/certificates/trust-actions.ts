/** Taking trust away and giving it back. Each is undone by the other. */

import type { Bridge } from "../../bridge.ts";
import type { CertificatesState } from "../../state/certificates.ts";
import { text } from "../../text/index.ts";

/** The certificate that is meant, and what it is called. */
interface Named {
  readonly fingerprint: string;
  readonly subject: string;
}

export async function distrust(
  bridge: Bridge,
  page: CertificatesState,
  { fingerprint, subject }: Named,
): Promise<void> {
  const sentence = text.certificates.authorities.distrusted(subject);
  const undo = (): void => void restore(bridge, page, { fingerprint, subject });
  await page.attempt(bridge.call("trust", "distrust", fingerprint), sentence, undo);
}

export async function restore(
  bridge: Bridge,
  page: CertificatesState,
  { fingerprint, subject }: Named,
): Promise<void> {
  const sentence = text.certificates.distrusted.restored(subject);
  const undo = (): void => void distrust(bridge, page, { fingerprint, subject });
  await page.attempt(bridge.call("trust", "restore", fingerprint), sentence, undo);
}
