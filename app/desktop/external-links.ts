/** Which addresses may be handed to the operating system. */

/** The address in the form in which it may be opened, or null: only what opens a browser or a mail
 *  program, never what starts something else. */
export function safeExternalUrl(text: string): string | null {
  const url = URL.parse(text);
  const isAllowed = url !== null && ["https:", "http:", "mailto:"].includes(url.protocol);
  // A user name before the host is how addresses pretend to be others.
  return isAllowed && url.username === "" && url.password === "" ? url.href : null;
}
