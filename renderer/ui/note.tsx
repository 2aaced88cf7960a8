/** A sentence that matters: an error or a warning, read out when it appears. */

import TriangleAlert from "lucide-solid/icons/triangle-alert";
import { onMount, type JSX } from "solid-js";
import styles from "./note.module.css";

export function Note(props: {
  readonly kind: "error" | "warning";
  readonly children: JSX.Element;
}): JSX.Element {
  let element: HTMLDivElement | undefined;
  // At the end of a long form it would appear below the window's edge.
  onMount(() => element?.scrollIntoView({ block: "nearest" }));
  return (
    <div
      ref={(given) => (element = given)}
      class={`${styles["note"]} ${styles[props.kind]}`}
      role="alert"
    >
      <TriangleAlert size={18} aria-hidden="true" />
      <div>{props.children}</div>
    </div>
  );
}
