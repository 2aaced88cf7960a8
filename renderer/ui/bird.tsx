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
        d="M32 4c15.5 0 28 10.9 28 24.5S47.500 53 32 53c-3.200 0-6.300-.5-9.200-1.300L9.500 58.500c-1 .5-2.100-.5-1.700-1.500l3.600-9.800C6.800 42.700 4 36 4 28.500 4 14.900 16.500 4 32 4Z"
      />
      <path
        class={styles["body"]}
        d="M15 41c9 1 12-4 14-10 2-7 6.500-12 13-12 4.500 0 7.500 2.300 8.800 5.500L55 27l-4.600 1.700C49 38 41.500 44 31.500 44 25 44 19.500 43 15 41Z"
      />
      <path
        class={styles["breast"]}
        d="M50.400 28.700C49 38 41.500 44 31.500 44c8-3 9.500-12 18.900-15.300Z"
      />
      <circle class={styles["eye"]} cx="44.500" cy="25" r="1.700" />
    </svg>
  );
}
