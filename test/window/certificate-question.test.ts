/** A server whose certificate nobody vouches for: the person is asked in plain words, and what they say holds. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { TestAuthority } from "../lab/certificates.ts";
import type { LinnetWindow } from "../lab/linnet-window.ts";
import { domain, Stage, takePicture } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = new Stage();
  await stage.startServer("juliet");
  await stage.server.stop();
  await stage.server.restart(stage.authority.issue({ names: [domain], isSelfSigned: true }));
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

function dialogOf(window: LinnetWindow): ReturnType<LinnetWindow["page"]["locator"]> {
  return window.page.getByRole("dialog", { name: `Is this really ${domain}?` });
}

test("the sign-in goes on after the answer, which holds after a restart; a new key is asked about", async () => {
  const window = await stage.openNew("juliet");
  await window.submitSignIn(stage.form("juliet"));
  const dialog = dialogOf(window);
  await dialog.getByText("The server vouches for itself.").waitFor();
  await dialog.getByText("More about the certificate").click();
  await takePicture(window, "certificate-question");
  // The keyboard alone leads everywhere, and Escape is no consent.
  await window.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await window.page.getByRole("alert").filter({ hasText: "it vouches for itself" }).waitFor();
  expect(await window.page.getByRole("navigation").count()).toBe(0);

  await window.page.getByRole("button", { name: "Sign in" }).click();
  const always = dialog.getByRole("button", { name: "Always for this server" });
  await always.focus();
  await window.page.keyboard.press("Enter");
  await window.page.getByRole("navigation").waitFor();
  expect(window.complaints).toEqual([]);
  await window.close();

  const again = await stage.openAgain("juliet");
  await again.page.getByRole("navigation").waitFor();
  await again.page.getByText("vouches for itself").waitFor({ state: "detached" });
  await again.page.getByRole("button", { name: /Your account .*: Online/ }).waitFor();

  await stage.server.stop();
  await stage.server.restart(stage.authority.issue({ names: [domain], isSelfSigned: true }));
  await again.page.getByRole("button", { name: "Look at the certificate" }).click();
  const changed = dialogOf(again);
  await changed.getByText("another key than the last time").waitFor();
  await changed.getByText("Fingerprint before").waitFor();
  await takePicture(again, "certificate-changed");
  await changed.getByRole("button", { name: "This time" }).click();
  await again.page.getByRole("button", { name: /Your account .*: Online/ }).waitFor();
});

test("nobody is offered what must not be: a forged certificate", async () => {
  const forger = new TestAuthority("Verona authority");
  await stage.server.stop();
  await stage.server.restart(forger.issue({ names: [domain] }));
  const window = await stage.openNew("romeo");
  await window.submitSignIn(stage.form("juliet"));
  const dialog = dialogOf(window);
  await dialog.getByText("forged or damaged").waitFor();
  await dialog.getByText("This is too serious to let it pass.").waitFor();
  expect(await dialog.getByRole("button").allTextContents()).toEqual(["", "Cancel"]);
  await takePicture(window, "certificate-forged");
});
