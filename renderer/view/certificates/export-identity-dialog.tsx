/** Exporting a certificate with its key: under which password? */

import { createSignal, Show, type JSX } from "solid-js";
import type { IdentityView } from "../../../app/contract/views.ts";
import { text } from "../../text/index.ts";
import { errorSentence } from "../../text/problems.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Note } from "../../ui/note.tsx";
import { useProgram } from "../../ui/program-context.ts";
import type { TabProps } from "./certificates-dialog.tsx";
import formStyles from "../../ui/form.module.css";

const words = text.certificates.own;
const passwordCharsMin = 8;

export function ExportIdentityDialog(
  props: TabProps & { readonly identity: IdentityView; readonly onClose: () => void },
): JSX.Element {
  const { bridge } = useProgram();
  const [password, setPassword] = createSignal("");
  const [repeated, setRepeated] = createSignal("");
  const [wasSent, setSent] = createSignal(false);
  const isShort = (): boolean => password().length < passwordCharsMin;
  const isOther = (): boolean => password() !== repeated();
  const close = (): void => {
    props.page.settle();
    props.onClose();
  };
  const send = async (): Promise<void> => {
    setSent(true);
    if (isShort() || isOther()) return;
    const isWritten = await props.page.attempt(
      bridge.call("identities", "exportFile", props.identity.id, password()),
      words.exported(props.identity.name),
    );
    if (isWritten) props.onClose();
  };
  const error = (): string | null => {
    const now = props.page.error();
    return now && errorSentence(now);
  };
  return (
    <Dialog
      isOpen
      title={words.exportTitle(props.identity.name)}
      detail={words.exportDetail}
      onClose={close}
    >
      <form
        class={formStyles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Show when={error()}>{(sentence) => <Note kind="error">{sentence()}</Note>}</Show>
        <Field
          label={words.exportPassword}
          type="password"
          name="export-password"
          autocomplete="new-password"
          autofocus
          maxLength={1_024}
          hint={words.exportShort}
          error={wasSent() && isShort() ? words.exportShort : null}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
        <Field
          label={words.exportRepeat}
          type="password"
          name="export-repeat"
          autocomplete="new-password"
          maxLength={1_024}
          error={wasSent() && !isShort() && isOther() ? words.exportMismatch : null}
          onInput={(event) => setRepeated(event.currentTarget.value)}
        />
        <DialogActions>
          <Button onClick={close}>{text.common.cancel}</Button>
          <Button kind="primary" type="submit">
            {words.exportSubmit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
