/** Everything about one certificate: the panel at the side of the lists. */

import X from "lucide-solid/icons/x";
import { createEffect, createResource, createSignal, on, Show, type JSX } from "solid-js";
import type { CertificateDetails } from "../../../app/contract/trust.ts";
import { certificateChain } from "../../state/certificates.ts";
import {
  generalName,
  inPairs,
  keyInWords,
  nameParts,
  shortName,
  signatureInWords,
  type Term,
} from "../../text/certificate-terms.ts";
import { text } from "../../text/index.ts";
import { exactTime, timeFrom } from "../../text/time.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { useProgram } from "../../ui/program-context.ts";
import { RemoveAuthorityDialog } from "./authorities-tab.tsx";
import { CertificateChain } from "./certificate-chain.tsx";
import { CertificateExtensions } from "./certificate-extensions.tsx";
import { CertificateMark } from "./certificate-mark.tsx";
import { Section, Terms } from "./certificate-section.tsx";
import type { TabProps } from "./certificates-dialog.tsx";
import { CopyButton } from "./copy-button.tsx";
import { distrust, restore } from "./trust-actions.ts";
import styles from "./certificate-details.module.css";

const words = text.certificates.details;

export function CertificateDetailsPanel(
  props: TabProps & { readonly onClose: () => void },
): JSX.Element {
  const { bridge } = useProgram();
  const [found] = createResource(
    () => {
      const opened = props.page.opened();
      // Asked again when trust has changed: it may be distrusted now.
      return opened && { opened, trust: props.page.trust() };
    },
    async ({ opened }) => certificateChain(bridge, opened),
  );
  const shown = (): typeof found.latest => (props.page.opened() ? found.latest : null);
  return (
    <Show when={props.page.opened()}>
      {(opened) => (
        <aside class={styles["panel"]} aria-label={words.label}>
          <IconButton label={words.close} class={styles["close"] ?? ""} onClick={props.onClose}>
            <X size={18} />
          </IconButton>
          <Show
            when={shown()}
            fallback={
              <Show when={!found.loading}>
                <p class={styles["gone"]}>{words.gone}</p>
              </Show>
            }
          >
            {(now) => (
              <Everything
                certificate={now().certificate}
                chain={now().chain}
                current={opened().fingerprint}
                page={props.page}
              />
            )}
          </Show>
        </aside>
      )}
    </Show>
  );
}

function Everything(
  props: TabProps & {
    readonly certificate: CertificateDetails;
    readonly chain: readonly CertificateDetails[];
    readonly current: string;
  },
): JSX.Element {
  let scroller: HTMLDivElement | undefined;
  // Another certificate is read from its beginning.
  createEffect(
    on(
      () => props.current,
      () => scroller?.scrollTo(0, 0),
    ),
  );
  return (
    <div
      ref={(element) => (scroller = element)}
      class={styles["scroller"]}
      tabindex="0"
      role="group"
      aria-label={words.label}
    >
      <Heading certificate={props.certificate} />
      <Actions certificate={props.certificate} page={props.page} />
      <CertificateChain
        chain={props.chain}
        current={props.current}
        onChoose={(fingerprint) => {
          props.page.open(
            fingerprint,
            props.chain.map((each) => each.fingerprint),
          );
        }}
      />
      <Facts certificate={props.certificate} />
      <CertificateExtensions extensions={props.certificate.extensions} />
      <Raw pem={props.certificate.pem} />
    </div>
  );
}

type Status = "trusted" | "distrusted" | "expired" | "future" | null;

function statusOf({ isDistrusted, validFrom, validTo, source }: CertificateDetails): Status {
  const now = Date.now();
  if (isDistrusted) return "distrusted";
  if (validTo < now) return "expired";
  if (validFrom > now) return "future";
  // A certificate that only a server showed is believed because of its authority, not by itself.
  return source === "server" ? null : "trusted";
}

const statusWords = {
  trusted: words.statusTrusted,
  distrusted: words.statusDistrusted,
  expired: words.statusExpired,
  future: words.statusFuture,
} satisfies Record<NonNullable<Status>, string>;

function Heading(props: { readonly certificate: CertificateDetails }): JSX.Element {
  return (
    <div class={styles["heading"]}>
      <CertificateMark
        kind={props.certificate.isDistrusted ? "distrusted" : props.certificate.source}
      />
      <div>
        <h3>{shortName(props.certificate.subject)}</h3>
        <p class={styles["chips"]}>
          <Show when={statusOf(props.certificate)}>
            {(status) => (
              <span class={styles["chip"]} data-status={status()}>
                {statusWords[status()]}
              </span>
            )}
          </Show>
          <span class={styles["chip"]}>{words.sources[props.certificate.source]}</span>
        </p>
      </div>
    </div>
  );
}

function Actions(props: TabProps & { readonly certificate: CertificateDetails }): JSX.Element {
  const { bridge } = useProgram();
  const [isAsking, setAsking] = createSignal(false);
  const named = (): { fingerprint: string; subject: string } => ({
    fingerprint: props.certificate.fingerprint,
    subject: shortName(props.certificate.subject),
  });
  return (
    <div class={styles["actions"]}>
      <Show
        when={props.certificate.isDistrusted}
        fallback={
          <Button onClick={() => void distrust(bridge, props.page, named())}>
            {words.distrust}
          </Button>
        }
      >
        <Button onClick={() => void restore(bridge, props.page, named())}>{words.restore}</Button>
      </Show>
      <Show when={props.certificate.source === "imported" && !props.certificate.isDistrusted}>
        <Button kind="danger" onClick={() => setAsking(true)}>
          {words.remove}
        </Button>
      </Show>
      <Show when={isAsking()}>
        <RemoveAuthorityDialog
          subject={named().subject}
          onClose={() => setAsking(false)}
          onRemove={() => {
            const { fingerprint, subject } = named();
            props.page.close();
            void props.page.attempt(
              bridge.call("settings", "removeAuthority", fingerprint),
              text.certificates.authorities.removed(subject),
            );
          }}
        />
      </Show>
    </div>
  );
}

function Facts(props: { readonly certificate: CertificateDetails }): JSX.Element {
  const certificate = (): CertificateDetails => props.certificate;
  const validity = (): Term[] => {
    const now = Date.now();
    const { validFrom, validTo } = certificate();
    const from = validFrom > now ? ` (${words.startsIn(timeFrom(validFrom, now))})` : "";
    const end = validTo < now ? words.expired : words.expiresIn;
    return [
      { label: words.validFrom, value: `${exactTime(validFrom)}${from}` },
      { label: words.validTo, value: `${exactTime(validTo)} (${end(timeFrom(validTo, now))})` },
    ];
  };
  const keys = (): Term[] => [
    { label: words.publicKey, value: keyInWords(certificate().key) },
    { label: words.signature, value: signatureInWords(certificate().signatureAlgorithm) },
    { label: words.serial, value: inPairs(certificate().serial) },
    { label: words.version, value: String(certificate().version) },
  ];
  return (
    <>
      <Section title={words.subject}>
        <Terms terms={nameParts(certificate().subject)} />
      </Section>
      <Section title={words.issuer}>
        <Show
          when={certificate().issuer !== certificate().subject}
          fallback={<p>{words.selfIssued}</p>}
        >
          <Terms terms={nameParts(certificate().issuer)} />
        </Show>
      </Section>
      <Section title={words.validity}>
        <Terms terms={validity()} />
      </Section>
      <Show when={certificate().names.length > 0}>
        <Section title={words.names}>
          <Terms terms={certificate().names.map(generalName)} />
        </Section>
      </Show>
      <Section title={words.key}>
        <Terms terms={keys()} />
      </Section>
      <Section title={words.fingerprints}>
        <Fingerprint name={words.sha256} value={certificate().fingerprint} />
        <Fingerprint name={words.sha1} value={certificate().fingerprintSha1} />
      </Section>
    </>
  );
}

function Fingerprint(props: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div class={styles["code"]}>
      <div>
        <span>{props.name}</span>
        <code>{inPairs(props.value)}</code>
      </div>
      <CopyButton label={words.copy(props.name)} value={inPairs(props.value)} />
    </div>
  );
}

function Raw(props: { readonly pem: string }): JSX.Element {
  return (
    <details class={styles["raw"]}>
      <summary>{words.raw}</summary>
      <div class={styles["code"]}>
        <pre tabindex="0" role="group" aria-label={words.raw}>
          {props.pem}
        </pre>
        <CopyButton label={words.copy(words.raw)} value={props.pem} />
      </div>
    </details>
  );
}
