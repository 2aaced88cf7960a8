/** Leads to the page with all certificates. It is as large as the rest of the program's page together, and
 *  most people never open it: it is loaded when somebody does. */

import { createSignal, lazy, Show, type JSX } from "solid-js";
import { text } from "../../text/index.ts";
import { Button } from "../../ui/button.tsx";

export const CertificatesPage = lazy(async () => ({
  default: (await import("./certificates-dialog.tsx")).CertificatesDialog,
}));

/** The button in the settings, and the page that it opens. */
export function CertificatesButton(): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <div>
      <Button onClick={() => setOpen(true)}>{text.certificates.open}</Button>
      <Show when={isOpen()}>
        <CertificatesPage onClose={() => setOpen(false)} />
      </Show>
    </div>
  );
}
