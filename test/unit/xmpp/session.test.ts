/** A session's life: its states, its manners, and what it never says. */

import { xml } from "@xmpp/xml";
import { describe, expect, test } from "vitest";
import { failure, success, type Result } from "../../../app/base/result.ts";
import type { SessionState } from "../../../app/xmpp/stream/session.ts";
import type { Transport, TransportFailure } from "../../../app/xmpp/stream/transport.ts";
import {
  address,
  bind,
  domain,
  exchangePing,
  features,
  header,
  login,
  message,
  openStream,
  starttls,
} from "../../lab/scripted-login.ts";
import { clientHello } from "../../lab/scripted-server.ts";
import { makeSession, play, playOnline, problemAfter } from "./stage.ts";

describe("states", () => {
  test("come in order, each once", async () => {
    const states: SessionState[] = [];
    await using stage = await playOnline(login, { onState: (state) => states.push(state) });
    expect(stage.session.own).toBe(`${address}/balcony`);
    stage.peer.destroy();
    await stage.session.over;
    expect(states).toEqual([
      "connecting",
      "securing",
      "authenticating",
      "binding",
      "online",
      "closed",
    ]);
  });

  test("a session starts once, and has no address before it is bound", () => {
    const { session } = makeSession({ port: 0 });
    expect(() => session.own).toThrow("no address");
    session.close();
    expect(() => session.start()).toThrow("starts once");
  });

  test("closed while dialling: the connection that comes late is closed", async () => {
    const { promise, resolve } = Promise.withResolvers<Result<Transport, TransportFailure>>();
    const { session } = makeSession({ port: 0, dial: () => promise });
    const started = session.start();
    session.close();
    expect(await started).toMatchObject({ ok: false });
    expect(await problemAfter(session)).toBeNull();
    const { promise: destroyed, resolve: noteDestroyed } = Promise.withResolvers<boolean>();
    const late = { destroy: () => noteDestroyed(true) } as Transport;
    resolve(success(late));
    expect(await destroyed).toBe(true);
  });

  test("a failure that comes after closing changes nothing", async () => {
    const dialled = Promise.withResolvers<Result<Transport, TransportFailure>>();
    const { session } = makeSession({ port: 0, dial: () => dialled.promise });
    void session.start();
    session.close();
    dialled.resolve(failure({ kind: "host-unknown", host: "x" }));
    expect(await problemAfter(session)).toBeNull();
  });

  test("closed during the TLS handshake: nothing follows in the clear", async () => {
    const { promise: handshake, resolve } = Promise.withResolvers<void>();
    await using stage = await play(async (peer) => {
      await openStream(peer, features(starttls));
      await peer.expect(/<starttls[^>]*>/);
      await peer.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
      await peer.expect(clientHello);
      resolve();
      await peer.gone;
    });
    void stage.session.start();
    await handshake;
    stage.session.close();
    await stage.clock.advance(5_000);
    await stage.clock.advance(5_000);
    expect(await problemAfter(stage.session)).toBeNull();
    const peer = await stage.server.firstPeer();
    await peer.gone;
    expect(peer.received).not.toContain("</stream:stream>");
  });

  test("what comes before the session is bound reaches nobody", async () => {
    const received: string[] = [];
    await using stage = await play(async (peer) => {
      await peer.expect(/<stream:stream [^>]*>/);
      await peer.send(
        header,
        message("early"),
        "<presence from='a@b.example'/>",
        features(starttls),
      );
      await peer.expect(/<starttls[^>]*>/);
      await peer.startTls("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
      await peer.expect(/<stream:stream [^>]*>/);
      await peer.send(header, message("early"));
      peer.end();
    });
    stage.session.onMessage(() => void received.push("message"));
    stage.session.onPresence(() => void received.push("presence"));
    await stage.session.start();
    expect(received).toEqual([]);
  });
});

describe("manners", () => {
  test("nothing is said after goodbye", async () => {
    await using stage = await playOnline(login);
    stage.session.close();
    stage.session.send(xml("presence"));
    const delivered = stage.session.deliver(lateMessage());
    await stage.peer.expect(/<\/stream:stream>/);
    await stage.peer.send("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
    await stage.peer.send("</stream:stream>");
    await stage.session.over;
    expect(await delivered).toBe(false);
    await stage.peer.gone;
    const [, ...afterGoodbye] = stage.peer.received.split("</stream:stream>");
    expect(afterGoodbye).toEqual([""]);
  });

  test("what XML cannot carry is replaced: the server would end the stream for it", async () => {
    await using stage = await playOnline(login);
    const text = "a\u0000b\u0008c\u001bd\ufffee\ud83dg\t\n";
    stage.session.send(xml("message", { id: "x\u0001y" }, xml("body", {}, text)));
    const [sent] = await stage.peer.expect(/<message.*<\/message>/s);
    expect(sent).toBe(
      '<message id="x\ufffdy"><body>a\ufffdb\ufffdc\ufffdd\ufffde\ufffdg\t\n</body></message>',
    );
  });

  test.each([
    ["that nobody handles", "<query xmlns='urn:unknown'/>", "service-unavailable"],
    ["of nothing", "", "bad-request"],
    ["of two things", "<a xmlns='urn:a'/><b xmlns='urn:b'/>", "bad-request"],
    [
      "of the right name in the wrong namespace",
      "<ping xmlns='urn:other'/>",
      "service-unavailable",
    ],
  ])("a request %s is refused", async (_, payload, condition) => {
    await using stage = await playOnline(login);
    await stage.peer.send(`<iq type='get' id='r1' from='a@b.example/c'>${payload}</iq>`);
    const [answer] = await stage.peer.expect(/<iq [^>]*id="r1".*?<\/iq>/);
    expect(answer).toContain('to="a@b.example/c"');
    expect(answer).toContain('type="error"');
    expect(answer).toContain(`<${condition} `);
  });

  test("a refusal does not repeat what a stranger wrote", async () => {
    await using stage = await playOnline(login);
    const bulk = "x".repeat(100_000);
    await stage.peer.send(
      `<iq type='get' id='r1' from='a@b.example' xmlns:p='urn:p'><p:query>${bulk}</p:query></iq>`,
    );
    const [answer] = await stage.peer.expect(/<iq [^>]*id="r1".*?<\/iq>/);
    // "p" means nothing where we would write it: the server would end the stream.
    expect(answer).not.toContain("p:query");
    expect(answer.length).toBeLessThan(500);
  });

  test("an answer goes back to whoever asked, and to the server without a name", async () => {
    await using stage = await playOnline(login);
    await stage.peer.send("<iq type='get' id='r1'><ping xmlns='urn:xmpp:ping'/></iq>");
    const [answer] = await stage.peer.expect(/<iq [^>]*id="r1"[^>]*\/>/);
    expect(answer).not.toContain("to=");
  });
});

describe("secrets", () => {
  test("neither passwords nor texts nor friends are in the log", async () => {
    await using stage = await playOnline(login);
    stage.session.onMessage(() => undefined);
    await stage.peer.send(
      message("a secret"),
      "<message from='friend@secret.example' id='a'><body>more &secret;</body></message>",
    );
    await stage.session.over;
    expect(stage.recorded.entries.length).toBeGreaterThan(0);
    expect(stage.recorded.text()).not.toMatch(/R0m30|a secret|friend|romeo/);
  });

  test("our address is named only where nobody can read along", async () => {
    await using stage = await play(async (peer) => {
      const [open] = await openStream(peer, features(starttls));
      expect(open).not.toContain("from=");
      expect(open).toContain(`to="${domain}"`);
      await peer.expect(/<starttls[^>]*>/);
      await peer.startTls("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
      const [secureOpen] = await openStream(peer, features(bind));
      expect(secureOpen).toContain(`from="${address}"`);
    });
    await stage.session.start();
    expect((await stage.session.over).kind).toBe("no-mechanism");
  });
});

describe("mistakes of our own", () => {
  test("a listener that throws ends the session, not the program", async () => {
    await using stage = await playOnline(login);
    stage.session.onMessage(() => {
      throw new RangeError("a mistake");
    });
    await stage.peer.send(message("hello"));
    expect(await problemAfter(stage.session)).toEqual({ kind: "internal" });
  });

  test("a handler that throws ends the session, not the program", async () => {
    await using stage = await playOnline(login);
    stage.session.handleIq("get", "urn:q", "query", () => {
      throw new RangeError("a mistake");
    });
    await stage.peer.send("<iq type='get' id='1' from='a@b.example'><query xmlns='urn:q'/></iq>");
    expect(await problemAfter(stage.session)).toEqual({ kind: "internal" });
  });

  test("two handlers for one request are noticed", () => {
    const { session } = makeSession({ port: 0 });
    session.handleIq("get", "urn:q", "query", () => null);
    expect(() => session.handleIq("get", "urn:q", "query", () => null)).toThrow("two handlers");
    session.handleIq("set", "urn:q", "query", () => null);
  });

  test("a listener taken away hears nothing more", async () => {
    await using stage = await playOnline(login);
    const received: string[] = [];
    const undo = stage.session.onMessage(() => void received.push("first"));
    stage.session.onMessage(() => void received.push("second"));
    undo();
    undo();
    await stage.peer.send(message("hello"));
    await exchangePing(stage.peer);
    expect(received).toEqual(["second"]);
  });
});

function lateMessage(): ReturnType<typeof xml> {
  return xml("message", { to: "romeo@montague.example" }, xml("body", {}, "too late"));
}
