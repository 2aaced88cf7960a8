/** The delivery columns of a message as the contract's union. */

import type { MessageFailure } from "../../contract/problems.ts";
import type { Delivery } from "../../contract/views.ts";

export function toDelivery(
  delivery: string | null,
  failure: MessageFailure | null,
): Delivery | null {
  switch (delivery) {
    case null:
      return null;
    case "queued":
    case "sent":
    case "delivered":
      return { kind: delivery };
    case "failed":
      return { kind: "failed", reason: failure ?? "other" };
    default:
      throw new Error(`unknown delivery ${delivery}`);
  }
}
