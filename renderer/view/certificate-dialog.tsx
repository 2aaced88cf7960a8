/** A server was refused because of its certificate: who it is, what is wrong, what could happen, and what the
 *  person can do. Nothing goes to the server while this is open. */

import { createResource, For, Show, type JSX } from "solid-js";
import type { CertificateProblem } from "../../app/contract/problems.ts";
import type { CertificateSummary, QuestionChoice, QuestionView } from "../../app/contract/trust.ts";
import { certificateProblem } from "../text/certificates.ts";
import { text } from "../text/index.ts";
import { exactTime } from "../text/time.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogActions } from "../ui/dialog.tsx";
import { Note } from "../ui/note.tsx";
import { useProgram } from "../ui/program-context.ts";
import styles from "./certificate-dialog.module.css";

export interface CertificateDialogProps {
  /** The id of the question. */
  readonly question: string;
  /** It was answered with "cancel", or can no longer be asked. */
  readonly onClose: () => void;
  /** The server may pass. */
  readonly onDecided: (choice: Exclude<QuestionChoice, "cancel">) => void;
}

const unvouched: ReadonlySet<CertificateProblem> = new Set([
  "self-signed",
  "untrusted-authority",
  "forged",
]);

export function CertificateDialog(props: CertificateDialogProps): JSX.Element {
  const { bridge } = useProgram();
  const [question] = createResource(
    () => props.question,
    async (id) => {
      const reply = await bridge.call("trust", "question", id);
      // Asked too long ago: the next attempt asks again.
      if (!reply.ok) props.onClose();
      return reply.ok ? reply.value : undefined;
    },
  );
  return (
    <Show when={question()} keyed>
      {(open) => (
        <Dialog
          isOpen
          isWide
          title={text.certificate.title(open.domain)}
          detail={text.certificate.where(open.host, open.port)}
          onClose={props.onClose}
        >
          <Problems question={open} />
          <Changed question={open} />
          <Details question={open} />
          <Refusal question={open} />
          <DialogActions>
            <Button kind={open.mayOnce ? "plain" : "primary"} onClick={props.onClose}>
              {text.common.cancel}
            </Button>
            <Show when={open.mayOnce}>
              <Button onClick={() => props.onDecided("once")}>{text.certificate.once}</Button>
            </Show>
            <Show when={open.mayAlways}>
              <Button onClick={() => props.onDecided("always")}>{text.certificate.always}</Button>
            </Show>
          </DialogActions>
        </Dialog>
      )}
    </Show>
  );
}

function Problems(props: { readonly question: QuestionView }): JSX.Element {
  return (
    <>
      <Note kind="warning">
        <ul class={styles["problems"]}>
          <For each={props.question.problems}>
            {(problem) => <li>{certificateProblem(problem, props.question)}</li>}
          </For>
        </ul>
      </Note>
      <p>{text.certificate.danger}</p>
      <Show when={props.question.mayOnce}>
        <p>{text.certificate.compare}</p>
      </Show>
      <Fingerprint
        label={
          props.question.previous ? text.certificate.fingerprintNow : text.certificate.fingerprint
        }
        value={props.question.certificate.fingerprint}
      />
    </>
  );
}

function Changed(props: { readonly question: QuestionView }): JSX.Element {
  // Anybody can write any issuer into a certificate that nobody vouches for.
  const isVouchedFor = (): boolean =>
    !props.question.problems.some((problem) => unvouched.has(problem));
  return (
    <Show when={props.question.previous}>
      {(previous) => (
        <>
          <Fingerprint label={text.certificate.fingerprintBefore} value={previous().fingerprint} />
          <Show when={isVouchedFor() && previous().issuer === props.question.certificate.issuer}>
            <p class={styles["hint"]}>{text.certificate.sameIssuer(previous().issuer)}</p>
          </Show>
        </>
      )}
    </Show>
  );
}

function Details(props: { readonly question: QuestionView }): JSX.Element {
  return (
    <details class={styles["details"]}>
      <summary>{text.certificate.details}</summary>
      <Summary certificate={props.question.certificate} names={props.question.names} />
    </details>
  );
}

function Summary(props: {
  readonly certificate: CertificateSummary;
  readonly names: readonly string[];
}): JSX.Element {
  return (
    <dl>
      <dt>{text.certificate.subject}</dt>
      <dd>{props.certificate.subject}</dd>
      <dt>{text.certificate.issuer}</dt>
      <dd>{props.certificate.issuer}</dd>
      <dt>{text.certificate.names}</dt>
      <dd>
        <Show when={props.names.length > 0} fallback={text.certificate.noNames}>
          {props.names.join(", ")}
        </Show>
      </dd>
      <dt>{text.certificate.validFrom}</dt>
      <dd>{exactTime(props.certificate.validFrom)}</dd>
      <dt>{text.certificate.validTo}</dt>
      <dd>{exactTime(props.certificate.validTo)}</dd>
    </dl>
  );
}

function Refusal(props: { readonly question: QuestionView }): JSX.Element {
  return (
    <Show
      when={props.question.refusedBy}
      fallback={<p class={styles["hint"]}>{text.certificate.choices}</p>}
    >
      {(reason) => <p class={styles["hint"]}>{text.certificate.refusedBy[reason()]}</p>}
    </Show>
  );
}

function Fingerprint(props: { readonly label: string; readonly value: string }): JSX.Element {
  return (
    <div class={styles["fingerprint"]}>
      <span>{props.label}</span>
      <code>{inPairs(props.value)}</code>
    </div>
  );
}

/** As other programs show it, so that the two can be compared. */
function inPairs(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/../g) ?? []).join(":");
}
