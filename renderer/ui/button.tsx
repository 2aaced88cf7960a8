/** Buttons: with words, or with an icon whose words are spoken and shown as a tooltip. */

import { splitProps, type JSX } from "solid-js";
import styles from "./button.module.css";

export interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: "primary" | "plain" | "danger" | "quiet";
}

export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["kind", "class"]);
  return (
    <button
      type="button"
      class={`${styles["button"]} ${styles[own.kind ?? "plain"]} ${own.class ?? ""}`}
      {...rest}
    />
  );
}

export interface IconButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does, in words. */
  readonly label: string;
  /** Shown beside the words in the tooltip, for example "Ctrl+N". */
  readonly shortcut?: string;
}

export function IconButton(props: IconButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["label", "shortcut", "class"]);
  return (
    <button
      type="button"
      aria-label={own.label}
      title={own.shortcut ? `${own.label} (${own.shortcut})` : own.label}
      class={`${styles["icon"]} ${own.class ?? ""}`}
      {...rest}
    />
  );
}
