/** Where a message is written. Enter sends, Shift+Enter makes a line; what could not be sent stays. */

import SendHorizontal from "lucide-solid/icons/send-horizontal";
import { createEffect, createSignal, on, Show, type JSX } from "solid-js";
import type { ChatId } from "../../app/contract/ids.ts";
import { contractLimits } from "../../app/contract/limits.ts";
import type { ChatView } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { errorSentence } from "../text/problems.ts";
import { IconButton } from "../ui/button.tsx";
import { useProgram } from "../ui/program-context.ts";
import styles from "./composer.module.css";

/** What was written in other chats and not sent, while the window is open. */
const drafts = new Map<ChatId, string>();

export function Composer(props: { readonly chat: ChatView }): JSX.Element {
  const { bridge } = useProgram();
  const [draft, setDraft] = createSignal("");
  const [error, setError] = createSignal<string | null>(null);
  let field: HTMLTextAreaElement | undefined;

  const over = (): number => Math.max(0, draft().trim().length - contractLimits.messageCharsMax);
  const write = (value: string): void => {
    setDraft(value);
    drafts.set(props.chat.id, value);
    if (field && field.value !== value) field.value = value;
  };
  const send = async (): Promise<void> => {
    const { id } = props.chat;
    const body = draft().trim();
    if (body === "" || over() > 0) return;
    setError(null);
    write("");
    const reply = await bridge.call("timeline", "send", id, body);
    if (reply.ok) return;
    setError(errorSentence(reply.error));
    // Nothing that was written may be lost: it comes back, above what was typed since.
    const since = drafts.get(id) ?? "";
    drafts.set(id, since === "" ? body : `${body}\n${since}`);
    if (props.chat.id === id) write(drafts.get(id) ?? "");
  };
  createEffect(
    on(
      () => props.chat.id,
      (id) => {
        setError(null);
        write(drafts.get(id) ?? "");
        field?.focus();
      },
    ),
  );
  return (
    <footer class={styles["composer"]}>
      <Show when={error()}>
        {(sentence) => (
          <p class={styles["error"]} role="alert">
            {sentence()}
          </p>
        )}
      </Show>
      <div class={styles["line"]}>
        <div class={styles["box"]} data-text={`${draft()} `}>
          <textarea
            ref={(element) => (field = element)}
            rows={1}
            dir="auto"
            aria-label={text.composer.label(props.chat.name)}
            placeholder={text.composer.placeholder}
            onInput={(event) => {
              write(event.currentTarget.value);
            }}
            onKeyDown={(event) => {
              // While an input method composes, Enter chooses a character.
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              void send();
            }}
          />
        </div>
        <IconButton
          label={text.composer.send}
          shortcut="Enter"
          class={styles["send"] ?? ""}
          disabled={draft().trim() === "" || over() > 0}
          onClick={() => void send()}
        >
          <SendHorizontal size={20} />
        </IconButton>
      </div>
      <Show when={over() > 0}>
        <p class={styles["error"]} role="alert">
          {text.composer.tooLong(over())}
        </p>
      </Show>
    </footer>
  );
}
