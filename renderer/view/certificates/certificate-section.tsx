/** The parts that the details of a certificate are made of: headings, and words with what belongs to them. */

import { For, Show, type JSX } from "solid-js";
import type { Term } from "../../text/certificate-terms.ts";
import styles from "./certificate-details.module.css";

export function Section(props: {
  readonly title: string;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <section class={styles["section"]} aria-label={props.title}>
      <h4>{props.title}</h4>
      {props.children}
    </section>
  );
}

/** Words and what belongs to them; without words, lines. */
export function Terms(props: { readonly terms: readonly Term[] }): JSX.Element {
  return (
    <ul class={styles["terms"]}>
      <For each={props.terms}>
        {({ label, value }) => (
          <li>
            <Show when={label !== ""}>
              <span>{label}</span>{" "}
            </Show>
            <span class={styles["value"]}>{value}</span>
          </li>
        )}
      </For>
    </ul>
  );
}
