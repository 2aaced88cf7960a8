/** What a search found: chats and contacts by name, then messages by their words. */

import { createEffect, createSignal, For, on, Show, type JSX } from "solid-js";
import type { ChatView, ContactView, SearchHit } from "../../app/contract/views.ts";
import { text } from "../text/index.ts";
import { briefTime } from "../text/time.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Empty } from "../ui/pane.tsx";
import { useProgram } from "../ui/program-context.ts";
import styles from "./search-results.module.css";

const namesMax = 8;

export function SearchResults(props: { readonly query: string }): JSX.Element {
  const { bridge, chats, contacts, navigation } = useProgram();
  const [hits, setHits] = createSignal<readonly SearchHit[] | null>(null);

  createEffect(
    on(
      () => props.query,
      async (query) => {
        const reply = await bridge.call("search", "messages", query, null);
        // Another query may have been typed meanwhile: its answer is the one to show.
        if (query === props.query) setHits(reply.ok ? reply.value : []);
      },
    ),
  );
  const foundChats = (): ChatView[] =>
    chats
      .all()
      .filter((chat) => isNamed(chat, props.query))
      .slice(0, namesMax);
  const foundContacts = (): ContactView[] => {
    const known = new Set(chats.all().map((chat) => `${chat.account} ${chat.address}`));
    return contacts
      .all()
      .filter((contact) => isNamed(contact, props.query))
      .filter((contact) => !known.has(`${contact.account} ${contact.address}`))
      .slice(0, namesMax);
  };
  const isEmpty = (): boolean =>
    hits()?.length === 0 && foundChats().length === 0 && foundContacts().length === 0;
  return (
    <div class={styles["results"]}>
      <p class="only-spoken" role="status">
        {hits() ? text.search.results(hits()?.length ?? 0) : text.common.loading}
      </p>
      <Show when={isEmpty()}>
        <Empty title={text.search.nothing(props.query)} />
      </Show>
      <Show when={foundChats().length + foundContacts().length > 0}>
        <h2>{text.search.chats}</h2>
        <For each={foundChats()}>
          {(chat) => (
            <Hit
              address={chat.address}
              title={chat.name}
              detail={chat.address}
              onChoose={() => {
                navigation.openChat(chat.id);
              }}
            />
          )}
        </For>
        <For each={foundContacts()}>
          {(contact) => (
            <Hit
              address={contact.address}
              title={contact.name}
              detail={contact.address}
              onChoose={() => void navigation.openWith(contact.account, contact.address)}
            />
          )}
        </For>
      </Show>
      <Show when={(hits()?.length ?? 0) > 0}>
        <h2>{text.search.messages}</h2>
        <For each={hits() ?? []}>
          {(hit) => (
            <Hit
              address={hit.chatAddress}
              title={hit.chatName}
              time={briefTime(hit.message.sentAt, Date.now())}
              detail={<Excerpt body={hit.message.body} query={props.query} />}
              onChoose={() => {
                navigation.openMessage(hit.message.chat, hit.message.key);
              }}
            />
          )}
        </For>
      </Show>
    </div>
  );
}

function Hit(props: {
  readonly address: string;
  readonly title: string;
  readonly detail: JSX.Element;
  readonly time?: string;
  readonly onChoose: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class={styles["hit"]}
      onClick={() => {
        props.onChoose();
      }}
    >
      <Avatar size="s" address={props.address} name={props.title} />
      <span class={styles["text"]}>
        <span class={styles["title"]}>
          <span>{props.title}</span>
          <time>{props.time}</time>
        </span>
        <span class={styles["detail"]}>{props.detail}</span>
      </span>
    </button>
  );
}

/** The part of a message around what was found, with the words that were searched for marked. */
function Excerpt(props: { readonly body: string; readonly query: string }): JSX.Element {
  return (
    <For each={excerpt(props.body, props.query)}>
      {(part) => (part.isFound ? <mark>{part.text}</mark> : <>{part.text}</>)}
    </For>
  );
}

const excerptChars = 140;
/** Characters shown before the first word that was found. */
const leadChars = 30;

function excerpt(body: string, query: string): { text: string; isFound: boolean }[] {
  const line = body.replaceAll(/\s+/gu, " ");
  const words = query.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  // Letters and digits only: nothing in a word has a meaning in the expression.
  const anyWord = new RegExp(`(?:${words.join("|")})`, "giu");
  const longest = words.toSorted((a, b) => b.length - a.length)[0] ?? "";
  const found = line.toLocaleLowerCase().indexOf(longest.toLocaleLowerCase());
  const start = found > leadChars * 2 ? found - leadChars : 0;
  const shown = (start > 0 ? "…" : "") + line.slice(start, start + excerptChars);
  if (words.length === 0) return [{ text: shown, isFound: false }];
  const parts: { text: string; isFound: boolean }[] = [];
  let end = 0;
  for (const match of shown.matchAll(anyWord)) {
    parts.push({ text: shown.slice(end, match.index), isFound: false });
    parts.push({ text: match[0], isFound: true });
    end = match.index + match[0].length;
  }
  return [...parts, { text: shown.slice(end), isFound: false }];
}

function isNamed(
  person: { readonly name: string; readonly address: string },
  query: string,
): boolean {
  const wanted = query.toLocaleLowerCase();
  return (
    person.name.toLocaleLowerCase().includes(wanted) ||
    person.address.toLocaleLowerCase().includes(wanted)
  );
}
