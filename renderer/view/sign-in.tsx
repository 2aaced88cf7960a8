/** Signing in: the whole window at first, a dialog for further accounts. */

import Eye from "lucide-solid/icons/eye";
import EyeOff from "lucide-solid/icons/eye-off";
import { createSignal, For, Show, type JSX } from "solid-js";
import type { AppError, Reply } from "../../app/contract/problems.ts";
import type { IdentityId } from "../../app/contract/ids.ts";
import type { ManualServer } from "../../app/contract/services.ts";
import type { QuestionChoice } from "../../app/contract/trust.ts";
import { text } from "../text/index.ts";
import { errorSentence } from "../text/problems.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Note } from "../ui/note.tsx";
import { useProgram } from "../ui/program-context.ts";
import { Screen } from "../ui/screen.tsx";
import styles from "../ui/form.module.css";
import { CertificateDialog } from "./certificate-dialog.tsx";
import { IdentityChoice } from "./identity-choice.tsx";

export function SignInScreen(): JSX.Element {
  return (
    <Screen title={text.signIn.title} subtitle={text.signIn.subtitle}>
      <SignInForm onSignedIn={() => undefined} />
    </Screen>
  );
}

export function SignInForm(props: { readonly onSignedIn: () => void }): JSX.Element {
  const { bridge } = useProgram();
  const [address, setAddress] = createSignal("");
  const [password, setPassword] = createSignal("");
  const [isPasswordShown, setPasswordShown] = createSignal(false);
  const [host, setHost] = createSignal("");
  const [port, setPort] = createSignal("");
  const [tls, setTls] = createSignal<ManualServer["tls"]>("direct");
  const [isPlainAllowed, setPlainAllowed] = createSignal(false);
  const [identity, setIdentity] = createSignal<IdentityId | null>(null);
  const [isWorking, setWorking] = createSignal(false);
  const [error, setError] = createSignal<AppError | null>(null);
  const [portError, setPortError] = createSignal<string | null>(null);
  const [isQuestionClosed, setQuestionClosed] = createSignal(false);

  const isAddressWrong = (): boolean => error()?.kind === "invalid-address";
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const isProofMissing = password() === "" && identity() === null;
    if (isWorking() || address().trim() === "" || isProofMissing) return;
    const server = manualServer(host(), port(), tls());
    setPortError(server === "invalid-port" ? text.signIn.invalidPort : null);
    if (server === "invalid-port") return;
    setWorking(true);
    setError(null);
    setQuestionClosed(false);
    const reply = await bridge.call("accounts", "signIn", {
      address: address(),
      password: password() === "" ? null : password(),
      identity: identity(),
      server,
      isPlainAllowed: isPlainAllowed(),
    });
    onReply(reply);
  };
  const onReply = (reply: Reply<unknown>): void => {
    setWorking(false);
    if (reply.ok) props.onSignedIn();
    else setError(reply.error);
  };
  /** The server was refused because of its certificate, and the person may have a say. */
  const question = (): string | null => {
    const failed = error();
    const isOpen = failed?.kind === "connection" && failed.problem.kind === "certificate";
    return isOpen && !isQuestionClosed() ? failed.problem.question : null;
  };
  const decide = async (id: string, choice: QuestionChoice): Promise<void> => {
    setQuestionClosed(true);
    if (choice === "cancel") {
      await bridge.call("trust", "decide", id, choice);
      return;
    }
    setWorking(true);
    setError(null);
    const reply = await bridge.call("trust", "decide", id, choice);
    setQuestionClosed(false);
    onReply(reply);
  };
  return (
    <form class={styles["form"]} onSubmit={(event) => void submit(event)}>
      <Field
        label={text.signIn.address}
        name="address"
        type="text"
        inputmode="email"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        autofocus
        placeholder={text.signIn.addressPlaceholder}
        error={isAddressWrong() ? text.signIn.invalidAddress : null}
        onInput={(event) => setAddress(event.currentTarget.value)}
      />
      <Field
        label={text.signIn.password}
        name="password"
        type={isPasswordShown() ? "text" : "password"}
        autocomplete="current-password"
        onInput={(event) => setPassword(event.currentTarget.value)}
        end={
          <IconButton
            label={isPasswordShown() ? text.signIn.hidePassword : text.signIn.showPassword}
            onClick={() => setPasswordShown(!isPasswordShown())}
          >
            {isPasswordShown() ? <EyeOff size={18} /> : <Eye size={18} />}
          </IconButton>
        }
      />
      <details class={styles["disclosure"]}>
        <summary>{text.signIn.advanced}</summary>
        <div>
          <p class={styles["hint"]}>{text.signIn.advancedHint}</p>
          <div class={styles["row"]}>
            <Field
              label={text.signIn.host}
              name="host"
              spellcheck={false}
              placeholder={text.signIn.hostPlaceholder}
              onInput={(event) => setHost(event.currentTarget.value)}
            />
            <Field
              label={text.signIn.port}
              name="port"
              inputmode="numeric"
              placeholder={tls() === "direct" ? "5223" : "5222"}
              error={portError()}
              onInput={(event) => setPort(event.currentTarget.value)}
            />
          </div>
          <label class={styles["select"]}>
            {text.signIn.security}
            <select
              name="tls"
              onChange={(event) => setTls(event.currentTarget.value as ManualServer["tls"])}
            >
              <option value="direct">{text.signIn.securityDirect}</option>
              <option value="starttls">{text.signIn.securityStartTls}</option>
            </select>
          </label>
          <label class={styles["check"]}>
            <input
              type="checkbox"
              name="plain"
              onChange={(event) => setPlainAllowed(event.currentTarget.checked)}
            />
            {text.signIn.plain}
            <span class={styles["hint"]}>{text.signIn.plainHint}</span>
          </label>
          <div class={styles["choice"]}>
            <IdentityChoice
              label={text.identity.title}
              chosen={identity()}
              onChoose={setIdentity}
            />
            <p class={styles["hint"]}>{text.identity.passwordOptional}</p>
          </div>
          <AddedAuthorities />
        </div>
      </details>
      <Show when={question()} keyed>
        {(id) => (
          <CertificateDialog
            question={id}
            onClose={() => void decide(id, "cancel")}
            onDecided={(choice) => void decide(id, choice)}
          />
        )}
      </Show>
      <Show when={!isAddressWrong() && error()}>
        {(problem) => (
          <Show when={errorSentence(problem())}>
            {(sentence) => <Note kind="error">{sentence()}</Note>}
          </Show>
        )}
      </Show>
      <Show
        when={isWorking()}
        fallback={
          <Button kind="primary" type="submit">
            {text.signIn.submit}
          </Button>
        }
      >
        <Button onClick={() => void bridge.call("accounts", "cancelSignIn")}>
          {text.signIn.connecting} {text.signIn.cancel}
        </Button>
      </Show>
    </form>
  );
}

/** The authorities that were added, and a button for another one. */
function AddedAuthorities(): JSX.Element {
  const { bridge, settings } = useProgram();
  const [error, setError] = createSignal<string | null>(null);
  const add = async (): Promise<void> => {
    const reply = await bridge.call("settings", "importAuthorities", null);
    setError(reply.ok ? null : errorSentence(reply.error));
  };
  return (
    <div class={styles["authorities"]}>
      <h2>{text.signIn.authorities}</h2>
      <ul>
        <For each={settings()?.authorities ?? []}>{(each) => <li>{each.subject}</li>}</For>
      </ul>
      <Button onClick={() => void add()}>{text.signIn.addAuthority}</Button>
      <Show when={error()}>{(sentence) => <Note kind="error">{sentence()}</Note>}</Show>
    </div>
  );
}

/** The server typed in by hand; null where none was, and the usual port where only that is missing. */
function manualServer(
  host: string,
  port: string,
  tls: ManualServer["tls"],
): ManualServer | "invalid-port" | null {
  if (host.trim() === "") return null;
  const usual = tls === "direct" ? 5223 : 5222;
  const number = port.trim() === "" ? usual : Number(port);
  const isValid = Number.isInteger(number) && number >= 1 && number <= 65_535;
  return isValid ? { host: host.trim(), port: number, tls } : "invalid-port";
}
