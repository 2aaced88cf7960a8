/** Which certificate to sign in with: one of those that are here, or another one from a file. */

import { createSignal, For, Show, type JSX } from "solid-js";
import type { IdentityId } from "../../app/contract/ids.ts";
import { identityOption, identityProblemSentence } from "../text/identities.ts";
import { text } from "../text/index.ts";
import { Button } from "../ui/button.tsx";
import styles from "../ui/form.module.css";
import { Note } from "../ui/note.tsx";
import { useProgram } from "../ui/program-context.ts";
import { IdentityImportDialog } from "./identity-import-dialog.tsx";

export function IdentityChoice(props: {
  readonly label: string;
  readonly chosen: IdentityId | null;
  readonly onChoose: (identity: IdentityId | null) => void;
}): JSX.Element {
  const { identities } = useProgram();
  const [isImporting, setImporting] = createSignal(false);
  const usable = (): ReturnType<typeof identities.all> =>
    identities.all().filter(({ hasCertificate }) => hasCertificate);
  const problems = (): readonly string[] =>
    usable()
      .find(({ id }) => id === props.chosen)
      ?.problems.map(identityProblemSentence) ?? [];
  return (
    <div class={`${styles["choice"]} ${styles["wide"]}`}>
      <label class={styles["select"]}>
        {props.label}
        <select
          name="identity"
          onChange={(event) => {
            const { value } = event.currentTarget;
            props.onChoose(value === "" ? null : (Number(value) as IdentityId));
          }}
        >
          <option value="" selected={props.chosen === null}>
            {text.identity.none}
          </option>
          <For each={usable()}>
            {(identity) => (
              <option value={identity.id} selected={props.chosen === identity.id}>
                {identityOption(identity)}
              </option>
            )}
          </For>
        </select>
      </label>
      <Show when={problems().length > 0}>
        <Note kind="warning">{problems().join(" ")}</Note>
      </Show>
      <Button onClick={() => setImporting(true)}>{text.identity.import}</Button>
      <Show when={isImporting()}>
        <IdentityImportDialog
          onClose={() => setImporting(false)}
          onImported={(identity) => {
            props.onChoose(identity.id);
          }}
        />
      </Show>
    </div>
  );
}
