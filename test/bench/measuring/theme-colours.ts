/** Colours of the light theme, read from the style sheet: what has to be seen on the screen follows the
 *  design by itself. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const tokens = resolve(import.meta.dirname, "../../../renderer/theme/tokens.css");

/** @returns "#rrggbb" */
export function lightColour(token: string): string {
  const css = readFileSync(tokens, "utf8");
  const colour = new RegExp(`--${token}: light-dark\\((#[0-9a-f]{6}),`).exec(css)?.[1];
  if (colour === undefined) throw new Error(`tokens.css has no colour --${token}`);
  return colour;
}
