/** Signing in with a certificate (XEP-0178): when EXTERNAL is chosen, what it says, and what comes after a
 *  server that does not take it. */

import { describe, expect, test } from "vitest";
import { problemOf } from "../../../app/account/problem.ts";
import { systemRandom } from "../../../app/base/random.ts";
import { chooseMechanism } from "../../../app/xmpp/sasl/choose.ts";
import type { SentCertificate } from "../../../app/xmpp/stream/transport.ts";
import { recordedLog } from "../../lab/recorded-log.ts";
import {
  address,
  bindResource,
  domain,
  expectSasl,
  features,
  mechanisms,
  openStream,
  sasl,
  signIn,
  upgrade,
} from "../../lab/scripted-login.ts";
import { ScriptedServer, type Script } from "../../lab/scripted-server.ts";
import { ScramServer } from "../../lab/scram-server.ts";
import { identity, makeDialer, makeSession, testAccount, type SessionUnderTest } from "./stage.ts";

const offer = mechanisms("EXTERNAL", "SCRAM-SHA-256", "PLAIN");
const refused = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>";

interface Wishes {
  readonly sent?: SentCertificate | null;
  readonly hasPassword?: boolean;
}

interface Attempt extends SessionUnderTest, AsyncDisposable {}

/** A session over a connection on which this certificate was sent; that it really is, is tested over TLS. */
async function play(script: Script, { sent = null, hasPassword = true }: Wishes): Promise<Attempt> {
  const server = await ScriptedServer.start({ identity }, script);
  const place = { host: "127.0.0.1", port: server.port, tls: "starttls" } as const;
  const under = makeSession({
    port: server.port,
    dial: async () => {
      const dialled = await makeDialer(under.clock, recordedLog().log).dial(domain, place);
      if (dialled.ok) Object.defineProperty(dialled.value, "sentCertificate", { value: sent });
      return dialled;
    },
    ...(hasPassword ? {} : { credentials: null }),
  });
  return { ...under, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Opens the stream inside TLS up to the first `<auth/>`. @returns its mechanism and what it carries */
async function firstAuth(peer: Parameters<Script>[0], offered = offer): Promise<string[]> {
  await upgrade(peer);
  await openStream(peer, features(offered));
  const [, mechanism = "", text = ""] = await peer.expect(
    /<auth [^>]*mechanism="([^"]*)"[^>]*>([^<]*)<\/auth>/,
  );
  return [mechanism, text];
}

describe("the choice", () => {
  const choose = (sent: SentCertificate | null, names: readonly string[], hasPassword = true) =>
    chooseMechanism({
      offer: { mechanisms: names, bindingTypes: null },
      credentials: hasPassword ? { username: "juliet", password: "p" } : null,
      certificate: sent && { account: testAccount(), sent },
      isPlainAllowed: true,
      random: systemRandom,
      bindingData: () => null,
    });

  test("is EXTERNAL before everything else, where a certificate was sent", () => {
    const all = ["SCRAM-SHA-512", "SCRAM-SHA-256-PLUS", "PLAIN", "EXTERNAL"];
    expect(choose({ addresses: [address] }, all)?.name).toBe("EXTERNAL");
  });

  test.each([true, false])("is never EXTERNAL where none was sent; password: %s", (hasPassword) => {
    expect(choose(null, ["EXTERNAL"], hasPassword)).toBeNull();
    expect(choose(null, ["EXTERNAL", "SCRAM-SHA-256"], hasPassword)?.name).toBe(
      hasPassword ? "SCRAM-SHA-256" : undefined,
    );
  });

  test("is nothing else without a password", () => {
    expect(choose({ addresses: [address] }, ["SCRAM-SHA-256", "PLAIN"], false)).toBeNull();
  });

  test.each<[string, readonly string[], string]>([
    ["only ours", [address], ""],
    ["ours in another spelling", ["Juliet@CAPULET.example"], ""],
    ["ours among others", [address, "nurse@capulet.example"], address],
    ["only somebody else's", ["nurse@capulet.example"], address],
    ["none", [], address],
    ["what is no address", ["@"], address],
  ])("says whom it means unless the certificate does: %s", (_what, addresses, said) => {
    const start = choose({ addresses }, ["EXTERNAL"])?.start();
    expect(Buffer.from(start ?? "x").toString()).toBe(said);
  });
});

describe("a session", () => {
  test("signs in without a password, saying '=' for nothing (RFC 6120 §6.4.2)", async () => {
    const said: string[][] = [];
    await using stage = await play(
      async (peer) => {
        said.push(await firstAuth(peer));
        await peer.send(sasl("success", ""));
        await bindResource(peer);
      },
      { sent: { addresses: [address] }, hasPassword: false },
    );
    expect(await stage.session.start()).toMatchObject({ ok: true });
    expect(said).toEqual([["EXTERNAL", "="]]);
  });

  test("falls back to the password on the same stream", async () => {
    const said: string[][] = [];
    await using stage = await play(
      async (peer) => {
        said.push(await firstAuth(peer));
        await peer.send(refused);
        const [, mechanism = "", text = ""] = await peer.expect(
          /<auth [^>]*mechanism="([^"]*)"[^>]*>([^<]*)<\/auth>/,
        );
        said.push([mechanism]);
        const scram = new ScramServer({ digest: "sha256", password: "R0m30" });
        const clientFirst = Buffer.from(text, "base64").toString();
        await peer.send(sasl("challenge", scram.first(clientFirst)));
        const verdict = scram.final(await expectSasl(peer, "response"));
        await peer.send(sasl("success", verdict.isProven ? verdict.final : ""));
        await bindResource(peer);
      },
      { sent: { addresses: [address] } },
    );
    expect(await stage.session.start()).toMatchObject({ ok: true });
    expect(said).toEqual([["EXTERNAL", "="], ["SCRAM-SHA-256"]]);
  });

  test("uses the password at once where the server did not ask for the certificate", async () => {
    await using stage = await play(
      async (peer) => {
        await upgrade(peer);
        await signIn(peer, { offer });
        await bindResource(peer);
      },
      { sent: null },
    );
    expect(await stage.session.start()).toMatchObject({ ok: true });
  });

  test.each<[string, Wishes, string, string]>([
    ["none was asked for", { sent: null }, offer, "certificate-unused"],
    [
      "EXTERNAL is not offered",
      { sent: { addresses: [address] } },
      mechanisms("SCRAM-SHA-256"),
      "certificate-unused",
    ],
  ])("has nothing to sign in with: %s", async (_what, wishes, offered, problem) => {
    await using stage = await play(
      async (peer) => {
        await upgrade(peer);
        await openStream(peer, features(offered));
        await peer.gone;
        expect(peer.received).not.toContain("<auth");
      },
      { ...wishes, hasPassword: false },
    );
    const started = await stage.session.start();
    expect(started.ok ? null : problemOf(started.error)).toEqual({ kind: problem });
  });

  test("without a password says that the certificate was refused", async () => {
    await using stage = await play(
      async (peer) => {
        await firstAuth(peer);
        await peer.send(refused);
        await peer.gone;
      },
      { sent: { addresses: [address] }, hasPassword: false },
    );
    const started = await stage.session.start();
    expect(started).toEqual({
      ok: false,
      error: { kind: "certificate-refused", condition: "not-authorized", text: "" },
    });
  });

  test("says so, too, where the server ends the stream instead of taking another try", async () => {
    await using stage = await play(
      async (peer) => {
        await firstAuth(peer);
        await peer.send(refused, "</stream:stream>");
        await peer.gone;
      },
      { sent: { addresses: [address] } },
    );
    const started = await stage.session.start();
    expect(started.ok ? null : problemOf(started.error)).toEqual({ kind: "certificate-refused" });
  });

  test("says that the password is wrong, if that was refused after the certificate", async () => {
    await using stage = await play(
      async (peer) => {
        await firstAuth(peer);
        await peer.send(refused);
        await peer.expect(/<auth [^>]*SCRAM/);
        await peer.send(refused);
        await peer.gone;
      },
      { sent: { addresses: [address] } },
    );
    const started = await stage.session.start();
    expect(started.ok ? null : problemOf(started.error)).toEqual({ kind: "wrong-password" });
  });
});
