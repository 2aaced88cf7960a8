/** The messages of a chat. Only those on the screen exist; the place is kept when older ones are added
 *  above, and the end is kept when one sits there. */

import ArrowDown from "lucide-solid/icons/arrow-down";
import {
  createEffect,
  createSignal,
  on,
  onCleanup,
  onMount,
  Show,
  type Accessor,
  type JSX,
} from "solid-js";
import { Virtualizer, type VirtualizerHandle } from "virtua/solid";
import type { ChatView, MessageView } from "../../app/contract/views.ts";
import type { Timeline } from "../state/timeline.ts";
import { text } from "../text/index.ts";
import { IconButton } from "../ui/button.tsx";
import { useProgram } from "../ui/program-context.ts";
import { MessageRow } from "./message-row.tsx";
import styles from "./timeline-view.module.css";

/** Nearer than this to either end, the next page is fetched: two screens. */
const fetchAheadPixels = 2_000;
/** Nearer than this to the end counts as being there. */
const endPixels = 60;

export function TimelineView(props: {
  readonly timeline: Timeline;
  readonly chat: ChatView;
}): JSX.Element {
  const { bridge } = useProgram();
  const [isAtEnd, setAtEnd] = createSignal(true);
  /** Where reading went on when the chat was opened: it stays there while the chat is open. */
  const [firstUnread, setFirstUnread] = createSignal<MessageView["key"] | null>(null);
  let list: VirtualizerHandle | undefined;

  const scrollToEnd = (): void => {
    const { rows } = props.timeline;
    if (rows.length > 0) list?.scrollToIndex(rows.length - 1, { align: "end" });
  };
  const onScroll = (offset: number): void => {
    if (!list) return;
    const rest = list.scrollSize - offset - list.viewportSize;
    setAtEnd(rest < endPixels && !props.timeline.hasNewer());
    if (offset < fetchAheadPixels) void props.timeline.loadOlder();
    if (rest < fetchAheadPixels) void props.timeline.loadNewer();
  };
  const markRead = (): void => {
    if (document.hasFocus() && isAtEnd() && props.chat.unread > 0) {
      void bridge.call("chats", "markRead", props.chat.id);
    }
  };

  createEffect(
    on(props.timeline.isLoaded, (isLoaded) => {
      if (!isLoaded) return;
      const { rows, anchor } = props.timeline;
      const unread = rows.at(-props.chat.unread);
      setFirstUnread(props.chat.unread > 0 && unread ? unread.key : null);
      const index = rows.findIndex((row) => row.key === anchor);
      if (index === -1) scrollToEnd();
      else list?.scrollToIndex(index, { align: "center" });
    }),
  );
  createEffect(
    on(
      () => props.timeline.rows.at(-1)?.key,
      () => {
        const last = props.timeline.rows.at(-1);
        if (last && (isAtEnd() || last.delivery?.kind === "queued")) scrollToEnd();
      },
      { defer: true },
    ),
  );
  createEffect(
    on([() => props.chat.unread, isAtEnd], () => {
      markRead();
    }),
  );
  onMount(() => {
    window.addEventListener("focus", markRead);
    onCleanup(() => {
      window.removeEventListener("focus", markRead);
    });
  });
  return (
    <div class={styles["timeline"]}>
      <Show
        when={props.timeline.rows.length > 0}
        fallback={
          <Show when={props.timeline.isLoaded()}>
            <p class={styles["empty"]}>{text.timeline.empty(props.chat.name)}</p>
          </Show>
        }
      >
        <div
          class={styles["scroller"]}
          role="log"
          aria-label={text.timeline.label(props.chat.name)}
          tabindex={0}
        >
          {/* A few messages stand at the bottom, where the next one will be. */}
          <div class={styles["spacer"]} />
          <Virtualizer
            ref={(handle) => (list = handle)}
            data={props.timeline.rows}
            shift={props.timeline.isShifting()}
            onScroll={onScroll}
          >
            {(message: MessageView, index: Accessor<number>) => (
              <MessageRow
                message={message}
                before={props.timeline.rows[index() - 1]}
                after={props.timeline.rows[index() + 1]}
                name={props.chat.name}
                isFirstUnread={message.key === firstUnread()}
                isFound={message.key === props.timeline.anchor}
              />
            )}
          </Virtualizer>
        </div>
      </Show>
      <Show when={!isAtEnd()}>
        <IconButton
          label={text.timeline.toEnd}
          class={styles["end"] ?? ""}
          onClick={() => {
            if (props.timeline.hasNewer()) void props.timeline.toEnd().then(scrollToEnd);
            else scrollToEnd();
          }}
        >
          <ArrowDown size={20} />
          <Show when={props.chat.unread > 0}>
            <span class={styles["count"]}>{props.chat.unread}</span>
          </Show>
        </IconButton>
      </Show>
    </div>
  );
}
