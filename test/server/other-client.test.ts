/** Talking to a client that shares no code with ours above the XML: `@xmpp/client`. */

import { setDefaultCACertificates } from "node:tls";
import { client, xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { expect, test } from "vitest";
import { nsStream } from "../../app/xmpp/xml/reader.ts";
import { Recorder } from "../lab/recorder.ts";
import { describeServers, domain, type Lab } from "./lab.ts";
import type { User } from "./user.ts";

describeServers((lab) => {
  test("agrees, sees presence, and exchanges messages and receipts with another client", async () => {
    const [aliceUser, alice] = await lab.newcomer();
    const bobUser = await lab.user();
    const bob = await otherClient(lab, bobUser);

    await alice.account.roster.add(bobUser.address, "Bob");
    await alice.screen.contact(bobUser.address, ({ isAsking }) => isAsking);
    await bob.stanzas.first(
      ({ name, attrs }) => name === "presence" && attrs["type"] === "subscribe",
    );
    for (const type of ["subscribed", "subscribe"]) {
      await bob.send(xml("presence", { to: aliceUser.address, type }));
    }
    await alice.screen.contact(
      bobUser.address,
      ({ subscription, presence }) => subscription === "both" && presence?.status === "unlike ours",
    );

    const { key } = await alice.send(bobUser, "Guten Tag <&> 🐦");
    const message = await bob.stanzas.first((stanza) => stanza.getChild("body") !== undefined);
    const { id = "" } = message.attrs;
    expect(message.getChildText("body")).toBe("Guten Tag <&> 🐦");
    expect(message.getChild("origin-id", "urn:xmpp:sid:0")?.attrs["id"]).toBe(id);
    expect(message.getChild("request", "urn:xmpp:receipts")).toBeDefined();
    const from = message.attrs["from"] ?? "";
    await bob.send(
      xml("message", { to: from }, xml("received", { xmlns: "urn:xmpp:receipts", id })),
    );
    await alice.screen.message(
      "receipt",
      (own) => own.key === key && own.delivery?.kind === "delivered",
    );

    const request = xml("request", { xmlns: "urn:xmpp:receipts" });
    const answer = { to: aliceUser.address, type: "chat", id: "answer-1" };
    await bob.send(xml("message", answer, xml("body", {}, "Grüß Gott"), request));
    await alice.screen.message("answer", ({ body }) => body === "Grüß Gott");
    const receipt = await bob.stanzas.first(
      (stanza) => stanza.getChild("received", "urn:xmpp:receipts") !== undefined,
    );
    expect(receipt.getChild("received", "urn:xmpp:receipts")?.attrs["id"]).toBe("answer-1");
  });

  test("answers what another client asks it", async () => {
    const [user, person] = await lab.newcomer();
    const [, own = ""] = /<jid>([^<]*)</.exec(person.dialer.wire.received) ?? [];
    const other = await otherClient(lab, user);
    const ask = (payload: Element): Promise<Element> =>
      other.request(xml("iq", { type: "get", to: own }, payload));
    const info = await ask(xml("query", { xmlns: "http://jabber.org/protocol/disco#info" }));
    const query = info.getChild("query", "http://jabber.org/protocol/disco#info");
    expect(query?.getChild("identity")?.attrs).toMatchObject({ category: "client", type: "pc" });
    expect(query?.getChildren("feature").map(({ attrs }) => attrs["var"])).toContain(
      "urn:xmpp:receipts",
    );
    expect((await ask(xml("ping", { xmlns: "urn:xmpp:ping" }))).attrs["type"]).toBe("result");
    await expect(ask(xml("query", { xmlns: "jabber:iq:last" }))).rejects.toMatchObject({
      condition: "service-unavailable",
    });
  });
});

interface OtherClient {
  readonly stanzas: Recorder<Element>;
  send(element: Element): Promise<void>;
  request(stanza: Element): Promise<Element>;
}

/** Signs in and sends presence; over STARTTLS, with the certificate checked by Node. */
async function otherClient(lab: Lab, { username, password }: User): Promise<OtherClient> {
  setDefaultCACertificates([lab.authority.pem]);
  const { host, port } = lab.at("starttls");
  const service = `xmpp://${host}:${port}`;
  const xmpp = client({ service, domain, username, password, resource: "other" });
  const stanzas = new Recorder<Element>();
  // It miscounts stanzas, and servers end the stream for that: it must not learn of the feature.
  xmpp.prependListener("element", (element: Element) => {
    const isNeeded = (node: Element | string): boolean =>
      typeof node === "string" || !node.is("sm", "urn:xmpp:sm:3");
    if (element.is("features", nsStream)) element.children = element.children.filter(isNeeded);
  });
  xmpp.on("stanza", (stanza: Element) => {
    stanzas.add(stanza);
  });
  let isEnding = false;
  xmpp.on("error", (error: Error) => {
    // It goes on writing while it closes.
    if (!isEnding) throw error;
  });
  lab.onEnd(async () => {
    isEnding = true;
    await xmpp.stop();
  });
  await xmpp.start();
  await xmpp.send(xml("presence", {}, xml("status", {}, "unlike ours")));
  return {
    stanzas,
    send: (element) => xmpp.send(element),
    request: (stanza) => xmpp.iqCaller.request(stanza),
  };
}
