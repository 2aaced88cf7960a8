/** Certificates that vouch for nobody: look at them, restore them. */

import { createResource, Show, type JSX } from "solid-js";
import type { DistrustedRow } from "../../../app/contract/trust.ts";
import { text } from "../../text/index.ts";
import { dateOnly } from "../../text/time.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/pane.tsx";
import { useProgram } from "../../ui/program-context.ts";
import { RowList } from "../../ui/row-list.tsx";
import { CertificateMark } from "./certificate-mark.tsx";
import type { TabProps } from "./certificates-dialog.tsx";
import { keepFocus } from "./keep-focus.ts";
import { restore } from "./trust-actions.ts";
import styles from "./certificate-list.module.css";

const rowHeight = 52;
const words = text.certificates.distrusted;

export function DistrustedTab(props: TabProps): JSX.Element {
  const { bridge } = useProgram();
  const [rows] = createResource(
    () => props.page.trust(),
    async (): Promise<readonly DistrustedRow[]> => {
      const reply = await bridge.call("trust", "distrusted");
      return reply.ok ? reply.value : [];
    },
  );
  let list: HTMLDivElement | undefined;
  const onRowGoing = keepFocus(
    () => rows.latest,
    () => list,
  );
  return (
    <>
      <div class={styles["heading"]}>
        <p class={styles["hint"]}>{words.hint}</p>
        <p class={styles["hint"]} role="status">
          {rows.latest ? words.count(rows.latest.length) : ""}
        </p>
      </div>
      <Show
        when={rows.latest?.length}
        fallback={
          <Show when={rows.latest}>
            <Empty title={words.empty} hint={words.emptyHint} />
          </Show>
        }
      >
        <div ref={(element) => (list = element)} class={`${styles["rows"]} ${styles["restore"]}`}>
          <RowList
            label={words.list}
            rows={rows.latest ?? []}
            rowHeight={rowHeight}
            isSelected={({ fingerprint }) => fingerprint === props.page.opened()?.fingerprint}
            onChoose={({ fingerprint }) => {
              props.page.open(fingerprint);
            }}
            actions={(row) => (
              <Show when={!row.isByPolicy}>
                <Button
                  kind="quiet"
                  aria-label={words.restoreIt(row.subject)}
                  onClick={() => {
                    onRowGoing();
                    void restore(bridge, props.page, row);
                  }}
                >
                  {words.restore}
                </Button>
              </Show>
            )}
          >
            {(row) => (
              <div class={styles["row"]}>
                <CertificateMark kind="distrusted" />
                <span class={styles["name"]}>{row.subject}</span>
                <span class={styles["cell"]}>{row.isByPolicy ? words.byPolicy : words.byYou}</span>
                <span class={styles["cell"]}>
                  {row.expiresAt > 0 ? text.identity.until(dateOnly(row.expiresAt)) : ""}
                </span>
              </div>
            )}
          </RowList>
        </div>
      </Show>
    </>
  );
}
