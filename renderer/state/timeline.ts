/** The messages of the open chat: a window of rows that grows as it is scrolled and never holds more
 *  than a few pages. */

import { createSignal, type Accessor } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import type { ChatId, MessageKey } from "../../app/contract/ids.ts";
import type { Topics } from "../../app/contract/changes.ts";
import type { Anchor, TimelinePage } from "../../app/contract/services.ts";
import type { MessageView } from "../../app/contract/views.ts";
import type { Bridge } from "../bridge.ts";

/** Rows held at most; what scrolled furthest away is let go. */
const rowsMax = 1_000;

/** The first rows on the screen of a chat that opens at its end; the rest of the page follows at once,
 *  above them. A list that is given all of it begins by drawing its start, which nobody will see. */
const firstRows = 40;

export interface Timeline {
  readonly chat: ChatId;
  /** Oldest first. */
  readonly rows: readonly MessageView[];
  readonly isLoaded: Accessor<boolean>;
  readonly hasOlder: Accessor<boolean>;
  readonly hasNewer: Accessor<boolean>;
  /** True while rows are being added to or taken from the start: the list keeps its place then. */
  readonly isShifting: Accessor<boolean>;
  /** The row to show first; null for the end. */
  readonly anchor: MessageKey | null;
  readonly loadOlder: () => Promise<void>;
  readonly loadNewer: () => Promise<void>;
  /** Forgets the place and shows the newest messages. */
  readonly toEnd: () => Promise<void>;
  readonly close: () => void;
}

export function openTimeline(bridge: Bridge, chat: ChatId, anchor: Anchor): Timeline {
  const [store, setStore] = createStore<{ rows: MessageView[] }>({ rows: [] });
  const [isLoaded, setLoaded] = createSignal(false);
  const [hasOlder, setHasOlder] = createSignal(false);
  const [hasNewer, setHasNewer] = createSignal(false);
  const [isShifting, setShifting] = createSignal(false);
  let isFetching = false;
  let isClosed = false;
  /** Of the first page, what stands above the first rows and was not added yet. */
  let later: readonly MessageView[] = [];

  const addLater = (): void => {
    if (later.length === 0 || isClosed) return;
    const rows = [...later, ...unwrap(store.rows)];
    later = [];
    setRows(rows, "start");
  };
  const show = (page: TimelinePage, isAtEnd: boolean): void => {
    later = isAtEnd ? page.rows.slice(0, -firstRows) : [];
    setRows(page.rows.slice(later.length), "end");
    if (later.length > 0) setTimeout(addLater);
    setHasOlder(page.hasOlder);
    setHasNewer(page.hasNewer);
    setLoaded(true);
  };
  const load = async (from: Anchor): Promise<void> => {
    const reply = await bridge.call("timeline", "open", chat, from);
    if (isClosed) return;
    if (!reply.ok) {
      // The chat is gone: there is nothing to wait for.
      setLoaded(true);
      return;
    }
    show(reply.value.value, from.kind === "end");
    bridge.followTimeline(chat, reply.value.number, apply, () => void load({ kind: "end" }));
  };
  const apply = ({ upserts, removals }: Topics["timeline"]): void => {
    addLater();
    const rows = unwrap(store.rows);
    const added: MessageView[] = [];
    for (const row of upserts) {
      const index = rows.findLastIndex((each) => each.key === row.key);
      if (index !== -1) setStore("rows", index, reconcile(row));
      // Above the oldest row or below the newest it belongs to a page that is not held.
      else if (isWithin(rows, row, hasOlder(), hasNewer())) added.push(row);
    }
    if (added.length === 0 && removals.length === 0) return;
    const gone = new Set(removals);
    const kept = rows.filter((row) => !gone.has(row.key));
    setRows(
      [...kept, ...added].toSorted((a, b) => a.position - b.position),
      "end",
    );
  };
  const fetchPage = async (direction: "older" | "newer"): Promise<void> => {
    addLater();
    const edge = direction === "older" ? store.rows[0] : store.rows.at(-1);
    if (isFetching || !edge) return;
    isFetching = true;
    const reply = await bridge.call("timeline", direction, chat, edge.position);
    isFetching = false;
    if (!reply.ok || isClosed) return;
    const { rows, hasOlder: moreOlder, hasNewer: moreNewer } = reply.value;
    const held = unwrap(store.rows);
    // Growing at one end and shrinking at the other are two steps: a list that keeps its length says
    // nothing of the rows having moved.
    if (direction === "older") {
      const all = [...rows, ...held];
      setRows(all, "start");
      setHasOlder(moreOlder);
      if (all.length <= rowsMax) return;
      setRows(all.slice(0, rowsMax), "end");
      setHasNewer(true);
    } else {
      const all = [...held, ...rows];
      setRows(all, "end");
      setHasNewer(moreNewer);
      if (all.length <= rowsMax) return;
      setRows(all.slice(-rowsMax), "start");
      setHasOlder(true);
    }
  };
  /** @param changedAt where rows come or go */
  const setRows = (rows: MessageView[], changedAt: "start" | "end"): void => {
    setShifting(changedAt === "start");
    setStore("rows", rows);
  };

  void load(anchor);
  return {
    chat,
    get rows() {
      return store.rows;
    },
    isLoaded,
    hasOlder,
    hasNewer,
    isShifting,
    anchor: anchor.kind === "message" ? anchor.key : null,
    loadOlder: async () => {
      if (hasOlder()) await fetchPage("older");
    },
    loadNewer: async () => {
      if (hasNewer()) await fetchPage("newer");
    },
    toEnd: () => load({ kind: "end" }),
    close: () => {
      isClosed = true;
      bridge.unfollowTimeline(chat);
      void bridge.call("timeline", "close", chat);
    },
  };
}

function isWithin(
  rows: readonly MessageView[],
  row: MessageView,
  hasOlder: boolean,
  hasNewer: boolean,
): boolean {
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last) return !hasOlder && !hasNewer;
  if (row.position < first.position) return !hasOlder;
  return row.position < last.position || !hasNewer;
}
