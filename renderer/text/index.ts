/** The words on the screen. */

export { en as text } from "./en.ts";
