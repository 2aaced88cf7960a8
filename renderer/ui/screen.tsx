/** A whole-window screen with one card in the middle: signing in, unlocking, trouble at the start. */

import type { JSX } from "solid-js";
import { Bird } from "./bird.tsx";
import styles from "./screen.module.css";

export function Screen(props: {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly children?: JSX.Element;
}): JSX.Element {
  return (
    <main class={styles["screen"]}>
      <div class={styles["card"]}>
        <Bird size={64} />
        <div class={styles["heading"]}>
          <h1>{props.title}</h1>
          {props.subtitle ? <p>{props.subtitle}</p> : null}
        </div>
        {props.children}
      </div>
    </main>
  );
}
