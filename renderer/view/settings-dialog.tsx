/** Settings. */

import Trash from "lucide-solid/icons/trash";
import { createSignal, For, Show, type JSX } from "solid-js";
import type { Reply } from "../../app/contract/problems.ts";
import type { AccountView, Theme } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { errorSentence } from "../text/problems.ts";
import { dateOnly } from "../text/time.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Note } from "../ui/note.tsx";
import { useProgram } from "../ui/program-context.ts";
import { AccountIdentity } from "./account-identity.tsx";
import { CertificatesButton } from "./certificates/certificates-page.tsx";
import { stateOf } from "./rail.tsx";
import styles from "./settings-dialog.module.css";

const themes: readonly Theme[] = ["system", "light", "dark"];

export function SettingsDialog(props: { readonly onClose: () => void }): JSX.Element {
  const { accounts, bridge, facts, settings } = useProgram();
  const [error, setError] = createSignal<string | null>(null);
  const [removed, setRemoved] = createSignal<AccountView | null>(null);

  const attempt = async (call: Promise<Reply<null>>): Promise<void> => {
    const reply = await call;
    setError(reply.ok ? null : errorSentence(reply.error));
  };
  return (
    <Show
      when={removed()}
      keyed
      fallback={
        <Dialog isOpen isWide title={text.settings.title} onClose={props.onClose}>
          <Show when={error()}>{(sentence) => <Note kind="error">{sentence()}</Note>}</Show>
          <section class={styles["section"]}>
            <h3>{text.settings.appearance}</h3>
            <div class={styles["themes"]} role="radiogroup" aria-label={text.settings.theme}>
              <For each={themes}>
                {(theme) => (
                  <label class={styles["theme"]}>
                    <input
                      type="radio"
                      name="theme"
                      checked={settings()?.theme === theme}
                      onChange={() => void attempt(bridge.call("settings", "setTheme", theme))}
                    />
                    {text.settings.themes[theme]}
                  </label>
                )}
              </For>
            </div>
          </section>
          <section class={styles["section"]}>
            <h3>{text.settings.privacy}</h3>
            <label class={styles["check"]}>
              <input
                type="checkbox"
                checked={settings()?.sendsReceipts ?? true}
                onChange={(event) =>
                  void attempt(
                    bridge.call("settings", "setSendsReceipts", event.currentTarget.checked),
                  )
                }
              />
              <span>
                {text.settings.receipts}
                <span class={styles["hint"]}>{text.settings.receiptsHint}</span>
              </span>
            </label>
          </section>
          <section class={styles["section"]}>
            <h3>{text.settings.accounts}</h3>
            <ul class={styles["items"]}>
              <For each={accounts.all()}>
                {(account) => (
                  <li>
                    <div>
                      <p>{account.address}</p>
                      <p class={styles["hint"]}>{stateOf(account)}</p>
                    </div>
                    <Button kind="danger" onClick={() => setRemoved(account)}>
                      {text.settings.removeAccount}
                    </Button>
                  </li>
                )}
              </For>
            </ul>
          </section>
          <section class={styles["section"]}>
            <h3>{text.identity.title}</h3>
            <For each={accounts.all()}>{(account) => <AccountIdentity account={account} />}</For>
          </section>
          <section class={styles["section"]}>
            <h3>{text.settings.certificates}</h3>
            <CertificatesButton />
            <p class={styles["hint"]}>{text.settings.certificatesHint}</p>
            <ul class={styles["items"]}>
              <For each={settings()?.authorities ?? []}>
                {(authority) => (
                  <li>
                    <div>
                      <p>{authority.subject}</p>
                      <p class={styles["hint"]}>
                        {text.settings.validUntil(dateOnly(authority.expiresAt))}
                        {authority.isByPolicy ? ` · ${text.settings.byPolicy}` : ""}
                      </p>
                    </div>
                    <Show when={!authority.isByPolicy}>
                      <IconButton
                        label={text.settings.removeAuthority(authority.subject)}
                        onClick={() =>
                          void attempt(
                            bridge.call("settings", "removeAuthority", authority.fingerprint),
                          )
                        }
                      >
                        <Trash size={18} />
                      </IconButton>
                    </Show>
                  </li>
                )}
              </For>
            </ul>
            <div>
              <Button
                onClick={() => void attempt(bridge.call("settings", "importAuthorities", null))}
              >
                {text.settings.addAuthority}
              </Button>
            </div>
          </section>
          <p class={styles["hint"]}>{text.settings.version(facts()?.version ?? "")}</p>
        </Dialog>
      }
    >
      {(account) => (
        <Dialog
          isOpen
          title={text.settings.removeAccountTitle(account.address)}
          detail={text.settings.removeAccountDetail}
          onClose={() => setRemoved(null)}
        >
          <DialogActions>
            <Button onClick={() => setRemoved(null)}>{text.common.cancel}</Button>
            <Button
              kind="danger"
              onClick={() => {
                setRemoved(null);
                void attempt(bridge.call("accounts", "remove", account.id));
              }}
            >
              {text.common.remove}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </Show>
  );
}
