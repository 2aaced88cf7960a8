/** Every extension of a certificate, in words where there are any. */

import { For, Show, type JSX } from "solid-js";
import type { ExtensionView } from "../../../app/contract/trust.ts";
import { extensionTerms } from "../../text/certificate-terms.ts";
import { text } from "../../text/index.ts";
import { Section, Terms } from "./certificate-section.tsx";
import styles from "./certificate-details.module.css";

const words = text.certificates.details;

export function CertificateExtensions(props: {
  readonly extensions: readonly ExtensionView[];
}): JSX.Element {
  return (
    <Show when={props.extensions.length > 0}>
      <Section title={words.extensions}>
        <ul class={styles["extensions"]} aria-label={words.extensions}>
          <For each={props.extensions}>
            {(extension) => (
              <li>
                <p class={styles["extension"]}>
                  <span>{titleOf(extension)}</span>
                  <Show when={extension.isCritical}>
                    <span class={styles["chip"]} data-status="critical">
                      {words.critical}
                    </span>
                  </Show>
                  <span class={styles["oid"]}>{extension.oid}</span>
                </p>
                <Terms terms={extensionTerms(extension)} />
              </li>
            )}
          </For>
        </ul>
      </Section>
    </Show>
  );
}

function titleOf({ kind }: ExtensionView): string {
  return kind === null ? words.unknownExtension : text.certificates.extension[kind];
}
