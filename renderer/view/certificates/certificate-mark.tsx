/** A small sign for where a certificate comes from. It is not read out: words beside it say the same. */

import Ban from "lucide-solid/icons/ban";
import Building from "lucide-solid/icons/building";
import Download from "lucide-solid/icons/download";
import Landmark from "lucide-solid/icons/landmark";
import Server from "lucide-solid/icons/server";
import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { CertificateDetails } from "../../../app/contract/trust.ts";
import styles from "./certificate-list.module.css";

export type MarkKind = CertificateDetails["source"] | "distrusted";

const signs = {
  "built-in": Landmark,
  imported: Download,
  policy: Building,
  server: Server,
  distrusted: Ban,
} satisfies Record<MarkKind, unknown>;

export function CertificateMark(props: { readonly kind: MarkKind }): JSX.Element {
  return (
    <span class={styles["mark"]} data-kind={props.kind} aria-hidden="true">
      <Dynamic component={signs[props.kind]} size={16} />
    </span>
  );
}
