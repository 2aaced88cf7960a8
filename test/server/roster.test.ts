/** The contact list: kept by the server, versioned, and the agreements to see each other's presence. */

import { expect, test } from "vitest";
import { setRosterItem } from "../../app/xmpp/stanza/roster.ts";
import { describeServers, domain, type Friends, type Lab } from "./lab.ts";

describeServers((lab) => {
  test("adds, renames and removes a contact", async () => {
    const { alice, bobUser } = await aliceAndBob(lab);
    const { roster } = alice.account;
    expect(await roster.add(bobUser.address, "Bob")).toMatchObject({ ok: true });
    await alice.screen.contact(bobUser.address, ({ name, isAsking }) => name === "Bob" && isAsking);
    expect(await roster.rename(bobUser.address, "Robert 🐦 & <Söhne>")).toMatchObject({ ok: true });
    await alice.screen.contact(bobUser.address, ({ name }) => name === "Robert 🐦 & <Söhne>");
    expect(await roster.remove(bobUser.address)).toMatchObject({ ok: true });
    await alice.screen.until("removal", () => !alice.screen.contacts.has(bobUser.address));
    const { id: account } = alice.account;
    expect(await alice.store.ask("contacts", "ofAccount", { account })).toEqual([]);
  });

  test("transfers nothing when the list has not changed, and everything new when it has", async () => {
    const folder = lab.folder("person");
    const aliceUser = await lab.user();
    const bobUser = await lab.user();
    const first = await lab.person(folder);
    await first.signIn(aliceUser, lab.at("starttls"));
    await first.account.roster.add(bobUser.address, "Bob");
    await first.screen.contact(bobUser.address, ({ isAsking }) => isAsking);
    await first.close();

    const second = await lab.person(folder);
    second.accounts.connectAll();
    await second.screen.account("online");
    // The answer to a message that comes after the request for the roster: that has been answered.
    await second.send(bobUser, "a mark in the stream");
    await second.screen.message("acknowledgement", ({ delivery }) => delivery?.kind === "sent");
    const { sent, received } = second.dialer.wire;
    const [, id] = /id="([^"]+)"><query xmlns="jabber:iq:roster" ver="[^"]+"/.exec(sent) ?? [];
    const answer = received.match(/<iq [^>]*>/g)?.find((each) => each.includes(`id='${id}'`));
    // RFC 6121 §2.6.3: an empty answer, not even with a <query/>.
    expect(answer).toContain("type='result'");
    expect(answer).toMatch(/\/>$/);
    const stored = await second.store.ask("contacts", "ofAccount", { account: second.account.id });
    expect(stored).toMatchObject([{ address: bobUser.address, name: "Bob", isAsking: true }]);
    await second.close();

    const elsewhere = await lab.online(aliceUser);
    await setRosterItem(elsewhere.session, { address: bobUser.address, name: "Bobby", groups: [] });
    const third = await lab.person(folder);
    third.accounts.connectAll();
    await third.screen.contact(bobUser.address, ({ name }) => name === "Bobby");
    expect(third.dialer.wire.received).toContain("<item");
  });

  test("shows a change that another device makes", async () => {
    const { alice, aliceUser, bobUser } = await aliceAndBob(lab);
    const elsewhere = await lab.online(aliceUser);
    const item = { address: bobUser.address, name: "Bob", groups: ["Friends", "Böhmen"] };
    await setRosterItem(elsewhere.session, item);
    const contact = await alice.screen.contact(bobUser.address, ({ name }) => name === "Bob");
    expect(contact.groups.toSorted()).toEqual(["Böhmen", "Friends"]);
  });

  test("asks to see somebody, who accepts: both see each other, with status", async () => {
    const { alice, bob, aliceUser, bobUser } = await aliceAndBob(lab);
    await alice.account.roster.add(bobUser.address, "Bob");
    await alice.screen.contact(bobUser.address, ({ isAsking }) => isAsking);
    await bob.screen.until("request", () => bob.screen.requests.get(aliceUser.address));
    await bob.account.roster.accept(aliceUser.address);
    await alice.screen.contact(bobUser.address, ({ subscription }) => subscription === "both");
    await bob.screen.contact(aliceUser.address, ({ subscription }) => subscription === "both");
    expect(bob.screen.requests.size).toBe(0);

    await alice.account.setPresence("away", "Mittag 🍝");
    await bob.account.setPresence("dnd", "اجتماع");
    const seenByBob = await bob.screen.contact(
      aliceUser.address,
      ({ presence }) => presence?.availability === "away",
    );
    const seenByAlice = await alice.screen.contact(
      bobUser.address,
      ({ presence }) => presence?.availability === "dnd",
    );
    expect(seenByBob.presence?.status).toBe("Mittag 🍝");
    expect(seenByAlice.presence?.status).toBe("اجتماع");

    await bob.account.setConnected(false);
    await alice.screen.contact(bobUser.address, ({ presence }) => presence === null);
    await bob.account.setConnected(true);
    const again = await alice.screen.contact(bobUser.address, ({ presence }) => presence !== null);
    expect(again.presence).toEqual({ availability: "dnd", status: "اجتماع" });
  });

  test("agrees at once with who agrees at once, though the disk is busy", async () => {
    const { alice, bob, aliceUser, bobUser } = await aliceAndBob(lab);
    const busy = alice.store.ask("messages", "receive", {
      batch: Array.from({ length: 10_000 }, (_, index) => ({
        account: alice.account.id,
        address: `sender@${domain}`,
        sender: `sender@${domain}/x`,
        sentAt: index,
        isDelayed: true,
        stanzaId: "",
        originId: null,
        archiveId: null,
        body: "of a long backlog",
        isCut: false,
      })),
      now: 0,
    });
    await alice.account.roster.add(bobUser.address, "Bob");
    await bob.screen.until("request", () => bob.screen.requests.get(aliceUser.address));
    await bob.account.roster.accept(aliceUser.address);
    await busy;
    await bob.screen.contact(aliceUser.address, ({ subscription }) => subscription === "both");
    expect(alice.screen.requests.size).toBe(0);
  });

  test("asks to see somebody, who declines", async () => {
    const { alice, bob, aliceUser, bobUser } = await aliceAndBob(lab);
    await alice.account.roster.add(bobUser.address, "Bob");
    await alice.screen.contact(bobUser.address, ({ isAsking }) => isAsking);
    await bob.screen.until("request", () => bob.screen.requests.get(aliceUser.address));
    await bob.account.roster.decline(aliceUser.address);
    const contact = await alice.screen.contact(bobUser.address, ({ isAsking }) => !isAsking);
    expect(contact).toMatchObject({ subscription: "none", presence: null });
    expect(bob.screen.requests.size).toBe(0);
  });

  test("keeps a request for somebody who is not there", async () => {
    const { alice, bob, aliceUser, bobUser } = await aliceAndBob(lab);
    await bob.account.setConnected(false);
    await alice.account.roster.add(bobUser.address, "Bob");
    await alice.screen.contact(bobUser.address, ({ isAsking }) => isAsking);
    expect(bob.screen.requests.size).toBe(0);
    await bob.account.setConnected(true);
    await bob.screen.until("request", () => bob.screen.requests.get(aliceUser.address));
  });

  test("ends the agreement with the contact", async () => {
    const { alice, bob, aliceUser, bobUser } = await lab.friends();
    await alice.account.roster.remove(bobUser.address);
    const left = await bob.screen.contact(
      aliceUser.address,
      ({ subscription, presence }) => subscription === "none" && presence === null,
    );
    expect(left.isAsking).toBe(false);
  });
});

/** Two people who are online and do not know each other. */
async function aliceAndBob(lab: Lab): Promise<Friends> {
  const [aliceUser, alice] = await lab.newcomer();
  const [bobUser, bob] = await lab.newcomer();
  return { alice, bob, aliceUser, bobUser };
}
