/** The words of a message, with its web addresses as links. What a link may open is decided in the
 *  main process (desktop/lockdown.ts); here only what looks like one is found. */

import { For, type JSX } from "solid-js";

interface Part {
  readonly text: string;
  readonly isLink: boolean;
}

const link = /https?:\/\/[^\s<>"]+/gu;
/** Punctuation that belongs to the sentence, not to the address. */
const trailing = /[.,:;!?'")\]}]+$/u;

export function MessageText(props: { readonly text: string }): JSX.Element {
  return (
    <For each={split(props.text)}>
      {(part) =>
        part.isLink ? (
          <a href={part.text} target="_blank" rel="noreferrer">
            {part.text}
          </a>
        ) : (
          <>{part.text}</>
        )
      }
    </For>
  );
}

function split(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(link)) {
    const url = match[0].replace(trailing, "");
    parts.push({ text: text.slice(end, match.index), isLink: false }, { text: url, isLink: true });
    end = match.index + url.length;
  }
  parts.push({ text: text.slice(end), isLink: false });
  return parts.filter((part) => part.text !== "");
}
