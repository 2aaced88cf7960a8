/** The demo itself; build/demo.mjs has installed and built everything it needs.
 *
 *  With a display the windows stay until they are closed. Without one they are driven, photographed
 *  and closed, so that the same command shows that everything works. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { TestAuthority } from "../test/lab/certificates.ts";
import { LinnetWindow } from "../test/lab/linnet-window.ts";
import { Prosody } from "../test/lab/prosody.ts";
import { isHeadless } from "./setup/display.mjs";

const domain = "demo.linnet.test";
const passphrase = "correct horse battery staple";
const pictures = resolve(import.meta.dirname, "../out/demo");

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "linnet-demo-"));
  const windows: LinnetWindow[] = [];
  let server: Prosody | null = null;
  try {
    const authority = new TestAuthority("Linnet demo authority");
    const policy = writePolicy(folder, authority);
    const identity = authority.issue({ names: [domain] });
    server = await Prosody.start({ folder: join(folder, "prosody"), domain, identity });
    console.log(
      `Server: ${domain} on 127.0.0.1:${server.directTlsPort}, with an authority of its own.`,
    );
    for (const name of ["juliet", "romeo"]) {
      await server.register(name, `${name}-password`);
      windows.push(await openWindow(name, folder, policy, server));
      console.log(
        `Signed in: ${name}@${domain}, over a connection checked against that authority.`,
      );
    }
    const [juliet, romeo] = windows;
    if (!juliet || !romeo) throw new Error("a window is missing");
    await converse(juliet, romeo);
    if (isHeadless()) {
      await takePictures({ juliet, romeo });
    } else {
      console.log("Chat as you like. The demo ends when both windows are closed.");
      await Promise.all(windows.map((window) => window.app.waitForEvent("close", { timeout: 0 })));
    }
  } finally {
    await Promise.allSettled(windows.map((window) => window.close()));
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says to both windows which authority to trust. The passphrase keeps the demo out of the keychain. */
function writePolicy(folder: string, authority: TestAuthority): string {
  writeFileSync(join(folder, "authority.pem"), authority.pem);
  const path = join(folder, "policy.json");
  const policy = { authorities: ["authority.pem"], keyProtection: "passphrase" };
  writeFileSync(path, JSON.stringify(policy));
  return path;
}

async function openWindow(
  name: string,
  folder: string,
  policy: string,
  server: Prosody,
): Promise<LinnetWindow> {
  const window = await LinnetWindow.open({ folder: join(folder, name), policy });
  await window.createPassphrase(passphrase);
  await window.signIn({
    address: `${name}@${domain}`,
    password: `${name}-password`,
    server: { host: "127.0.0.1", port: server.directTlsPort, tls: "direct" },
  });
  return window;
}

async function converse(juliet: LinnetWindow, romeo: LinnetWindow): Promise<void> {
  await juliet.addContact(`romeo@${domain}`, "Romeo Montague");
  await romeo.acceptRequest(`juliet@${domain}`);
  await juliet.startChat(`romeo@${domain}`);
  await romeo.startChat(`juliet@${domain}`);
  const lines: readonly (readonly [LinnetWindow, LinnetWindow, string])[] = [
    [juliet, romeo, "O Romeo, Romeo! Wherefore art thou Romeo?"],
    [juliet, romeo, "Deny thy father and refuse thy name 🌹"],
    [romeo, juliet, "Shall I hear more, or shall I speak at this?"],
    [juliet, romeo, "’Tis but thy name that is my enemy."],
    [romeo, juliet, "I take thee at thy word."],
  ];
  for (const [from, to, line] of lines) {
    await from.say(line);
    await to.sees(line);
    await from.isDelivered(line);
  }
  console.log(`Exchanged ${lines.length} messages both ways; each was confirmed as delivered.`);
}

async function takePictures(windows: Readonly<Record<string, LinnetWindow>>): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  for (const [name, window] of Object.entries(windows)) {
    const path = join(pictures, `${name}.png`);
    await window.picture(path);
    console.log(`Picture: ${path}`);
  }
}

await main();
