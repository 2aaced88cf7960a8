/** Defects 1, 2, 14 and 17 of the stock client: who gets to see the password, and who is believed. */

import { describe, expect, test } from "vitest";
import { success } from "../../../../app/base/result.ts";
import { authenticate } from "../../../../app/xmpp/stream/authenticate.ts";
import {
  bindingTypes,
  bindResource,
  expectSasl,
  farewell,
  features,
  header,
  mechanisms,
  ns,
  openStream,
  sasl,
  signIn,
  upgrade,
} from "../../../lab/scripted-login.ts";
import { ScramServer } from "../../../lab/scram-server.ts";
import { ScriptedServer, type Peer } from "../../../lab/scripted-server.ts";
import { connectStream, identity, makeSession, play, playOnline, problemAfter } from "../stage.ts";

/** A server that offers the given mechanisms and waits for what the client makes of it. */
function offering(offer: string): (peer: Peer) => Promise<void> {
  return async (peer) => {
    await upgrade(peer);
    await openStream(peer, features(offer));
    await farewell(peer);
  };
}

describe("1: the password is shown to nobody who need not see it", () => {
  test.each([
    ["SCRAM-SHA-256 besides PLAIN", ["PLAIN", "SCRAM-SHA-256"], "SCRAM-SHA-256", "sha256"],
    ["SCRAM-SHA-1 besides PLAIN", ["PLAIN", "SCRAM-SHA-1"], "SCRAM-SHA-1", "sha1"],
    ["everything", ["SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"], "SCRAM-SHA-512", "sha512"],
  ] as const)("a server offers %s", async (_, offered, chosen, digest) => {
    await using stage = await playOnline(async (peer) => {
      await upgrade(peer);
      await signIn(peer, { offer: mechanisms(...offered), digest });
      await bindResource(peer);
    });
    expect(stage.peer.received).toContain(`mechanism="${chosen}"`);
    expect(stage.peer.received).not.toContain(Buffer.from("R0m30").toString("base64"));
  });

  test("a server offers PLAIN only: it gets nothing, and the person is told why", async () => {
    await using stage = await play(offering(mechanisms("PLAIN")));
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({
      kind: "no-mechanism",
      isPlainOffered: true,
    });
    const peer = await stage.server.firstPeer();
    await peer.gone;
    expect(peer.received).not.toContain("<auth");
  });

  test("a person allows PLAIN for this account: then it is used, inside TLS", async () => {
    await using stage = await playOnline(
      async (peer) => {
        await upgrade(peer);
        await openStream(peer, features(mechanisms("PLAIN")));
        expect(await expectSasl(peer, "auth")).toBe("\0juliet\0R0m30");
        await peer.send(`<success xmlns='${ns.sasl}'/>`);
        await bindResource(peer);
      },
      { isPlainAllowed: true },
    );
    expect(stage.session.state).toBe("online");
  });

  test.each([
    ["TLSv1.3", ["tls-exporter", "tls-server-end-point"], "p=tls-exporter,,"],
    ["TLSv1.3", ["tls-server-end-point"], "p=tls-server-end-point,,"],
    ["TLSv1.2", ["tls-exporter", "tls-server-end-point"], "p=tls-server-end-point,,"],
  ] as const)("over %s it is bound to the connection: %s", async (tlsVersionMax, types, flag) => {
    const { promise: scram, resolve } = Promise.withResolvers<ScramServer>();
    const offer = mechanisms("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS") + bindingTypes(...types);
    await using server = await ScriptedServer.start({ identity, tlsVersionMax }, async (peer) => {
      await upgrade(peer);
      resolve(await signIn(peer, { offer }));
      await bindResource(peer);
    });
    const { session } = makeSession({ port: server.port });
    expect(await session.start()).toMatchObject({ ok: true });
    expect((await scram).gs2Header).toBe(flag);
  });

  test("the password is wrong: the person is told exactly that", async () => {
    await using stage = await play(async (peer) => {
      await upgrade(peer);
      await openStream(peer, features(mechanisms("SCRAM-SHA-256")));
      const scram = new ScramServer({ digest: "sha256", password: "another" });
      await peer.send(sasl("challenge", scram.first(await expectSasl(peer, "auth"))));
      expect(scram.final(await expectSasl(peer, "response")).isProven).toBe(false);
      await peer.send(`<failure xmlns='${ns.sasl}'><not-authorized/></failure>`);
    });
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({ kind: "wrong-password" });
  });
});

interface Lie {
  /** What becomes of `r=…,s=…,i=…`. */
  readonly first?: (honest: string, clientNonce: string) => string;
  /** What ends the exchange. */
  readonly last?: (honest: string) => string;
}

const forged = `v=${Buffer.alloc(32, 7).toString("base64")}`;

const lies: Record<string, Lie> = {
  "its signature is forged": { last: () => sasl("success", forged) },
  "its signature is one of no bytes": { last: () => sasl("success", "v=") },
  "its signature is missing": { last: () => sasl("success", "x=1") },
  "it says nothing with its success": { last: () => `<success xmlns='${ns.sasl}'/>` },
  "it has an error instead of a signature": { last: () => sasl("success", "e=other-error") },
  "its forged signature comes as a challenge": { last: () => sasl("challenge", forged) },
  "its nonce is not ours with more": { first: (honest) => honest.replace(/r=[^,]+/, "r=foreign") },
  "its nonce adds nothing to ours": {
    first: (honest, nonce) => honest.replace(/r=[^,]+/, `r=${nonce}`),
  },
  "it asks for one iteration": { first: (honest) => honest.replace(/i=\d+/, "i=1") },
  "it asks for fewer iterations than the RFC": {
    first: (honest) => honest.replace(/i=\d+/, "i=4095"),
  },
  "it asks for minutes of work": { first: (honest) => honest.replace(/i=\d+/, "i=999999999") },
  "it sends no salt": { first: (honest) => honest.replace(/s=[^,]+,/, "") },
  "it sends an extension that must be understood": { first: (honest) => `m=x,${honest}` },
  "it sends nothing": { first: () => "" },
};

describe("2: a server that does not know the password is not believed", () => {
  test.each(Object.entries(lies))("%s", async (_, lie) => {
    await using stage = await play(async (peer) => {
      await upgrade(peer);
      await openStream(peer, features(mechanisms("SCRAM-SHA-256")));
      const clientFirst = await expectSasl(peer, "auth");
      const scram = new ScramServer({ digest: "sha256", password: "R0m30" });
      const honest = scram.first(clientFirst);
      const nonce = /r=(.+)$/.exec(clientFirst)?.[1] ?? "";
      await peer.send(sasl("challenge", lie.first?.(honest, nonce) ?? honest));
      if (lie.last) {
        const { final } = scram.final(await expectSasl(peer, "response"));
        await peer.send(lie.last(final));
      }
      await farewell(peer);
    });
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({ kind: "server-unproven" });
    const peer = await stage.server.firstPeer();
    await peer.gone;
    expect(peer.received).not.toContain("<bind");
  });

  test("it says success before it was asked to prove anything", async () => {
    await using stage = await play(async (peer) => {
      await upgrade(peer);
      await openStream(peer, features(mechanisms("SCRAM-SHA-256")));
      await expectSasl(peer, "auth");
      await peer.send(`<success xmlns='${ns.sasl}'/>`);
    });
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({ kind: "server-unproven" });
  });

  test("it asks on and on", async () => {
    await using stage = await play(async (peer) => {
      await upgrade(peer);
      await openStream(peer, features(mechanisms("SCRAM-SHA-256")));
      const scram = new ScramServer({ digest: "sha256", password: "R0m30" });
      await peer.send(sasl("challenge", scram.first(await expectSasl(peer, "auth"))));
      const { final } = scram.final(await expectSasl(peer, "response"));
      // Eight challenges are allowed; the first was answered above.
      for (let challenge = 2; challenge <= 9; challenge++) {
        await peer.send(sasl("challenge", final));
        await expectSasl(peer, "response");
      }
      await farewell(peer);
    });
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({ kind: "protocol" });
  });

  test("it challenges PLAIN, which has no answer", async () => {
    await using stage = await play(
      async (peer) => {
        await upgrade(peer);
        await openStream(peer, features(mechanisms("PLAIN")));
        await expectSasl(peer, "auth");
        await peer.send(sasl("challenge", "more"));
        await peer.expect(/<abort/);
      },
      { isPlainAllowed: true },
    );
    await stage.session.start();
    expect(await problemAfter(stage.session)).toEqual({ kind: "server-unproven" });
  });

  test("a true signature in a last challenge is as good as one with success", async () => {
    await using stage = await playOnline(async (peer) => {
      await upgrade(peer);
      await openStream(peer, features(mechanisms("SCRAM-SHA-256")));
      const scram = new ScramServer({ digest: "sha256", password: "R0m30" });
      await peer.send(sasl("challenge", scram.first(await expectSasl(peer, "auth"))));
      const { final } = scram.final(await expectSasl(peer, "response"));
      await peer.send(sasl("challenge", final));
      expect(await expectSasl(peer, "response")).toBe("");
      await peer.send(`<success xmlns='${ns.sasl}'/>`);
      await bindResource(peer);
    });
    expect(stage.session.state).toBe("online");
  });
});

describe("14: names and passwords may be written in any script", () => {
  // The fourth column is what SASLprep (RFC 4013) makes of the password.
  test.each([
    ["Cyrillic", "юлия", "пароль€", "пароль€"],
    ["Chinese and emoji", "朱丽叶", "密码🔑", "密码🔑"],
    ["marks that mean something to SCRAM", "a=b,c", "p:a=s,s", "p:a=s,s"],
    ["a soft hyphen", "juliet", "I\u00adX", "IX"],
    ["compatibility characters", "juliet", "\u2168\u00aa", "IXa"],
    ["a space that is not ASCII's", "juliet", "Romeo\u00a0mine", "Romeo mine"],
  ])("%s", async (_, username, password, prepared) => {
    const { promise: scram, resolve } = Promise.withResolvers<ScramServer>();
    await using stage = await playOnline(
      async (peer) => {
        await upgrade(peer);
        resolve(await signIn(peer, { password: prepared }));
        await bindResource(peer);
      },
      { credentials: { username, password } },
    );
    expect(stage.session.state).toBe("online");
    expect((await scram).username).toBe(username);
  });
});

describe("17: an empty initial response does not crash the server", () => {
  const quiet = {
    respond: () => Promise.resolve(success(Buffer.alloc(0))),
    finish: () => success(null),
  };

  test.each([
    ["of no bytes is written as one equals sign", Buffer.alloc(0), "="],
    ["that does not exist is an empty element", null, ""],
  ])("one %s", async (_, initial, written) => {
    const { promise: auth, resolve } = Promise.withResolvers<string>();
    await using server = await ScriptedServer.start({}, async (peer) => {
      const [, text = ""] = await peer.expect(/<auth [^>]*?(?:\/>|>([^<]*)<\/auth>)/);
      resolve(text);
      await peer.send(header, `<success xmlns='${ns.sasl}'/>`);
    });
    const { stream } = await connectStream(server.port);
    const mechanism = { name: "EXTERNAL", start: () => initial, ...quiet };
    expect(await authenticate(stream, mechanism)).toEqual({ ok: true, value: null });
    expect(await auth).toBe(written);
  });
});
