/** Whether an address is of the own computer or network. A certificate that anybody can have must not make
 *  us knock there. */

import { BlockList, isIP } from "node:net";

const inside = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  // Shared by providers (RFC 6598), which some companies use inside.
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  inside.addSubnet(network, bits, "ipv4");
}
for (const [network, bits] of [
  ["::", 96],
  // RFC 6052, RFC 8215: IPv4 behind a translator, of which we cannot say where it leads.
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  // RFC 3056: IPv4 inside.
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const) {
  inside.addSubnet(network, bits, "ipv6");
}

/** @param address without brackets; whatever is no address counts as inside */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, "");
  switch (isIP(bare)) {
    case 4:
      return inside.check(bare, "ipv4");
    case 6:
      // IPv4 in IPv6 is checked as IPv4 by the list itself.
      return inside.check(bare, "ipv6");
    default:
      return true;
  }
}
