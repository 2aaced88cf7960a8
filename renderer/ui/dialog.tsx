/** A dialog: Kobalte keeps the focus inside, closes on Escape, and tells screen readers. */

import * as Kobalte from "@kobalte/core/dialog";
import X from "lucide-solid/icons/x";
import { onCleanup, type JSX } from "solid-js";
import { text } from "../text/index.ts";
import styles from "./dialog.module.css";

export interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly detail?: string;
  readonly isWide?: boolean;
  /** A page of its own: as large as the window has room. Its content scrolls by itself. */
  readonly isFull?: boolean;
  readonly children: JSX.Element;
}

export function Dialog(props: DialogProps): JSX.Element {
  const before = document.activeElement;
  onCleanup(() => {
    // After the dialog is gone: until then it holds the focus.
    setTimeout(() => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
  });
  return (
    <Kobalte.Root
      open={props.isOpen}
      onOpenChange={(isOpen) => {
        if (!isOpen) props.onClose();
      }}
    >
      <Kobalte.Portal>
        <Kobalte.Overlay class={styles["scrim"]} />
        <div class={styles["centre"]}>
          <Kobalte.Content
            class={styles["dialog"]}
            classList={{
              [styles["wide"] ?? ""]: props.isWide === true,
              [styles["full"] ?? ""]: props.isFull === true,
            }}
          >
            <header class={styles["header"]}>
              <Kobalte.Title class={styles["title"]}>{props.title}</Kobalte.Title>
              <Kobalte.CloseButton
                class={styles["close"]}
                aria-label={text.common.close}
                title={text.common.close}
              >
                <X size={18} aria-hidden="true" />
              </Kobalte.CloseButton>
            </header>
            {props.detail ? (
              <Kobalte.Description class={styles["detail"]}>{props.detail}</Kobalte.Description>
            ) : null}
            {props.children}
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte.Root>
  );
}

/** The row of buttons at the end of a dialog. */
export function DialogActions(props: { readonly children: JSX.Element }): JSX.Element {
  return <div class={styles["actions"]}>{props.children}</div>;
}
