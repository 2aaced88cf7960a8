/** One line for each certificate in use that ends soon, until the person has dismissed it. */

import X from "lucide-solid/icons/x";
import { For, Show, type JSX } from "solid-js";
import type { IdentityView } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { dateOnly } from "../text/time.ts";
import { IconButton } from "../ui/button.tsx";
import { useProgram } from "../ui/program-context.ts";
import styles from "./connection-line.module.css";

export function ExpiryLines(): JSX.Element {
  const { identities } = useProgram();
  const ending = (): IdentityView[] =>
    identities.all().filter(({ reminderDays }) => reminderDays !== null);
  return (
    <div class={styles["lines"]} role="status" aria-live="polite" aria-label={text.expiry.label}>
      <For each={ending()}>{(identity) => <ExpiryLine identity={identity} />}</For>
    </div>
  );
}

function ExpiryLine(props: { readonly identity: IdentityView }): JSX.Element {
  const { bridge } = useProgram();
  return (
    <Show when={props.identity.facts}>
      {(facts) => (
        <div class={styles["line"]} data-kind="waiting">
          <p>{text.expiry.line(props.identity.name, dateOnly(facts().notAfter))}</p>
          <IconButton
            label={text.expiry.dismiss(props.identity.name)}
            onClick={() => void bridge.call("identities", "dismissReminder", props.identity.id)}
          >
            <X size={18} aria-hidden="true" />
          </IconButton>
        </div>
      )}
    </Show>
  );
}
