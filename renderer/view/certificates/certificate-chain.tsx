/** The chain of a certificate, drawn from it up to the authority. Its buttons stay where they are while one
 *  certificate after the other is looked at, and keep the focus. */

import { createMemo, Index, type JSX } from "solid-js";
import type { CertificateDetails } from "../../../app/contract/trust.ts";
import { shortName } from "../../text/certificate-terms.ts";
import { text } from "../../text/index.ts";
import { CertificateMark, type MarkKind } from "./certificate-mark.tsx";
import { Section } from "./certificate-section.tsx";
import styles from "./certificate-details.module.css";

const words = text.certificates.details;

export interface CertificateChainProps {
  readonly chain: readonly CertificateDetails[];
  /** The fingerprint of the one that is looked at. */
  readonly current: string;
  readonly onChoose: (fingerprint: string) => void;
}

export function CertificateChain(props: CertificateChainProps): JSX.Element {
  const last = createMemo(() => props.chain.length - 1);
  return (
    <Section title={words.chain}>
      <ol class={styles["chain"]} aria-label={words.chain}>
        <Index each={props.chain}>
          {(certificate, index) => (
            <li>
              <button
                type="button"
                aria-current={certificate().fingerprint === props.current ? "true" : undefined}
                onClick={() => {
                  props.onChoose(certificate().fingerprint);
                }}
              >
                <CertificateMark kind={markOf(certificate())} />
                <span>
                  <span class={styles["link"]}>{shortName(certificate().subject)}</span>
                  <span class={styles["role"]}>{roleOf(certificate(), index, last())}</span>
                </span>
              </button>
            </li>
          )}
        </Index>
      </ol>
    </Section>
  );
}

function markOf({ isDistrusted, source }: CertificateDetails): MarkKind {
  return isDistrusted ? "distrusted" : source;
}

function roleOf(
  { extensions, issuer, subject }: CertificateDetails,
  index: number,
  last: number,
): string {
  const isAuthority = extensions.some(
    ({ kind, items }) => kind === "basic-constraints" && items.includes("CA:true"),
  );
  if (index === 0 && !isAuthority) return words.leaf;
  return index === last || issuer === subject ? words.root : words.intermediate;
}
