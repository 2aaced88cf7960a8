/** Certificates to sign in with, as a window asks for them: files chosen and written by the main process,
 *  and nothing secret in what comes over the port. */

import { afterAll, describe, expect, test } from "vitest";
import { readKeyFile } from "../../../app/pki/identity/key-file-reader.ts";
import type { KeyFile } from "../../../app/trust/identities.ts";
import { KeyFiles } from "../../lab/key-files.ts";
import { errorOf, form, makeOnlineProgram, makeProgram, valueOf } from "./stage.ts";

const files = new KeyFiles();
afterAll(() => {
  files[Symbol.dispose]();
});

const address = "ana@home.example";

function p12(): KeyFile {
  return { name: "ana.p12", bytes: files.pkcs12({ address }) };
}

describe("importing", () => {
  test("asks for a file once, then for its password until that is right", async () => {
    let asked = 0;
    const program = await makeProgram({
      keyFile: () => {
        asked++;
        return p12();
      },
    });
    const window = program.openWindow();
    expect(errorOf(await window.call("identities", "importFile", "early"))).toBe("not-found");
    const first = valueOf(await window.call("identities", "importFile", null));
    expect(first).toEqual({ kind: "password-needed", file: "ana.p12", wasWrong: false });
    const second = valueOf(await window.call("identities", "importFile", "wrong"));
    expect(second).toMatchObject({ kind: "password-needed", wasWrong: true });
    const third = valueOf(await window.call("identities", "importFile", "secret"));
    expect(third).toMatchObject({ kind: "imported", identity: { name: address } });
    expect(asked).toBe(1);
    const { value } = valueOf(await window.call("identities", "list"));
    expect(value).toMatchObject([{ hasCertificate: true, facts: { addresses: [address] } }]);
    await window.seen(({ topic }) => topic === "identities");
  });

  test.each([
    [null, "cancelled"],
    ["unreadable" as const, "identity"],
  ])("says why there is no file: %s", async (file, error) => {
    const window = (await makeProgram({ keyFile: () => file })).openWindow();
    expect(errorOf(await window.call("identities", "importFile", null))).toBe(error);
  });

  test("forgets the file when the person does", async () => {
    const window = (await makeProgram({ keyFile: p12 })).openWindow();
    await window.call("identities", "importFile", null);
    await window.call("identities", "cancel");
    expect(errorOf(await window.call("identities", "importFile", "secret"))).toBe("not-found");
  });
});

describe("files that are written", () => {
  test("a request, before whose place is known no key is made", async () => {
    const written = new Map<string, string>();
    const program = await makeProgram({
      writeFile: (name, bytes) => {
        written.set(name, Buffer.from(bytes).toString());
        return true;
      },
    });
    const window = program.openWindow();
    const asked = ["p-256", ` ${address} `, "request"] as const;
    const made = valueOf(await window.call("identities", "create", ...asked));
    expect(made).toMatchObject({ hasCertificate: false, address });
    expect(written.get(`${address}.csr`)).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----/);
    const nobody = await window.call("identities", "create", "p-256", "home.example", "request");
    expect(errorOf(nobody)).toBe("invalid-address");
  });

  test("no place, no key; a place that cannot be written, no key either", async () => {
    const undecided = await makeProgram();
    const first = undecided.openWindow();
    const call = ["identities", "create", "p-256", address, "request"] as const;
    expect(errorOf(await first.call(...call))).toBe("cancelled");
    const full = await makeProgram({ writeFile: () => false });
    const second = full.openWindow();
    expect(await second.call(...call)).toEqual({
      ok: false,
      error: { kind: "identity", problem: "not-written" },
    });
    for (const { opened } of [undecided, full]) expect(opened.identities.views).toEqual([]);
  });

  test("an export, under the password that was given", async () => {
    let written = Buffer.alloc(0);
    const program = await makeProgram({
      keyFile: p12,
      writeFile: (name, bytes) => {
        expect(name).toBe(`${address}.p12`);
        written = Buffer.from(bytes);
        return true;
      },
    });
    const window = program.openWindow();
    await window.call("identities", "importFile", null);
    const imported = valueOf(await window.call("identities", "importFile", "secret"));
    if (imported.kind !== "imported") throw new Error(imported.kind);
    const { id } = imported.identity;
    expect(errorOf(await window.call("identities", "exportFile", id, "words"))).toBe("none");
    expect(readKeyFile(written, "words").ok).toBe(true);
  });
});

describe("choosing for an account", () => {
  test("is one of those there are, is kept, and shows who uses it", async () => {
    const program = await makeOnlineProgram({ keyFile: p12 });
    const { window, account, store } = program;
    await window.call("identities", "importFile", null);
    const imported = valueOf(await window.call("identities", "importFile", "secret"));
    if (imported.kind !== "imported") throw new Error(imported.kind);
    const { id } = imported.identity;
    const unknown = (id + 1) as typeof id;
    expect(errorOf(await window.call("identities", "useFor", account, unknown))).toBe("not-found");
    expect(errorOf(await window.call("identities", "useFor", account, id))).toBe("none");
    const { value } = valueOf(await window.call("identities", "list"));
    expect(value[0]?.usedBy).toEqual([account]);
    expect((await store.ask("accounts", "list", null))[0]?.identity).toBe(id);
    expect(errorOf(await window.call("identities", "useFor", account, null))).toBe("none");
    expect((await store.ask("accounts", "list", null))[0]?.identity).toBeNull();
  });

  test("neither password nor certificate is no way in", async () => {
    const window = (await makeProgram()).openWindow();
    const reply = await window.call("accounts", "signIn", { ...form, password: null });
    expect(reply).toEqual({
      ok: false,
      error: { kind: "connection", problem: { kind: "wrong-password" } },
    });
    const unknown = { ...form, password: null, identity: 7 as never };
    expect(errorOf(await window.call("accounts", "signIn", unknown))).toBe("not-found");
  });
});

test("no key and no password is in anything that a window was sent, or in the log", async () => {
  const program = await makeProgram({ keyFile: p12, writeFile: () => true });
  const window = program.openWindow();
  await window.call("identities", "importFile", null);
  await window.call("identities", "importFile", "wrong password of the file");
  const imported = valueOf(await window.call("identities", "importFile", "secret"));
  if (imported.kind !== "imported") throw new Error(imported.kind);
  const { id } = imported.identity;
  await window.call("identities", "exportFile", id, "password of the export");
  await window.call("identities", "create", "ed25519", address, "self-signed");
  await window.call("identities", "rename", id, "Mine");
  const key = await program.store.ask("identities", "key", { id });
  const middle = Buffer.from(key ?? []).subarray(40, 70);
  expect(middle).toHaveLength(30);
  const sent = JSON.stringify(window.deliveries.items, (_name, value: unknown) =>
    value instanceof Uint8Array ? [...value] : value,
  );
  expect(sent).toContain('"Mine"');
  for (const text of [sent, program.log.text()]) {
    for (const secret of [
      [...middle].join(","),
      middle.toString("hex"),
      middle.toString("base64").slice(4, -4),
      "PRIVATE KEY",
      "password of the",
    ]) {
      expect(text).not.toContain(secret);
    }
  }
});
