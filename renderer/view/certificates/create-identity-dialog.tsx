/** Making a key, with a request for an authority or with a certificate that vouches for itself. */

import { createSignal, For, Show, type JSX } from "solid-js";
import type { NewKeyKind } from "../../../app/contract/services.ts";
import { text } from "../../text/index.ts";
import { errorSentence } from "../../text/problems.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Note } from "../../ui/note.tsx";
import { useProgram } from "../../ui/program-context.ts";
import type { TabProps } from "./certificates-dialog.tsx";
import formStyles from "../../ui/form.module.css";
import styles from "./identities-tab.module.css";

const words = text.certificates.own;
const kinds: readonly NewKeyKind[] = ["p-256", "p-384", "ed25519", "rsa-3072"];
type Issued = "request" | "self-signed";

export function CreateIdentityDialog(
  props: TabProps & { readonly onClose: () => void },
): JSX.Element {
  const { accounts, bridge } = useProgram();
  const [address, setAddress] = createSignal(accounts.all()[0]?.address ?? "");
  const [kind, setKind] = createSignal<NewKeyKind>("p-256");
  const [issued, setIssued] = createSignal<Issued>("request");
  const [isWorking, setWorking] = createSignal(false);
  const error = (): string | null => {
    const now = props.page.error();
    return now && errorSentence(now);
  };
  const isAddressWrong = (): boolean => props.page.error()?.kind === "invalid-address";
  const create = async (): Promise<void> => {
    if (isWorking() || address().trim() === "") return;
    setWorking(true);
    const to = address().trim();
    const sentence = issued() === "request" ? words.requestSaved(to) : words.created(to);
    const isMade = await props.page.attempt(
      bridge.call("identities", "create", kind(), to, issued()),
      sentence,
    );
    setWorking(false);
    if (isMade) props.onClose();
  };
  const close = (): void => {
    props.page.settle();
    props.onClose();
  };
  return (
    <Dialog isOpen title={words.createTitle} detail={words.createDetail} onClose={close}>
      <form
        class={formStyles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Show when={!isAddressWrong() && error()}>
          {(sentence) => <Note kind="error">{sentence()}</Note>}
        </Show>
        <Field
          label={words.address}
          name="certificate-address"
          value={address()}
          autofocus
          spellcheck={false}
          placeholder={text.signIn.addressPlaceholder}
          error={isAddressWrong() ? error() : null}
          onInput={(event) => setAddress(event.currentTarget.value)}
        />
        <label class={formStyles["select"]}>
          {words.kind}
          <select onChange={(event) => setKind(event.currentTarget.value as NewKeyKind)}>
            <For each={kinds}>{(each) => <option value={each}>{words.kinds[each]}</option>}</For>
          </select>
        </label>
        <fieldset class={styles["choices"]}>
          <legend>{words.issued}</legend>
          <Choice value="request" chosen={issued()} onChoose={setIssued} />
          <Choice value="self-signed" chosen={issued()} onChoose={setIssued} />
        </fieldset>
        <DialogActions>
          <Button onClick={close}>{text.common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={isWorking()}>
            {isWorking() ? words.creating : words.createSubmit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Choice(props: {
  readonly value: Issued;
  readonly chosen: Issued;
  readonly onChoose: (value: Issued) => void;
}): JSX.Element {
  const isRequest = (): boolean => props.value === "request";
  return (
    <label>
      <input
        type="radio"
        name="issued"
        checked={props.chosen === props.value}
        onChange={() => {
          props.onChoose(props.value);
        }}
      />
      <span>
        {isRequest() ? words.request : words.selfSigned}
        <span class={formStyles["hint"]}>
          {isRequest() ? words.requestHint : words.selfSignedHint}
        </span>
      </span>
    </label>
  );
}
