/** Defects 10 and 13 of the stock client: who may answer, and what happens only once. */

import { xml } from "@xmpp/xml";
import { describe, expect, test } from "vitest";
import { parseJid } from "../../../../app/xmpp/jid.ts";
import {
  address,
  bind,
  bound,
  domain,
  exchangePing,
  expectBind,
  features,
  login,
  loginWithManagement,
  mechanisms,
  message,
  openStream,
  signIn,
  sm,
  starttls,
  upgrade,
} from "../../../lab/scripted-login.ts";
import { play, playOnline, problemAfter } from "../stage.ts";

const question = { type: "get", to: null, payload: xml("query", { xmlns: "urn:q" }) } as const;
const idPattern = /<iq [^>]*id="([^"]+)"[^>]*><query xmlns="urn:q"\/>/;

function answer(id: string, from: string | null): string {
  const by = from === null ? "" : ` from='${from}'`;
  return `<iq type='result' id='${id}'${by}><query xmlns='urn:q' by='${from ?? "nobody"}'/></iq>`;
}

describe("10: nobody answers in another's place", () => {
  test("an answer from a stranger is dropped, and the true one still counts", async () => {
    await using stage = await playOnline(login);
    const asked = stage.session.iq.request(question);
    const [, id = ""] = await stage.peer.expect(idPattern);
    await stage.peer.send(
      answer(id, "mallory@evil.example/x"),
      answer(id, `mallory@${domain}`),
      answer(id, `juliet@${domain}.evil.example`),
      answer(id, address),
    );
    const answered = await asked;
    expect(answered.ok && answered.value.getChild("query")?.attrs["by"]).toBe(address);
    expect(stage.session.dropped).toBe(3);
  });

  test("an error from a stranger does not end a question either", async () => {
    await using stage = await playOnline(login);
    const romeo = parseJid("romeo@montague.example/orchard");
    const asked = stage.session.iq.request({ ...question, to: romeo });
    const [, id = ""] = await stage.peer.expect(idPattern);
    await stage.peer.send(
      `<iq type='error' id='${id}' from='mallory@evil.example'/>`,
      answer(id, "romeo@montague.example/orchard"),
    );
    expect(await asked).toMatchObject({ ok: true });
  });

  test("an id used once answers nothing a second time", async () => {
    await using stage = await playOnline(login);
    const asked = stage.session.iq.request(question);
    const [, id = ""] = await stage.peer.expect(idPattern);
    await stage.peer.send(answer(id, address), answer(id, address));
    await asked;
    await exchangePing(stage.peer);
    expect(stage.session.dropped).toBe(1);
  });

  test("ids cannot be guessed: 128 random bits each, none like another", async () => {
    await using stage = await playOnline(login);
    const ids = new Set<string>();
    for (let count = 0; count < 50; count++) {
      void stage.session.iq.request(question);
      const [, id = ""] = await stage.peer.expect(idPattern);
      ids.add(id);
    }
    expect(ids.size).toBe(50);
    for (const id of ids) expect(Buffer.from(id, "base64url")).toHaveLength(16);
    // No byte stays the same, as a counter's or a clock's would.
    const columns = Array.from(
      { length: 16 },
      (_, column) => new Set([...ids].map((id) => Buffer.from(id, "base64url")[column])).size,
    );
    expect(Math.min(...columns)).toBeGreaterThan(20);
  });

  test("a lost connection answers every open question at once", async () => {
    await using stage = await playOnline(login);
    const asked = [stage.session.iq.request(question), stage.session.iq.request(question)];
    await stage.peer.expect(idPattern);
    stage.peer.destroy();
    // The clock of the session stands still: no time limit has helped.
    const offline = { ok: false, error: { kind: "offline" } };
    expect(await Promise.all(asked)).toEqual([offline, offline]);
    expect(await stage.session.iq.request(question)).toEqual(offline);
  });
});

describe("13: a server that repeats itself does not undo the session", () => {
  test("features on the bound stream change nothing", async () => {
    await using stage = await playOnline(loginWithManagement);
    const own = stage.session.own;
    await stage.peer.send(
      features(bind, sm),
      features(mechanisms("SCRAM-SHA-256"), starttls, bind, sm),
      features(),
    );
    expect(await exchangePing(stage.peer)).toBe("");
    expect(stage.session.state).toBe("online");
    expect(stage.session.own).toBe(own);
  });

  test("features said twice while binding bind once", async () => {
    await using stage = await playOnline(async (peer) => {
      await upgrade(peer);
      await signIn(peer);
      await openStream(peer, features(bind) + features(bind) + features(mechanisms("PLAIN")));
      const { id, resource } = await expectBind(peer);
      await peer.send(features(bind), bound(id, `${address}/${resource}`));
    });
    expect(await exchangePing(stage.peer)).toBe("");
    expect(stage.peer.received.match(/<bind /g)).toHaveLength(1);
  });

  test("a server that offers no session after signing in is left", async () => {
    await using stage = await play(async (peer) => {
      await upgrade(peer);
      await signIn(peer);
      await openStream(peer, features(mechanisms("SCRAM-SHA-256"), starttls));
      await peer.expect(/<\/stream:stream>/);
    });
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({ kind: "protocol" });
  });

  test("the answer to binding and the first messages may come as one", async () => {
    await using stage = await play(async (peer) => {
      await upgrade(peer);
      await signIn(peer);
      await openStream(peer, features(bind));
      const { id, resource } = await expectBind(peer);
      await peer.send(bound(id, `${address}/${resource}`), message("first"), message("second"));
      await exchangePing(peer);
      peer.end();
    });
    const received: (string | null)[] = [];
    await stage.session.start();
    stage.session.onMessage((each) => void received.push(each.body));
    await stage.session.over;
    expect(received).toEqual(["first", "second"]);
  });
});
