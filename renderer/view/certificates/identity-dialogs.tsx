/** Renaming and removing a certificate to sign in with. */

import { createSignal, Show, type JSX } from "solid-js";
import type { IdentityView } from "../../../app/contract/views.ts";
import { addressesOfUsers } from "../../state/certificates.ts";
import { text } from "../../text/index.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Note } from "../../ui/note.tsx";
import { useProgram } from "../../ui/program-context.ts";
import type { TabProps } from "./certificates-dialog.tsx";
import formStyles from "../../ui/form.module.css";

const words = text.certificates.own;

export interface IdentityDialogProps extends TabProps {
  readonly identity: IdentityView;
  readonly onClose: () => void;
}

export function RenameIdentityDialog(props: IdentityDialogProps): JSX.Element {
  const { bridge } = useProgram();
  const [name, setName] = createSignal(props.identity.name);
  const rename = (): void => {
    const next = name().trim();
    if (next === "") return;
    props.onClose();
    void props.page.attempt(
      bridge.call("identities", "rename", props.identity.id, next),
      words.renamed,
    );
  };
  return (
    <Dialog isOpen title={words.renameTitle(props.identity.name)} onClose={props.onClose}>
      <form
        class={formStyles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          rename();
        }}
      >
        <Field
          label={words.name}
          name="certificate-name"
          value={name()}
          autofocus
          maxLength={256}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <DialogActions>
          <Button onClick={props.onClose}>{text.common.cancel}</Button>
          <Button kind="primary" type="submit">
            {text.common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

export function RemoveIdentityDialog(props: IdentityDialogProps): JSX.Element {
  const { accounts, bridge } = useProgram();
  const users = (): string => addressesOfUsers(accounts, props.identity);
  return (
    <Dialog
      isOpen
      title={words.removeTitle(props.identity.name)}
      detail={words.removeDetail}
      onClose={props.onClose}
    >
      <Show when={users()}>
        {(addresses) => <Note kind="warning">{words.removeUsed(addresses())}</Note>}
      </Show>
      <DialogActions>
        <Button onClick={props.onClose}>{text.common.cancel}</Button>
        <Button
          kind="danger"
          onClick={() => {
            props.onClose();
            void props.page.attempt(
              bridge.call("identities", "remove", props.identity.id),
              words.removed(props.identity.name),
            );
          }}
        >
          {text.common.remove}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
