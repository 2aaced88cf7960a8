/** The list column: a heading with actions, then whatever is listed. */

import type { JSX } from "solid-js";
import styles from "./pane.module.css";

export function Pane(props: {
  readonly title: string;
  readonly actions?: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    <div class={styles["pane"]}>
      <header class={styles["header"]}>
        <h1>{props.title}</h1>
        {props.actions}
      </header>
      {props.children}
    </div>
  );
}

/** What a list says when it is empty. */
export function Empty(props: {
  readonly title: string;
  readonly hint?: string;
  readonly children?: JSX.Element;
}): JSX.Element {
  return (
    <div class={styles["empty"]}>
      <p>{props.title}</p>
      {props.hint ? <p class={styles["hint"]}>{props.hint}</p> : null}
      {props.children}
    </div>
  );
}
