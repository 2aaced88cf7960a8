/** A sentence that matters: an error or a warning, read out when it appears. */

import TriangleAlert from "lucide-solid/icons/triangle-alert";
import type { JSX } from "solid-js";
import styles from "./note.module.css";

export function Note(props: {
  readonly kind: "error" | "warning";
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <div class={`${styles["note"]} ${styles[props.kind]}`} role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>{props.children}</div>
    </div>
  );
}
