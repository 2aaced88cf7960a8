/** Accounts through failures of the server and ends of the program: nothing is lost, nothing comes twice. */

import { xml, type Element } from "@xmpp/xml";
import { expect, test } from "vitest";
import type { Result } from "../../app/base/result.ts";
import type { MessageView } from "../../app/contract/views.ts";
import { domainOf } from "../../app/xmpp/jid.ts";
import type { IqFailure } from "../../app/xmpp/stream/iq-calls.ts";
import type { Device } from "./device.ts";
import { describeServers } from "./lab.ts";
import type { Person } from "./person.ts";
import type { User } from "./user.ts";

describeServers((lab) => {
  test("sends what was written while the server was down, once", async () => {
    const { alice, bob, aliceUser, bobUser } = await lab.friends();
    await bob.account.setConnected(false);
    await lab.server.stop();
    await alice.screen.account("waiting");
    const bodies = ["one", "two", "three"];
    for (const body of bodies) await alice.send(bobUser, body);
    expect(deliveriesOf(await alice.timeline(bobUser))).toEqual(bodies.map(() => "queued"));
    await lab.server.restart();
    await alice.screen.until("acknowledgements", () => takenCount(alice) === bodies.length);
    await bob.account.setConnected(true);
    await untilDelivered(alice, bodies.length);
    expect(bodiesOf(await bob.timeline(aliceUser))).toEqual(bodies);
    expect(deliveriesOf(await alice.timeline(bobUser))).toEqual(bodies.map(() => "delivered"));
  });

  test("gets over a power cut of the server in the middle of a burst", async () => {
    const { alice, bob, aliceUser, bobUser } = await lab.friends();
    const bodies = Array.from({ length: 200 }, (_, index) => `message ${index}`);
    const sending = bodies.map((body) => alice.send(bobUser, body));
    await alice.screen.until("some taken", () => takenCount(alice) > 0);
    // Some have been acknowledged, some are under way, some have not left.
    await lab.server.stop("SIGKILL");
    await Promise.all(sending);
    await alice.screen.account("waiting");
    const waiting = (await alice.timeline(bobUser)).filter((message) => !isTaken(message));
    expect(waiting.length).toBeGreaterThan(0);
    // Bob is back first. (ejabberd keeps for the next sign-in what comes in the middle of one.)
    await alice.account.setConnected(false);
    await lab.server.restart();
    await bob.screen.account("online");
    await alice.account.setConnected(true);
    await alice.screen.until("nothing waiting", () => takenCount(alice) === bodies.length);
    // What the server acknowledged and then lost is lost without an archive; all else must arrive.
    await bob.screen.until("all that waited", () => {
      const here = new Set(bodiesOf([...bob.screen.messages.values()]));
      return waiting.every(({ body }) => here.has(body));
    });
    const received = bodiesOf(await bob.timeline(aliceUser));
    expect(received.toSorted()).toEqual([...new Set(received)].toSorted());
  });

  test("sends after a restart of the program what it did not get to before, once", async () => {
    const folder = lab.folder("alice");
    const { alice, bob, aliceUser, bobUser } = await lab.friends(folder);
    await lab.server.stop();
    await alice.screen.account("waiting");
    await alice.send(bobUser, "from the last session");
    await alice.close();
    await lab.server.restart();
    await bob.screen.account("online");
    const reopened = await lab.person(folder);
    expect(deliveriesOf(await reopened.timeline(bobUser))).toEqual(["queued"]);
    reopened.accounts.connectAll();
    await untilDelivered(reopened, 1);
    expect(bodiesOf(await bob.timeline(aliceUser))).toEqual(["from the last session"]);
  });

  test("shows the history after closing and opening again, without a connection", async () => {
    const folder = lab.folder("alice");
    const { alice, bob, aliceUser, bobUser } = await lab.friends(folder);
    await alice.send(bobUser, "question");
    await untilDelivered(alice, 1);
    await bob.send(aliceUser, "answer 🐦");
    await bob.screen.message("receipt", ({ delivery }) => delivery?.kind === "delivered");
    const before = await alice.timeline(bobUser);
    await alice.close();
    const reopened = await lab.person(folder);
    const after = await reopened.timeline(bobUser);
    expect(after).toEqual(before);
    expect(bodiesOf(after)).toEqual(["question", "answer 🐦"]);
    expect(reopened.dialer.attempts).toEqual([]);
  });

  test("stops after the password was changed elsewhere, and goes on with the new one", async () => {
    const user = await lab.user("old password");
    const person = await lab.person();
    await person.signIn(user, lab.at("starttls"));
    const elsewhere = await lab.online(user);
    expect(await changePassword(elsewhere, user, "new password")).toMatchObject({ ok: true });
    await elsewhere.close();
    await lab.server.stop();
    await person.screen.account("waiting");
    await lab.server.restart();
    const stopped = await person.screen.account("stopped");
    expect(stopped.connection).toMatchObject({ problem: { kind: "wrong-password" } });
    expect(person.dialer.wire.sent.match(/<auth /g)).toHaveLength(1);
    await person.account.setPassword("new password");
    await person.screen.account("online");
  });

  test("gives way to another sign-in under the same name and does not fight back", async () => {
    const [user, person] = await lab.newcomer();
    const [, resource = ""] = /<jid>[^<]*\/([^<]*)</.exec(person.dialer.wire.received) ?? [];
    const rival = await lab.online(user, { resource });
    const stopped = await person.screen.account("stopped");
    expect(stopped.connection).toMatchObject({ problem: { kind: "replaced" } });
    expect(rival.session.state).toBe("online");
    expect(person.dialer.attempts).toHaveLength(1);
  });
});

/** XEP-0077 §3.3, by hand: the program does not change passwords. */
function changePassword(
  { session }: Device,
  { username }: User,
  password: string,
): Promise<Result<Element, IqFailure>> {
  const change = [xml("username", {}, username), xml("password", {}, password)];
  const payload = xml("query", { xmlns: "jabber:iq:register" }, change);
  return session.iq.request({ type: "set", to: domainOf(session.account), payload });
}

/** The server acknowledged it, or more. */
function isTaken({ delivery }: MessageView): boolean {
  return delivery?.kind === "sent" || delivery?.kind === "delivered";
}

function takenCount({ screen }: Person): number {
  return [...screen.messages.values()].filter(isTaken).length;
}

async function untilDelivered({ screen }: Person, count: number): Promise<void> {
  await screen.until("receipts", () => {
    const own = [...screen.messages.values()].map(({ delivery }) => delivery?.kind);
    return own.filter((kind) => kind === "delivered").length === count;
  });
}

function deliveriesOf(messages: readonly MessageView[]): (string | undefined)[] {
  return messages.map(({ delivery }) => delivery?.kind);
}

function bodiesOf(messages: readonly MessageView[]): string[] {
  return messages.map(({ body }) => body);
}
