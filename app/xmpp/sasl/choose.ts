/** Which mechanism to use: the strongest that both sides can, and none that the account forbids. */

import type { Random } from "../../base/random.ts";
import type { BareJid } from "../jid.ts";
import {
  channelBindingTypes,
  type ChannelBindingType,
  type SentCertificate,
} from "../stream/transport.ts";
import { makeExternal } from "./external.ts";
import type { Credentials, Mechanism } from "./mechanism.ts";
import { makePlain } from "./plain.ts";
import { Scram, type ChannelBinding, type ScramHash } from "./scram.ts";

const hashes: readonly ScramHash[] = ["SHA-512", "SHA-256", "SHA-1"];

export interface SaslOffer {
  readonly mechanisms: readonly string[];
  /** What `<sasl-channel-binding/>` lists (XEP-0440); null where the server sent none. */
  readonly bindingTypes: readonly string[] | null;
}

export interface SaslChoice {
  readonly offer: SaslOffer;
  /** Null: there is no password. */
  readonly credentials: Credentials | null;
  /** The certificate that the server has seen in the handshake and has not refused yet, and whose it is to
   *  be; null where there is none. */
  readonly certificate?: { readonly account: BareJid; readonly sent: SentCertificate } | null;
  /** PLAIN hands the password to the server: only when the person allowed it for this account. */
  readonly isPlainAllowed: boolean;
  readonly random: Random;
  readonly bindingData: (type: ChannelBindingType) => Uint8Array | null;
}

/** Returns the mechanism to use, or null when none will do: the server offers nothing we accept, or
 *  its offer contradicts itself in a way that only an attacker explains. */
export function chooseMechanism(choice: SaslChoice): Mechanism | null {
  const { offer, credentials, certificate, random } = choice;
  // ejabberd offers EXTERNAL to everybody: it means something only where a certificate was sent.
  if (certificate && offer.mechanisms.includes("EXTERNAL")) {
    return makeExternal(certificate.account, certificate.sent);
  }
  if (!credentials) return null;
  const binding = chooseBinding(choice);
  if (binding === null) return null;
  const suffix = binding.flag === "p" ? "-PLUS" : "";
  const hash = hashes.find((each) => offer.mechanisms.includes(`SCRAM-${each}${suffix}`));
  if (hash) return new Scram(hash, binding, credentials, random);
  const isPlainOffered = offer.mechanisms.includes("PLAIN");
  return choice.isPlainAllowed && isPlainOffered ? makePlain(credentials) : null;
}

/** The rules of XEP-0440 §3, with SASL1. Null: abort. */
function chooseBinding({ offer, bindingData }: SaslChoice): ChannelBinding | null {
  const scram = offer.mechanisms.filter((name) => name.startsWith("SCRAM-"));
  const offersPlus = scram.some((name) => name.endsWith("-PLUS"));
  const offersUsablePlus = hashes.some((hash) => scram.includes(`SCRAM-${hash}-PLUS`));
  const listed = offer.bindingTypes;
  if (listed === null) {
    // A server of the time before XEP-0440 does not say which types it has: guessing would fail.
    return offersPlus ? { flag: "n" } : { flag: "y" };
  }
  // "no SASL mechanisms supporting channel-binding are announced[, but types are]: … MITM attack"
  if (!offersPlus) return scram.length > 0 ? null : { flag: "y" };
  if (!offersUsablePlus) return { flag: "n" };
  for (const type of channelBindingTypes) {
    const data = listed.includes(type) ? bindingData(type) : null;
    if (data) return { flag: "p", type, data };
  }
  // "none of these announced channel-binding types are supported by it, it MUST abort
  //  authentication, if tls-server-end-point is also not advertised"
  return listed.includes("tls-server-end-point") ? { flag: "n" } : null;
}
