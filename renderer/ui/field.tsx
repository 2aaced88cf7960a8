/** A labelled text field with an explanation or an error under it. */

import { createUniqueId, onMount, Show, splitProps, type JSX } from "solid-js";
import styles from "./field.module.css";

export interface FieldProps extends JSX.InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | null | undefined;
  /** Something at the end of the field, for example a button. */
  readonly end?: JSX.Element;
}

export function Field(props: FieldProps): JSX.Element {
  const [own, rest] = splitProps(props, ["label", "hint", "error", "end", "autofocus"]);
  let input: HTMLInputElement | undefined;
  // The attribute only works while a page loads.
  onMount(() => {
    if (own.autofocus === true) input?.focus();
  });
  const id = createUniqueId();
  const hintId = createUniqueId();
  const note = (): string | undefined => own.error ?? own.hint;
  return (
    <div class={styles["field"]}>
      <label for={id}>{own.label}</label>
      <div class={styles["box"]} classList={{ [styles["wrong"] ?? ""]: Boolean(own.error) }}>
        <input
          ref={(element) => (input = element)}
          id={id}
          aria-invalid={own.error ? "true" : undefined}
          aria-describedby={note() ? hintId : undefined}
          {...rest}
        />
        {own.end}
      </div>
      <Show when={note()}>
        {(sentence) => (
          <p
            id={hintId}
            class={own.error ? styles["error"] : styles["hint"]}
            role={own.error ? "alert" : undefined}
          >
            {sentence()}
          </p>
        )}
      </Show>
    </div>
  );
}
