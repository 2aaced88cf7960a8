/** A person's circle: initials on a colour that is always the same for the same address. */

import { Show, type JSX } from "solid-js";
import type { Availability } from "../../app/contract/views.ts";
import styles from "./avatar.module.css";

export interface AvatarProps {
  readonly address: string;
  readonly name: string;
  readonly size?: "s" | "m" | "l";
  /** Shows a dot; "offline" is a dot, too. Without it there is none. It is not read out: whoever shows
   *  an avatar says the same in words. */
  readonly availability?: Availability | "offline" | undefined;
}

export function Avatar(props: AvatarProps): JSX.Element {
  return (
    <span class={`${styles["avatar"]} ${styles[props.size ?? "m"]}`}>
      <span
        class={styles["circle"]}
        style={{ "--hue": String(hueOf(props.address)) }}
        aria-hidden="true"
      >
        {initials(props.name)}
      </span>
      <Show when={props.availability}>
        {(availability) => (
          <span class={`${styles["dot"]} ${styles[availability()]}`} aria-hidden="true" />
        )}
      </Show>
    </span>
  );
}

/** What somebody is called of whom only the address is known. */
export function localPart(address: string): string {
  return address.slice(0, address.indexOf("@")) || address;
}

/** The first letters of the first and last word; one where there is only one. */
function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter(Boolean);
  const first = firstLetter(words[0]);
  return words.length > 1 ? first + firstLetter(words.at(-1)) : first;
}

/** A letter as people see it: with its accents, an emoji with its parts. */
function firstLetter(word: string | undefined): string {
  const [first] = segmenter.segment(word ?? "?");
  return (first?.segment ?? "?").toLocaleUpperCase();
}

const segmenter = new Intl.Segmenter();

/** FNV-1a over the address, as degrees of a colour circle. */
function hueOf(address: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < address.length; index++) {
    hash = Math.imul(hash ^ address.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % 360;
}
