/** Servers that cannot be signed in to: each says its own sentence, and the form keeps what was typed. */

import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { KeyAndCertificate } from "../lab/certificates.ts";
import type { LinnetWindow } from "../lab/linnet-window.ts";
import { freePorts } from "../lab/ports.ts";
import { ScriptedServer, type Script } from "../lab/scripted-server.ts";
import { features, header, mechanisms, openStream } from "../lab/scripted-login.ts";
import { domain, Stage, takePicture } from "./stage.ts";

let stage: Stage;
let window: LinnetWindow;
let good: KeyAndCertificate;

beforeAll(async () => {
  stage = new Stage();
  await stage.startServer("juliet");
  good = stage.authority.issue({ names: [domain] });
  window = await stage.openNew("juliet");
});

beforeEach(async () => {
  await window.page.reload();
  await window.page.getByRole("button", { name: "Sign in" }).waitFor();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

test("a wrong password", async () => {
  await window.submitSignIn({ ...stage.form("juliet"), password: "not hers" });
  await says("The address or the password is wrong.");
  await takePicture(window, "wrong-password");
  expect(await window.page.getByLabel("Address").inputValue()).toBe(`juliet@${domain}`);
});

test("something that is not an address", async () => {
  await window.submitSignIn({ address: "juliet at verona", password: "x" });
  await says("An address looks like name@example.org.");
});

test("a host that does not exist", async () => {
  await window.submitSignIn({ address: "juliet@no-such-host.invalid", password: "x" });
  // Without any name server at all the lookup fails instead; which of the two depends on the network.
  await says(
    /There is no chat server at no-such-host|no-such-host\.invalid could not be looked up/,
  );
});

test("a port that nobody listens on", async () => {
  const [port = 0] = await freePorts(1);
  await submit(port, "direct");
  await says(`127.0.0.1 does not accept connections on port ${port}.`);
});

test("a certificate of another domain", async () => {
  await showCertificate(stage.authority.issue({ names: ["mantua.example"] }));
  await says(/could not be confirmed: its certificate belongs to another server/);
  await takePicture(window, "certificate-of-another-domain");
});

test("an expired certificate", async () => {
  const expired = { names: [domain], validFromDays: -30, validToDays: -1 };
  await showCertificate(stage.authority.issue(expired));
  await says(/could not be confirmed: its certificate has expired/);
});

test("a certificate that vouches for itself", async () => {
  await showCertificate(stage.authority.issue({ names: [domain], isSelfSigned: true }));
  await says(/could not be confirmed: it vouches for itself/);
});

test("a server without encryption", async () => {
  await meet(good, false, async (peer) => {
    await openStream(peer, features(mechanisms("SCRAM-SHA-256", "PLAIN")));
    await peer.gone;
  });
  await says("This server does not offer encryption. Linnet does not connect without it.");
});

test("a server that only takes the password itself, and one that knows nothing we know", async () => {
  await meet(good, true, async (peer) => {
    await openStream(peer, features(mechanisms("PLAIN")));
    await peer.gone;
  });
  await says(/only takes the password itself, which you have not allowed/);
  await window.page.reload();
  await meet(good, true, async (peer) => {
    await openStream(peer, features(mechanisms("X-UNHEARD-OF")));
    await peer.gone;
  });
  await says("This server offers no safe way to sign in that Linnet knows.");
});

test("a server that sends something unreadable", async () => {
  await meet(good, true, async (peer) => {
    await peer.expect(/<stream:stream [^>]*>/);
    await peer.send(header, "<stream:features><mechanisms></stream:features>");
    await peer.gone;
  });
  await says("The server sent something unreadable, so the connection was closed.");
});

test("signing in can be cancelled, and the form is as it was", async () => {
  await using server = await ScriptedServer.start({ identity: good }, async (peer) => {
    await peer.gone;
  });
  await submit(server.port, "starttls");
  await window.page.getByRole("button", { name: /Cancel/ }).click();
  await window.page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await window.page.getByRole("alert").count()).toBe(0);
  expect(await window.page.getByLabel("Address").inputValue()).toBe(`juliet@${domain}`);
});

test("after all this the right server and password still work, and the page never complained", async () => {
  await window.signIn(stage.form("juliet"));
  expect(window.complaints).toEqual([]);
});

/** Tries to sign in to a server that has this certificate: not one byte of the protocol may be said to
 *  it. */
async function showCertificate({ key, certificate }: KeyAndCertificate): Promise<void> {
  let heard = "";
  const server = createServer({ key, cert: certificate }, (socket) => {
    socket.on("data", (bytes: Buffer) => (heard += bytes.toString()));
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  await submit((server.address() as AddressInfo).port, "direct");
  const dialog = window.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });
  await window.page.getByRole("alert").first().waitFor();
  server.close();
  expect(heard).toBe("");
}

async function submit(port: number, tls: "direct" | "starttls"): Promise<void> {
  const server = { host: "127.0.0.1", port, tls };
  await window.submitSignIn({ address: `juliet@${domain}`, password: "juliet", server });
}

/** Tries to sign in to a scripted server. */
async function meet(
  identity: KeyAndCertificate,
  isDirectTls: boolean,
  script: Script,
): Promise<void> {
  await using server = await ScriptedServer.start({ identity, isDirectTls }, script);
  await submit(server.port, isDirectTls ? "direct" : "starttls");
  await window.page.getByRole("alert").first().waitFor();
}

async function says(sentence: string | RegExp): Promise<void> {
  await window.page.getByRole("alert").filter({ hasText: sentence }).waitFor();
}
