/** Revocation by a responder that others wrote: `openssl ocsp`. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePorts } from "../../lab/ports.ts";
import { OpensslFolder, opensslMissing } from "../pki/openssl.ts";
import {
  issueLeaf,
  makeRoot,
  makeTrust,
  pemOf,
  showServer,
  verdictOf,
  type TestAuthority,
} from "./stage.ts";

const root = makeRoot("Verona Root");

/** Starts a responder that knows these certificates. @returns where it is */
async function startResponder(
  port: number,
  entries: readonly (readonly [TestAuthority, "V" | "R"])[],
): Promise<void> {
  const folder = new OpensslFolder();
  const stamp = (ms: number): string =>
    `${new Date(ms).toISOString().slice(2, 19).replaceAll(/[-:T]/g, "")}Z`;
  const lines = entries.map(([{ certificate }, state]) => {
    const serial = Buffer.from(certificate.serial).toString("hex").toUpperCase();
    const revoked = state === "R" ? stamp(Date.now() - 60_000) : "";
    return [state, stamp(certificate.notAfter), revoked, serial, "unknown", "/CN=server"].join(
      "\t",
    );
  });
  folder
    .write("index.txt", `${lines.join("\n")}\n`)
    .write("root.pem", pemOf(root))
    .write("root.key", root.keys.privateKey.export({ type: "pkcs8", format: "pem" }));
  const responder = spawn(
    "openssl",
    `ocsp -port ${port} -index index.txt -CA root.pem -rsigner root.pem -rkey root.key -nmin 60`.split(
      " ",
    ),
    { cwd: folder.path, stdio: ["ignore", "pipe", "pipe"] },
  );
  onTestFinished(async () => {
    const gone = once(responder, "exit");
    responder.kill("SIGKILL");
    await gone;
    folder[Symbol.dispose]();
  });
  // It says that it waits, on one of the two.
  await Promise.race([once(responder.stdout, "data"), once(responder.stderr, "data")]);
}

describe.skipIf(opensslMissing !== null)("openssl ocsp", () => {
  test("says which server may be trusted", async () => {
    const [port = 0] = await freePorts(1);
    const ocsp = [`http://127.0.0.1:${port}/`];
    const [good, revoked, stranger] = [
      issueLeaf(root, { ocsp }),
      issueLeaf(root, { ocsp }),
      issueLeaf(root, { ocsp }),
    ];
    await startResponder(port, [
      [good, "V"],
      [revoked, "R"],
    ]);
    const stage = await makeTrust({ imported: [root], rules: { revocation: "hard" } });
    expect(await verdictOf(stage, (await showServer(good)).port)).toBe("trusted");
    expect(stage.trust.servers()[0]?.decision?.checks).toMatchObject([{ kind: "ocsp" }]);
    expect(await verdictOf(stage, (await showServer(revoked)).port)).toBe("revoked");
    expect(await verdictOf(stage, (await showServer(stranger)).port)).toBe("revocation-unknown");
  });
});
