/** The small sign beside a message of ours: waiting, with the server, arrived, failed. */

import Check from "lucide-solid/icons/check";
import CheckCheck from "lucide-solid/icons/check-check";
import CircleAlert from "lucide-solid/icons/circle-alert";
import Clock from "lucide-solid/icons/clock-3";
import { Match, Switch, type JSX } from "solid-js";
import type { Delivery } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";

export function DeliveryMark(props: { readonly delivery: Delivery }): JSX.Element {
  return (
    <span
      role="img"
      aria-label={text.delivery[props.delivery.kind]}
      title={text.delivery[props.delivery.kind]}
      data-delivery={props.delivery.kind}
    >
      <Switch>
        <Match when={props.delivery.kind === "queued"}>
          <Clock size={14} aria-hidden="true" />
        </Match>
        <Match when={props.delivery.kind === "sent"}>
          <Check size={15} aria-hidden="true" />
        </Match>
        <Match when={props.delivery.kind === "delivered"}>
          <CheckCheck size={15} aria-hidden="true" />
        </Match>
        <Match when={props.delivery.kind === "failed"}>
          <CircleAlert size={15} aria-hidden="true" />
        </Match>
      </Switch>
    </span>
  );
}
