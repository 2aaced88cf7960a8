/** The authorities that are trusted: search, sort, import, distrust, remove. */

import ArrowDown from "lucide-solid/icons/arrow-down";
import ArrowUp from "lucide-solid/icons/arrow-up";
import Ban from "lucide-solid/icons/ban";
import Search from "lucide-solid/icons/search";
import Trash from "lucide-solid/icons/trash";
import X from "lucide-solid/icons/x";
import { createMemo, createResource, createSignal, For, Show, type JSX } from "solid-js";
import { contractLimits } from "../../../app/contract/limits.ts";
import type { AuthorityRow } from "../../../app/contract/trust.ts";
import {
  allAuthorities,
  sortAuthorities,
  type AuthorityColumn,
  type AuthorityOrder,
} from "../../state/certificates.ts";
import { text } from "../../text/index.ts";
import { dateOnly } from "../../text/time.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Empty } from "../../ui/pane.tsx";
import { useProgram } from "../../ui/program-context.ts";
import { RowList } from "../../ui/row-list.tsx";
import { CertificateMark } from "./certificate-mark.tsx";
import type { TabProps } from "./certificates-dialog.tsx";
import { keepFocus } from "./keep-focus.ts";
import { distrust } from "./trust-actions.ts";
import styles from "./certificate-list.module.css";

const rowHeight = 52;
const words = text.certificates.authorities;
const columns: readonly AuthorityColumn[] = ["name", "source", "expiresAt"];

export function AuthoritiesTab(props: TabProps): JSX.Element {
  const { bridge } = useProgram();
  const [query, setQuery] = createSignal("");
  const [order, setOrder] = createSignal<AuthorityOrder>({ column: "name", isDescending: false });
  const [removed, setRemoved] = createSignal<AuthorityRow | null>(null);
  // Asked again whenever something about trust has changed.
  const wanted = (): { readonly filter: string } | null =>
    props.page.trust() && { filter: query().trim() };
  const [found] = createResource(wanted, ({ filter }) => allAuthorities(bridge, filter));
  const rows = createMemo(() => sortAuthorities(found.latest ?? [], order()));
  const importFrom = (file: Uint8Array | null): void => {
    void props.page.attempt(bridge.call("settings", "importAuthorities", file), words.imported);
  };
  const onDrop = async (event: DragEvent): Promise<void> => {
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    // What is too large is refused there as here, with the same sentence.
    const readable = file?.slice(0, contractLimits.certificateFileBytesMax);
    if (readable) importFrom(new Uint8Array(await readable.arrayBuffer()));
  };
  let list: HTMLDivElement | undefined;
  const onRowGoing = keepFocus(rows, () => list);
  return (
    <div
      class={styles["dropped"]}
      onDragOver={(event) => {
        event.preventDefault();
      }}
      onDrop={(event) => void onDrop(event)}
    >
      <div class={styles["tools"]}>
        <SearchField onQuery={setQuery} />
        <Button
          onClick={() => {
            importFrom(null);
          }}
        >
          {words.import}
        </Button>
      </div>
      <div class={styles["heading"]}>
        <p class={styles["hint"]}>{words.hint}</p>
        <p class={styles["hint"]} role="status">
          {found.latest ? words.found(rows().length) : ""}
        </p>
      </div>
      <Show
        when={rows().length > 0}
        fallback={
          <Show when={found.latest}>
            <Empty title={words.nothing(query().trim())} hint={words.nothingHint} />
          </Show>
        }
      >
        <SortBar order={order()} onOrder={setOrder} />
        <div ref={(element) => (list = element)} class={styles["rows"]}>
          <RowList
            label={words.list}
            rows={rows()}
            rowHeight={rowHeight}
            isSelected={({ fingerprint }) => fingerprint === props.page.opened()?.fingerprint}
            onChoose={({ fingerprint }) => {
              props.page.open(fingerprint);
            }}
            actions={(row) => (
              <>
                <IconButton
                  label={words.distrust(row.subject)}
                  onClick={() => {
                    onRowGoing();
                    void distrust(bridge, props.page, row);
                  }}
                >
                  <Ban size={18} />
                </IconButton>
                <Show when={row.source === "imported"}>
                  <IconButton label={words.remove(row.subject)} onClick={() => setRemoved(row)}>
                    <Trash size={18} />
                  </IconButton>
                </Show>
              </>
            )}
          >
            {(row) => <Row row={row} />}
          </RowList>
        </div>
      </Show>
      <Show when={removed()} keyed>
        {(row) => (
          <RemoveAuthorityDialog
            subject={row.subject}
            onClose={() => setRemoved(null)}
            onRemove={() => {
              setRemoved(null);
              if (props.page.opened()?.fingerprint === row.fingerprint) props.page.close();
              void props.page.attempt(
                bridge.call("settings", "removeAuthority", row.fingerprint),
                words.removed(row.subject),
              );
            }}
          />
        )}
      </Show>
    </div>
  );
}

function Row(props: { readonly row: AuthorityRow }): JSX.Element {
  const isOver = (): boolean => props.row.expiresAt < Date.now();
  return (
    <div class={styles["row"]}>
      <CertificateMark kind={props.row.source} />
      <span class={styles["name"]}>{props.row.subject}</span>
      <span class={styles["cell"]}>{words.sources[props.row.source]}</span>
      <span class={styles["cell"]} data-over={isOver()}>
        {dateOnly(props.row.expiresAt)}
      </span>
    </div>
  );
}

function SearchField(props: { readonly onQuery: (query: string) => void }): JSX.Element {
  const [isEmpty, setEmpty] = createSignal(true);
  let field: HTMLInputElement | undefined;
  const set = (query: string): void => {
    setEmpty(query === "");
    props.onQuery(query);
  };
  const clear = (): void => {
    if (field) field.value = "";
    field?.focus();
    set("");
  };
  return (
    <div class={styles["search"]} role="search">
      <Search size={16} aria-hidden="true" />
      <input
        ref={(input) => (field = input)}
        type="text"
        aria-label={words.search}
        placeholder={words.search}
        maxLength={256}
        spellcheck={false}
        onInput={(event) => {
          set(event.currentTarget.value);
        }}
      />
      <Show when={!isEmpty()}>
        <IconButton label={words.clearSearch} class={styles["clear"] ?? ""} onClick={clear}>
          <X size={16} />
        </IconButton>
      </Show>
    </div>
  );
}

function SortBar(props: {
  readonly order: AuthorityOrder;
  readonly onOrder: (order: AuthorityOrder) => void;
}): JSX.Element {
  const isSorted = (column: AuthorityColumn): boolean => props.order.column === column;
  const direction = (column: AuthorityColumn): string => {
    if (!isSorted(column)) return words.notSorted;
    return props.order.isDescending ? words.descending : words.ascending;
  };
  return (
    <div class={styles["sort"]} role="group" aria-label={words.sortBy}>
      <For each={columns}>
        {(column) => (
          <button
            type="button"
            aria-label={words.sorted(words.columns[column], direction(column))}
            aria-pressed={isSorted(column)}
            onClick={() => {
              const isDescending = isSorted(column) && !props.order.isDescending;
              props.onOrder({ column, isDescending });
            }}
          >
            {words.columns[column]}
            <Show when={isSorted(column)}>
              <Show when={props.order.isDescending} fallback={<ArrowUp size={14} />}>
                <ArrowDown size={14} />
              </Show>
            </Show>
          </button>
        )}
      </For>
    </div>
  );
}

export function RemoveAuthorityDialog(props: {
  readonly subject: string;
  readonly onClose: () => void;
  readonly onRemove: () => void;
}): JSX.Element {
  return (
    <Dialog
      isOpen
      title={words.removeTitle(props.subject)}
      detail={words.removeDetail}
      onClose={props.onClose}
    >
      <DialogActions>
        <Button onClick={props.onClose}>{text.common.cancel}</Button>
        <Button kind="danger" onClick={props.onRemove}>
          {text.common.remove}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
