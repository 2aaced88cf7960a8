/** Messages between people, and the truth about what became of them. */

import { expect, test } from "vitest";
import type { MessageView } from "../../app/contract/views.ts";
import { userAt } from "./user.ts";
import { describeServers, domain } from "./lab.ts";

const alphabets = [
  "🐦 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ☃️ — “quotes” … ﬁ",
  "مرحبا بالعالم ‏(שלום)‏ abc",
  "e\u0301 is not é, and \u212b is not Å",
  "<b>&amp;</b> ]]> <!-- ' \" &#x41;",
  " leading and trailing \t\n\n and lines\n",
  "漢字 かな 한글 ไทย हिन्दी 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u{10fffd}",
];

describeServers((lab) => {
  test("goes both ways, with an id of its own, and is confirmed", async () => {
    const { alice, bob, aliceUser, bobUser } = await lab.friends();
    const { key } = await alice.send(bobUser, "How are you?");
    const sent = await alice.screen.message(
      "delivered message",
      (message) => message.key === key && message.delivery?.kind === "delivered",
    );
    const [, id] = /<message [^>]*id="([^"]+)"[^>]*><body>How are you/.exec(
      alice.dialer.wire.sent,
    ) ?? ["", "no id"];
    expect(alice.dialer.wire.sent).toContain(`<origin-id xmlns="urn:xmpp:sid:0" id="${id}"/>`);
    expect(bob.dialer.wire.sent).toContain(`<received xmlns="urn:xmpp:receipts" id="${id}"/>`);
    expect(await bob.timeline(aliceUser)).toMatchObject([{ body: "How are you?", delivery: null }]);

    await bob.send(aliceUser, "Fine.");
    await bob.screen.message("receipt", ({ delivery }) => delivery?.kind === "delivered");
    expect((await alice.timeline(bobUser)).map(({ body }) => body)).toEqual([sent.body, "Fine."]);
  });

  test("counts as sent once the server has acknowledged it, and strangers get no receipt", async () => {
    const [aliceUser, alice] = await lab.newcomer();
    const [bobUser, bob] = await lab.newcomer();
    await alice.send(bobUser, "We do not know each other.");
    await alice.screen.message("acknowledgement", ({ delivery }) => delivery?.kind === "sent");
    expect(alice.dialer.wire.received).toMatch(/<a [^>]*xmlns=['"]urn:xmpp:sm:3['"]/);
    await bob.screen.message("message", ({ body }) => body === "We do not know each other.");
    // An answer would overtake no receipt: had there been one, alice would have it by now.
    await bob.send(aliceUser, "No.");
    await alice.screen.message("answer", ({ body }) => body === "No.");
    expect((await alice.timeline(bobUser))[0]?.delivery).toEqual({ kind: "sent" });
  });

  test("comes back from an address that does not exist", async () => {
    const [, alice] = await lab.newcomer();
    const nobody = userAt(domain, "nobody", "");
    await alice.send(nobody, "Anybody there?");
    const failed = await alice.screen.message(
      "failed message",
      ({ delivery }) => delivery?.kind === "failed",
    );
    expect(failed.delivery).toEqual({ kind: "failed", reason: "recipient-unavailable" });
    expect(await alice.timeline(nobody)).toEqual([failed]);
  });

  test("waits for somebody who is not there, and says when it was sent", async () => {
    const { alice, bob, aliceUser, bobUser } = await lab.friends();
    await bob.account.setConnected(false);
    await alice.screen.contact(bobUser.address, ({ presence }) => presence === null);
    await alice.send(bobUser, "Read this later.");
    await alice.screen.message("acknowledgement", ({ delivery }) => delivery?.kind === "sent");
    expect(await bob.timeline(aliceUser)).toEqual([]);
    await bob.account.setConnected(true);
    const read = await bob.screen.message("message", ({ body }) => body === "Read this later.");
    const stanza = bob.dialer.wire.received
      .split("<message ")
      .find((each) => each.includes("Read this later."));
    const [, stamp = ""] = /<delay [^>]*stamp=['"]([^'"]+)/.exec(stanza ?? "") ?? [];
    expect(read.sentAt).toBe(Date.parse(stamp));
    await alice.screen.message("receipt", ({ delivery }) => delivery?.kind === "delivered");
    expect(await bob.timeline(aliceUser)).toHaveLength(1);
  });

  test("keeps the order of what waited", async () => {
    const { alice, bob, aliceUser, bobUser } = await lab.friends();
    await bob.account.setConnected(false);
    await alice.screen.contact(bobUser.address, ({ presence }) => presence === null);
    const bodies = Array.from({ length: 40 }, (_, index) => `message ${index}`);
    for (const body of bodies) await alice.send(bobUser, body);
    await alice.screen.until("acknowledgements", () =>
      [...alice.screen.messages.values()].every(({ delivery }) => delivery?.kind === "sent"),
    );
    await bob.account.setConnected(true);
    await bob.screen.until("all", () => bob.screen.messages.size === bodies.length);
    expect((await bob.timeline(aliceUser)).map(({ body }) => body)).toEqual(bodies);
  });

  test.each([
    ["letters", "x".repeat(65_536)],
    ["umlauts", "ü".repeat(65_536)],
    ["pairs of surrogates", "🐦".repeat(32_768)],
  ])("carries 64 KiB of %s", async (_what, body) => {
    const { alice, bob, aliceUser, bobUser } = await lab.friends();
    await alice.send(bobUser, body);
    await alice.screen.message("receipt", ({ delivery }) => delivery?.kind === "delivered");
    const [message] = await bob.timeline(aliceUser);
    expect(message?.body === body).toBe(true);
    expect(message?.isCut).toBe(false);
  });

  test("carries all alphabets unchanged", async () => {
    const { alice, bob, aliceUser, bobUser } = await lab.friends();
    for (const body of alphabets) await alice.send(bobUser, body);
    await bob.screen.until("all", () => bob.screen.messages.size === alphabets.length);
    expect((await bob.timeline(aliceUser)).map(({ body }) => body)).toEqual(alphabets);
  });

  test("keeps the order of 200 messages at once, in both directions", async () => {
    const { alice, bob, aliceUser, bobUser } = await lab.friends();
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    await Promise.all([
      ...numbers.map((number) => alice.send(bobUser, `to bob ${number}`)),
      ...numbers.map((number) => bob.send(aliceUser, `to alice ${number}`)),
    ]);
    const isDelivered = ({ delivery }: MessageView): boolean => delivery?.kind === "delivered";
    for (const { screen } of [alice, bob]) {
      await screen.until(
        "all receipts",
        () => [...screen.messages.values()].filter(isDelivered).length === numbers.length,
      );
    }
    const received = (await bob.timeline(aliceUser)).filter(({ delivery }) => delivery === null);
    expect(received.map(({ body }) => body)).toEqual(numbers.map((each) => `to bob ${each}`));
    const answers = (await alice.timeline(bobUser)).filter(({ delivery }) => delivery === null);
    expect(answers.map(({ body }) => body)).toEqual(numbers.map((each) => `to alice ${each}`));
  });
});
