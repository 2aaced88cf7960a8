/** XEP-0257: Client Certificate Management for SASL EXTERNAL, version 0.3 (2012-07-18).
 *  https://xmpp.org/extensions/xep-0257.html
 *
 *  The certificates that our server keeps for our account: listing, adding, disabling and revoking them.
 *  Which of them are whose is shown elsewhere; signing in with one is EXTERNAL (sasl/external.ts). */

import { xml, type Element } from "@xmpp/xml";
import { identityLimits } from "../../base/limits.ts";
import { failure, success, type Result } from "../../base/result.ts";
import { domainOf } from "../jid.ts";
import type { IqFailure } from "../stream/iq-calls.ts";
import type { Session } from "../stream/session.ts";
import { queryInfo } from "./0030-disco.ts";
import { xep } from "./define.ts";

const ns = "urn:xmpp:saslcert:1";

/** Of base64: a certificate has a few KiB. */
const certificateCharsMax = 64 * 1024;
const nameCharsMax = 256;
const usersMax = 64;

export interface ServerCertificate {
  /** Unique among the account's. */
  readonly name: string;
  /** What should be a certificate, DER. */
  readonly certificate: Uint8Array;
  /** The devices that are signed in with it. */
  readonly users: readonly string[];
}

export interface NewServerCertificate {
  readonly name: string;
  /** DER. */
  readonly certificate: Uint8Array;
  /** Whether a device that signs in with it may change this list. */
  readonly mayManage: boolean;
}

/** The `<items/>` of an answer (§2). Items without a name or a certificate are left out. */
export function readServerCertificates(answer: Element): readonly ServerCertificate[] {
  const items = answer.getChild("items", ns)?.getChildren("item", ns) ?? [];
  return items.slice(0, identityLimits.onServerMax).flatMap((item) => {
    const name = item.getChildText("name", ns)?.trim() ?? "";
    const text = (item.getChildText("x509cert", ns) ?? "").replaceAll(/\s+/g, "");
    const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length <= certificateCharsMax;
    if (name === "" || name.length > nameCharsMax || !isBase64) return [];
    const users = item.getChild("users", ns)?.getChildren("resource", ns) ?? [];
    return {
      name,
      certificate: Buffer.from(text, "base64"),
      users: users.slice(0, usersMax).map((user) => user.text().slice(0, nameCharsMax)),
    };
  });
}

/** The payload that adds a certificate (§3). */
export function writeAppend({ name, certificate, mayManage }: NewServerCertificate): Element {
  return xml(
    "append",
    { xmlns: ns },
    xml("name", {}, name),
    xml("x509cert", {}, Buffer.from(certificate).toString("base64")),
    ...(mayManage ? [] : [xml("no-cert-management", {})]),
  );
}

/** Whether the account's server has this. */
export async function offersClientCertificates(session: Session): Promise<boolean> {
  const info = await queryInfo(session, domainOf(session.account));
  if (info.ok && info.value.features.has(ns)) return true;
  const own = await queryInfo(session, session.account);
  return own.ok && own.value.features.has(ns);
}

/** §2. */
export async function listClientCertificates(
  session: Session,
): Promise<Result<readonly ServerCertificate[], IqFailure>> {
  const payload = xml("items", { xmlns: ns });
  const answer = await session.iq.request({ type: "get", to: null, payload });
  return answer.ok ? success(readServerCertificates(answer.value)) : failure(answer.error);
}

/** §3. */
export function appendClientCertificate(
  session: Session,
  added: NewServerCertificate,
): Promise<Result<null, IqFailure>> {
  return change(session, writeAppend(added));
}

/** §4: it signs nobody in any more; who is online stays so. */
export function disableClientCertificate(
  session: Session,
  name: string,
): Promise<Result<null, IqFailure>> {
  return change(session, xml("disable", { xmlns: ns }, xml("name", {}, name)));
}

/** §5: the same, and whoever is online with it is thrown out. */
export function revokeClientCertificate(
  session: Session,
  name: string,
): Promise<Result<null, IqFailure>> {
  return change(session, xml("revoke", { xmlns: ns }, xml("name", {}, name)));
}

async function change(session: Session, payload: Element): Promise<Result<null, IqFailure>> {
  const answer = await session.iq.request({ type: "set", to: null, payload });
  return answer.ok ? success(null) : failure(answer.error);
}

export const clientCertificates = xep({
  number: "0257",
  title: "Client Certificate Management for SASL EXTERNAL",
  version: "0.3",
  date: "2012-07-18",
  status: "complete",
});
