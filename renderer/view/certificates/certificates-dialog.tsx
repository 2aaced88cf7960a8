/** All certificates in one place, for people who want to see and decide whom Linnet believes. */

import * as Tabs from "@kobalte/core/tabs";
import X from "lucide-solid/icons/x";
import { createEffect, createSignal, For, Show, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { makeCertificates, type CertificatesState } from "../../state/certificates.ts";
import { text } from "../../text/index.ts";
import { errorSentence } from "../../text/problems.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { useProgram } from "../../ui/program-context.ts";
import { AuthoritiesTab } from "./authorities-tab.tsx";
import { CertificateDetailsPanel } from "./certificate-details.tsx";
import { DistrustedTab } from "./distrusted-tab.tsx";
import { IdentitiesTab } from "./identities-tab.tsx";
import { RevocationTab } from "./revocation-tab.tsx";
import { ServersTab } from "./servers-tab.tsx";
import styles from "./certificates-dialog.module.css";

export interface TabProps {
  readonly page: CertificatesState;
}

export type Tab = keyof typeof text.certificates.tabs;

const tabs: readonly (readonly [Tab, (props: TabProps) => JSX.Element])[] = [
  ["authorities", AuthoritiesTab],
  ["servers", ServersTab],
  ["own", IdentitiesTab],
  ["distrusted", DistrustedTab],
  ["revocation", RevocationTab],
];

export function CertificatesDialog(props: {
  /** What is shown first; the authorities where nothing is said. */
  readonly tab?: Tab;
  readonly onClose: () => void;
}): JSX.Element {
  const page = makeCertificates(useProgram().bridge);
  const [tab, setTab] = createSignal<Tab>(props.tab ?? "authorities");
  const choose = (next: string): void => {
    // Also called with the tab that is chosen already.
    if (next === tab()) return;
    page.close();
    page.settle();
    setTab(next as Tab);
  };
  let openedFrom: Element | null = null;
  createEffect<boolean>((wasOpen) => {
    const isOpen = page.opened() !== null;
    if (isOpen && !wasOpen) openedFrom = document.activeElement;
    return isOpen;
  }, false);
  const closeDetails = (): void => {
    page.close();
    if (openedFrom instanceof HTMLElement && openedFrom.isConnected) openedFrom.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !page.opened()) return;
    // The dialog would close as well.
    event.stopPropagation();
    closeDetails();
  };
  return (
    <Dialog isOpen isFull title={text.certificates.title} onClose={props.onClose}>
      <Tabs.Root class={styles["tabs"]} value={tab()} onChange={choose}>
        <Tabs.List class={styles["bar"]} aria-label={text.certificates.tabsLabel}>
          <For each={tabs}>
            {([name]) => (
              <Tabs.Trigger class={styles["tab"]} value={name}>
                {text.certificates.tabs[name]}
              </Tabs.Trigger>
            )}
          </For>
        </Tabs.List>
        <div
          ref={(element) => {
            element.addEventListener("keydown", onKey);
          }}
          class={styles["body"]}
          data-details={page.opened() !== null}
        >
          <div class={styles["main"]}>
            <Show when={page.error()}>
              {(error) => (
                <Show when={errorSentence(error())}>
                  {(sentence) => <Note kind="error">{sentence()}</Note>}
                </Show>
              )}
            </Show>
            <For each={tabs}>
              {([name, Content]) => (
                <Tabs.Content class={styles["content"]} value={name}>
                  <Dynamic component={Content} page={page} />
                </Tabs.Content>
              )}
            </For>
          </div>
          <CertificateDetailsPanel page={page} onClose={closeDetails} />
        </div>
      </Tabs.Root>
      <OutcomeLine page={page} />
    </Dialog>
  );
}

/** What was done last, with a way back. */
function OutcomeLine(props: TabProps): JSX.Element {
  return (
    <div class={styles["outcome"]} role="status">
      <Show when={props.page.outcome()}>
        {(outcome) => (
          <div>
            <span>{outcome().sentence}</span>
            <Show when={outcome().undo}>
              {(undo) => (
                <Button kind="quiet" onClick={() => undo()()}>
                  {text.certificates.undo}
                </Button>
              )}
            </Show>
            <IconButton label={text.common.close} onClick={props.page.settle}>
              <X size={16} />
            </IconButton>
          </div>
        )}
      </Show>
    </div>
  );
}
