/** How hard it is asked whether certificates were withdrawn, and whether the keys of servers are remembered. */

import Lock from "lucide-solid/icons/lock";
import { For, Show, type JSX } from "solid-js";
import type { RevocationMode } from "../../../app/contract/trust.ts";
import { text } from "../../text/index.ts";
import { useProgram } from "../../ui/program-context.ts";
import type { TabProps } from "./certificates-dialog.tsx";
import styles from "./revocation-tab.module.css";

const words = text.certificates.revocation;
const modes: readonly RevocationMode[] = ["off", "soft", "hard"];

export function RevocationTab(props: TabProps): JSX.Element {
  const { bridge } = useProgram();
  return (
    <Show when={props.page.trust()}>
      {(trust) => (
        <div class={styles["page"]}>
          <fieldset class={styles["modes"]} disabled={trust().isRevocationByPolicy}>
            <legend>{words.title}</legend>
            <p class={styles["hint"]}>{words.hint}</p>
            <Show when={trust().isRevocationByPolicy}>
              <p class={styles["locked"]}>
                <Lock size={16} aria-hidden="true" />
                {words.byPolicy}
              </p>
            </Show>
            <For each={modes}>
              {(mode) => (
                <label class={styles["mode"]}>
                  <input
                    type="radio"
                    name="revocation"
                    checked={trust().revocation === mode}
                    onChange={() =>
                      void props.page.attempt(bridge.call("trust", "setRevocation", mode))
                    }
                  />
                  <span>
                    {words.modes[mode].name}
                    <span class={styles["hint"]}>{words.modes[mode].detail}</span>
                  </span>
                </label>
              )}
            </For>
          </fieldset>
          <section>
            <h3>{words.keysTitle}</h3>
            <label class={styles["check"]}>
              <input
                type="checkbox"
                checked={trust().remembersKeys}
                onChange={(event) =>
                  void props.page.attempt(
                    bridge.call("trust", "setRemembersKeys", event.currentTarget.checked),
                  )
                }
              />
              <span>
                {words.keys}
                <span class={styles["hint"]}>{words.keysHint}</span>
              </span>
            </label>
          </section>
          <section>
            <h3>{words.exceptionsTitle}</h3>
            <p class={styles["hint"]}>
              {trust().mayMakeExceptions ? words.mayMakeExceptions : words.noExceptions}
            </p>
          </section>
        </div>
      )}
    </Show>
  );
}
