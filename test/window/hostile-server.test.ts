/** A server that turns hostile after the sign-in: the window says so, stays usable and loses nothing. */

import { afterEach, beforeEach, expect, test } from "vitest";
import type { LinnetWindow } from "../lab/linnet-window.ts";
import { ScriptedServer, type Peer } from "../lab/scripted-server.ts";
import { address, domain, login, message } from "../lab/scripted-login.ts";
import { Stage, takePicture } from "./stage.ts";

let stage: Stage;
let window: LinnetWindow;

beforeEach(async () => {
  stage = new Stage();
  window = await stage.openNew("juliet");
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

test("a stanza of 100 MB ends the connection, not the program", async () => {
  await using server = await serve(async (peer) => {
    await peer.send(message("before"));
    await window.row(/before/).waitFor();
    await peer.send(`<message from='romeo@${domain}' type='chat'><body>`);
    const megabyte = "x".repeat(1024 * 1024);
    for (let sent = 0; sent < 100; sent++) await peer.send(megabyte);
  });
  await signInTo(server);
  await window.page.getByText("The server sent something far too large").waitFor();
  await takePicture(window, "hostile-server");
  await window.openChat("romeo");
  await window.sees("before");
  expect(window.complaints).toEqual([]);
});

test("10,000 nested elements end the connection, not the program", async () => {
  await using server = await serve(async (peer) => {
    await peer.send(message("before"));
    await window.row(/before/).waitFor();
    await peer.send(`<message from='romeo@${domain}'>${"<a>".repeat(10_000)}`);
  });
  await signInTo(server);
  await window.page.getByText("The server sent something too deeply nested").waitFor();
  await window.openChat("romeo");
  await window.sees("before");
  expect(window.complaints).toEqual([]);
});

test("a conflict is said once and the program does not fight the other device", async () => {
  let connections = 0;
  await using server = await serve(async (peer) => {
    connections++;
    await peer.send(
      "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
    );
  });
  await signInTo(server);
  await window.page.getByText("Another device took this one's place.").waitFor();
  await window.page.waitForTimeout(3_000);
  expect(connections).toBe(1);
});

test("markup in a message is text, and only web addresses become links", async () => {
  const body =
    "&lt;img src=x onerror=alert(1)&gt; javascript:alert(1) https://example.org/&lt;b&gt;";
  await using server = await serve(async (peer) => {
    await peer.send(message(body));
  });
  await signInTo(server);
  await window.openChat("romeo");
  await window.sees("<img src=x onerror=alert(1)> javascript:alert(1)");
  const links = await window.page
    .locator("article a")
    .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  expect(links).toEqual(["https://example.org/"]);
  expect(await window.page.locator("article img[src]").count()).toBe(0);
  expect(window.complaints).toEqual([]);
});

/** A server that lets the window sign in, waits for its presence, and then does its worst. */
function serve(worst: (peer: Peer) => Promise<void>): Promise<ScriptedServer> {
  const identity = stage.authority.issue({ names: [domain] });
  return ScriptedServer.start({ identity, isDirectTls: true }, async (peer) => {
    await login(peer, { isDirectTls: true, password: "R0m30" });
    await peer.expect(/<presence/);
    await worst(peer);
    await peer.gone;
  });
}

async function signInTo(server: ScriptedServer): Promise<void> {
  await window.signIn({
    address,
    password: "R0m30",
    server: { host: "127.0.0.1", port: server.port, tls: "direct" },
  });
}
