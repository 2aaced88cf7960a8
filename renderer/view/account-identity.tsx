/** In the settings: with which certificate an account signs in, and those that its server knows. */

import Ban from "lucide-solid/icons/ban";
import Trash from "lucide-solid/icons/trash";
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import type { Reply } from "../../app/contract/problems.ts";
import type { AccountView, ServerCertificateView } from "../../app/contract/views.ts";
import { factsLine } from "../text/identities.ts";
import { text } from "../text/index.ts";
import { errorSentence } from "../text/problems.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Note } from "../ui/note.tsx";
import { useProgram } from "../ui/program-context.ts";
import { IdentityChoice } from "./identity-choice.tsx";
import styles from "./settings-dialog.module.css";

export function AccountIdentity(props: { readonly account: AccountView }): JSX.Element {
  const { bridge, identities } = useProgram();
  const [error, setError] = createSignal<string | null>(null);
  return (
    <div class={styles["identity"]}>
      <IdentityChoice
        label={text.identity.ofAccount(props.account.address)}
        chosen={identities.of(props.account.id)?.id ?? null}
        onChoose={(identity) => {
          const call = bridge.call("identities", "useFor", props.account.id, identity);
          void call.then((reply) => setError(reply.ok ? null : errorSentence(reply.error)));
        }}
      />
      <Show when={error()}>{(sentence) => <Note kind="error">{sentence()}</Note>}</Show>
      <Show when={props.account.connection.kind === "online"}>
        <ServerCertificates account={props.account} />
      </Show>
    </div>
  );
}

/** Only where the server offers to keep a list. */
function ServerCertificates(props: { readonly account: AccountView }): JSX.Element {
  const { bridge, identities } = useProgram();
  const [error, setError] = createSignal<string | null>(null);
  const [listed, { refetch }] = createResource(
    () => props.account.id,
    async (account): Promise<readonly ServerCertificateView[] | null> => {
      const reply = await bridge.call("identities", "onServer", account);
      return reply.ok ? reply.value : null;
    },
  );
  const attempt = async (call: Promise<Reply<null>>): Promise<void> => {
    const reply = await call;
    setError(reply.ok ? null : errorSentence(reply.error));
    await refetch();
  };
  const own = (): ReturnType<typeof identities.of> => identities.of(props.account.id);
  const isKnown = (): boolean =>
    listed()?.some(({ fingerprint }) => fingerprint === own()?.fingerprint) ?? false;
  return (
    <Show when={listed()}>
      {(certificates) => (
        <section aria-label={text.serverCertificates.title}>
          <h4>{text.serverCertificates.title}</h4>
          <Show when={error()}>{(sentence) => <Note kind="error">{sentence()}</Note>}</Show>
          <ul class={styles["items"]}>
            <For
              each={certificates()}
              fallback={<li class={styles["hint"]}>{text.serverCertificates.none}</li>}
            >
              {({ name, facts }) => (
                <li>
                  <div>
                    <p>{name}</p>
                    <p class={styles["hint"]}>{facts ? factsLine(facts) : ""}</p>
                  </div>
                  <div class={styles["actions"]}>
                    <IconButton
                      label={text.serverCertificates.disable(name)}
                      onClick={() =>
                        void attempt(
                          bridge.call("identities", "disableOnServer", props.account.id, name),
                        )
                      }
                    >
                      <Trash size={18} />
                    </IconButton>
                    <IconButton
                      label={text.serverCertificates.revoke(name)}
                      onClick={() =>
                        void attempt(
                          bridge.call("identities", "revokeOnServer", props.account.id, name),
                        )
                      }
                    >
                      <Ban size={18} />
                    </IconButton>
                  </div>
                </li>
              )}
            </For>
          </ul>
          <Show when={!isKnown() && own()}>
            {(identity) => (
              <Button
                onClick={() =>
                  void attempt(
                    bridge.call("identities", "addToServer", props.account.id, identity().id),
                  )
                }
              >
                {text.serverCertificates.add}
              </Button>
            )}
          </Show>
        </section>
      )}
    </Show>
  );
}
