/** The linnet. */

import type { JSX } from "solid-js";
import styles from "./bird.module.css";

export function Bird(props: { readonly size: number }): JSX.Element {
  return (
    <svg
      class={styles["bird"]}
      width={props.size}
      height={props.size}
      viewBox="0 0 64 64"
      aria-hidden="true"
    >
      <path
        class={styles["bubble"]}
        d="M32 4c15.5 0 28 10.9 28 24.5S47.5 53 32 53c-3.2 0-6.3-.5-9.2-1.300L9.5 58.500c-1 .5-2.1-.5-1.7-1.500l3.6-9.800C6.8 42.7 4 36 4 28.5 4 14.9 16.5 4 32 4Z"
      />
      <path
        class={styles["body"]}
        d="M15 41c9 1 12-4 14-10 2-7 6.5-12 13-12 4.5 0 7.5 2.3 8.8 5.500L55 27l-4.6 1.700C49 38 41.5 44 31.5 44 25 44 19.5 43 15 41Z"
      />
      <path
        class={styles["breast"]}
        d="M50.4 28.700C49 38 41.5 44 31.5 44c8-3 9.5-12 18.9-15.300Z"
      />
      <circle class={styles["eye"]} cx="44.5" cy="25" r="1.7" />
    </svg>
  );
}
