/** One message: its bubble, its time, and for ours what became of it. */

import { Show, type JSX } from "solid-js";
import type { MessageView } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { dayName, exactTime, isSameDay, timeOfDay } from "../text/time.ts";
import { Button } from "../ui/button.tsx";
import { DeliveryMark } from "../ui/delivery-mark.tsx";
import { useProgram } from "../ui/program-context.ts";
import { MessageText } from "./message-text.tsx";
import styles from "./message-row.module.css";

/** Messages of one person nearer together than this look like one. */
const groupMs = 5 * 60_000;

export interface MessageRowProps {
  readonly message: MessageView;
  readonly before: MessageView | undefined;
  readonly after: MessageView | undefined;
  /** Who the chat is with. */
  readonly name: string;
  readonly isFirstUnread: boolean;
  /** A search led here. */
  readonly isFound: boolean;
}

export function MessageRow(props: MessageRowProps): JSX.Element {
  const isOurs = (): boolean => props.message.delivery !== null;
  const isNewDay = (): boolean =>
    !props.before || !isSameDay(props.before.sentAt, props.message.sentAt);
  const isFirst = (): boolean => isNewDay() || !isTogether(props.before, props.message);
  const isLast = (): boolean => !isTogether(props.message, props.after);
  return (
    <div class={styles["row"]} data-key={props.message.key}>
      <Show when={isNewDay()}>
        <p class={styles["day"]}>
          <span>{dayName(props.message.sentAt, Date.now())}</span>
        </p>
      </Show>
      <Show when={props.isFirstUnread}>
        <p class={styles["unread"]}>
          <span>{text.timeline.newMessages}</span>
        </p>
      </Show>
      <article
        class={styles["message"]}
        classList={{
          [styles["ours"] ?? ""]: isOurs(),
          [styles["first"] ?? ""]: isFirst(),
          [styles["last"] ?? ""]: isLast(),
          [styles["found"] ?? ""]: props.isFound,
        }}
        aria-label={spoken(props.message, props.name)}
      >
        <div class={styles["bubble"]}>
          <div class={styles["body"]} dir="auto">
            <MessageText text={props.message.body} />
            <Show when={props.message.isCut}>
              <em class={styles["cut"]}>{text.timeline.cut}</em>
            </Show>
          </div>
          <span class={styles["meta"]} title={exactTime(props.message.sentAt)}>
            <time>{timeOfDay(props.message.sentAt)}</time>
            <Show when={props.message.delivery}>
              {(delivery) => <DeliveryMark delivery={delivery()} />}
            </Show>
          </span>
        </div>
        <Failure message={props.message} />
      </article>
    </div>
  );
}

function Failure(props: { readonly message: MessageView }): JSX.Element {
  const { bridge } = useProgram();
  const reason = (): string | null => {
    const { delivery } = props.message;
    return delivery?.kind === "failed" ? text.messageFailure[delivery.reason] : null;
  };
  return (
    <Show when={reason()}>
      {(sentence) => (
        <p class={styles["failure"]}>
          {sentence()}{" "}
          <Button
            kind="quiet"
            onClick={() => void bridge.call("timeline", "sendAgain", props.message.key)}
          >
            {text.timeline.sendAgain}
          </Button>
        </p>
      )}
    </Show>
  );
}

function isTogether(a: MessageView | undefined, b: MessageView | undefined): boolean {
  if (!a || !b) return false;
  const isSameSender = (a.delivery === null) === (b.delivery === null);
  return isSameSender && isSameDay(a.sentAt, b.sentAt) && b.sentAt - a.sentAt < groupMs;
}

/** What a screen reader says: who, when, what, and what became of it. */
function spoken(message: MessageView, name: string): string {
  const { delivery } = message;
  return text.timeline.message(
    delivery ? text.common.you : name,
    timeOfDay(message.sentAt),
    message.body.slice(0, 2_000),
    delivery ? text.delivery[delivery.kind] : "",
  );
}
