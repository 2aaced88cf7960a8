/** IP addresses as text and as the bytes that certificates have. */

const bytesOfIpv4 = 4;
const groupsOfIpv6 = 8;

/** @param text dotted decimal without leading zeros, or IPv6 (RFC 4291 §2.2) with or without brackets
 *  @returns four or sixteen bytes; null where it is no address */
export function parseIpAddress(text: string): Uint8Array | null {
  const isBracketed = text.startsWith("[") && text.endsWith("]");
  return isBracketed ? parseIpv6(text.slice(1, -1)) : (parseIpv4(text) ?? parseIpv6(text));
}

/** For people: dotted decimal, or IPv6 groups without any shortening. */
export function formatIpAddress(bytes: Uint8Array): string {
  if (bytes.length === bytesOfIpv4) return bytes.join(".");
  const hex = Buffer.from(bytes).toString("hex");
  return (hex.match(/.{1,4}/g) ?? [])
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split(".");
  const isFine =
    parts.length === bytesOfIpv4 &&
    parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return isFine ? Uint8Array.from(parts, Number) : null;
}

function parseIpv6(text: string): Uint8Array | null {
  const [before = "", after, ...more] = text.split("::");
  if (more.length > 0) return null;
  const head = readGroups(before, after === undefined);
  const tail = after === undefined ? [] : readGroups(after, true);
  if (!head || !tail) return null;
  const missing = groupsOfIpv6 - head.length - tail.length;
  // "::" stands for at least one group.
  if (after === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** @param isEnd the last two groups may then be an IPv4 address */
function readGroups(text: string, isEnd: boolean): number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const last = parts.at(-1) ?? "";
  const groups: number[] = [];
  const ipv4 = isEnd && last.includes(".") ? parseIpv4(last) : null;
  for (const part of ipv4 ? parts.slice(0, -1) : parts) {
    if (!/^[\da-f]{1,4}$/i.test(part)) return null;
    groups.push(Number.parseInt(part, 16));
  }
  if (ipv4) {
    const [a = 0, b = 0, c = 0, d = 0] = ipv4;
    groups.push(a * 256 + b, c * 256 + d);
  }
  return groups;
}
