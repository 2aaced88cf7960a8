/** Copies a text. The page may not use the clipboard by itself (see app/desktop/lockdown.ts), only as an
 *  answer to what a person does, and only to write. */

import Check from "lucide-solid/icons/check";
import Copy from "lucide-solid/icons/copy";
import { createSignal, onCleanup, Show, type JSX } from "solid-js";
import { text } from "../../text/index.ts";
import { IconButton } from "../../ui/button.tsx";

const saidMs = 2_000;

export function CopyButton(props: { readonly label: string; readonly value: string }): JSX.Element {
  const [isCopied, setCopied] = createSignal(false);
  let timer: number | undefined;
  onCleanup(() => {
    clearTimeout(timer);
  });
  const copy = (): void => {
    document.addEventListener(
      "copy",
      (event) => {
        event.preventDefault();
        event.clipboardData?.setData("text/plain", props.value);
        setCopied(true);
      },
      { once: true },
    );
    // The only way without a permission: the page has none.
    document.execCommand("copy");
    clearTimeout(timer);
    timer = window.setTimeout(() => setCopied(false), saidMs);
  };
  return (
    <IconButton label={props.label} onClick={copy}>
      <Show when={isCopied()} fallback={<Copy size={16} aria-hidden="true" />}>
        <Check size={16} aria-hidden="true" />
      </Show>
      <span class="only-spoken" role="status">
        {isCopied() ? text.certificates.details.copied : ""}
      </span>
    </IconButton>
  );
}
