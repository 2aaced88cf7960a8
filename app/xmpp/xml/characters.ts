/** The characters of XML 1.0 (§2.2). */

// oxlint-disable-next-line no-control-regex -- control characters are what this finds
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Replaces what no XML document may contain, not even as a character reference. Half a surrogate
 *  pair becomes the same replacement when it is encoded. */
export function withoutForbidden(text: string): string {
  return text.replace(forbidden, "\ufffd");
}
