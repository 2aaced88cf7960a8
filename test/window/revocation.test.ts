/** The built program asks about revocation by itself, through Electron's network and its own threads. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeEntry } from "../unit/pki/test-authority.ts";
import { issueLeaf, makeRoot, pemOf, serveWeb, showServer } from "../unit/trust/stage.ts";
import { domain, Stage, takePicture } from "./stage.ts";

const hourMs = 3_600_000;

test("a list that says revoked, behind a redirect and a responder that is down", async () => {
  await using stage = new Stage();
  const root = makeRoot("Verona Root");
  const down = await serveWeb(() => ({ status: 503 }));
  const list = await serveWeb(() =>
    root.makeCrl({
      thisUpdate: Date.now() - hourMs,
      nextUpdate: Date.now() + hourMs,
      entries: [writeEntry(leaf.certificate.serial)],
    }),
  );
  const redirect = await serveWeb(() => ({ status: 302, location: list.url }));
  const leaf = issueLeaf(root, { names: [domain], ocsp: [down.url], crls: [redirect.url] });
  writeFileSync(join(stage.folder, "authority.pem"), pemOf(root));
  const { port } = await showServer(leaf);
  const window = await stage.openNew("juliet");
  const server = { host: "127.0.0.1", port, tls: "direct" } as const;
  await window.submitSignIn({ address: `juliet@${domain}`, password: "juliet", server });
  const dialog = window.page.getByRole("dialog", { name: `Is this really ${domain}?` });
  await dialog.getByText("withdrawn by who issued it").waitFor();
  expect(await dialog.getByRole("button", { name: "This time" }).count()).toBe(0);
  await takePicture(window, "certificate-revoked");
  expect([down.asked() > 0, redirect.asked(), list.asked()]).toEqual([true, 1, 1]);
});
