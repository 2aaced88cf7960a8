/** Certificates to sign in with: importing, requesting, making, exporting, reminding. Real files made by
 *  openssl, a real store, real threads. */

import { inspect } from "node:util";
import { X509Certificate } from "node:crypto";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import { systemClock } from "../../../app/base/clock.ts";
import { identityLimits } from "../../../app/base/limits.ts";
import type { Result } from "../../../app/base/result.ts";
import type { AppError } from "../../../app/contract/problems.ts";
import type { IdentityView, ImportView } from "../../../app/contract/views.ts";
import { readKeyFile } from "../../../app/pki/identity/key-file-reader.ts";
import type { Store } from "../../../app/store/store.ts";
import { Identities } from "../../../app/trust/identities.ts";
import { IdentityWorker } from "../../../app/trust/identity-jobs.ts";
import { readClientIdentity } from "../../../app/trust/stored-identity.ts";
import { KeyFiles } from "../../lab/key-files.ts";
import { identityScript, openStore } from "../../lab/profile-folder.ts";
import { RecordedChanges } from "../../lab/recorded-changes.ts";
import { recordedLog, type RecordedLog } from "../../lab/recorded-log.ts";
import { addAccount } from "../../lab/stored-data.ts";

const dayMs = 86_400_000;
const files = new KeyFiles();
afterAll(() => {
  files[Symbol.dispose]();
});

const address = "ana@home.example";
const file = (bytes: Uint8Array, name = "ana.p12") => ({ name, bytes });

/** Key and certificate. */
function parts(pem: Buffer): string[] {
  return pem.toString().split(/(?<=END PRIVATE KEY-----\n)/);
}

interface Stage {
  readonly identities: Identities;
  readonly store: Store;
  readonly clock: FakeClock;
  readonly changes: RecordedChanges;
  readonly log: RecordedLog;
}

async function makeStage(): Promise<Stage> {
  const store = await openStore();
  // openssl's certificates are valid from the second in which they are made.
  const clock = new FakeClock(Date.now() + 60_000);
  const changes = new RecordedChanges();
  const log = recordedLog();
  const worker = new IdentityWorker(identityScript, systemClock);
  const options = { store, publisher: changes, worker, clock, log: log.log };
  const identities = await Identities.load(options);
  onTestFinished(() => {
    identities.close();
  });
  return { identities, store, clock, changes, log };
}

function valueOf<T>(result: Result<T, AppError>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function importedOf(result: Result<ImportView, AppError>): IdentityView {
  const view = valueOf(result);
  if (view.kind !== "imported") throw new Error(`not imported: ${view.kind}`);
  return view.identity;
}

async function importAna({ identities }: Stage, days?: number): Promise<IdentityView> {
  const bytes = files.pkcs12({ address, ...(days === undefined ? {} : { days }) });
  return importedOf(await identities.importFile(file(bytes), "secret"));
}

describe("importing", () => {
  test("asks for the password, says when it is wrong, and takes the right one", async () => {
    const { identities, store } = await makeStage();
    const p12 = file(files.pkcs12({ address }));
    expect(await identities.importFile(p12, null)).toEqual({
      ok: true,
      value: { kind: "password-needed", file: "ana.p12", wasWrong: false },
    });
    expect(identities.lockedFile).toBe(p12);
    expect(await identities.importFile(p12, "wrong")).toEqual({
      ok: true,
      value: { kind: "password-needed", file: "ana.p12", wasWrong: true },
    });
    const identity = importedOf(await identities.importFile(p12, "secret"));
    expect(identity).toMatchObject({
      name: address,
      hasCertificate: true,
      facts: { addresses: [address], issuer: "Verona people" },
      problems: [],
      usedBy: [],
    });
    expect(identities.lockedFile).toBeNull();
    const record = await store.ask("identities", "get", { id: identity.id });
    expect(record?.chain).toHaveLength(2);
    // The same file once more is the same identity.
    expect(importedOf(await identities.importFile(p12, "secret")).id).toBe(identity.id);
    expect(identities.views).toHaveLength(1);
  });

  test("lets the person choose among several keys", async () => {
    const { identities } = await makeStage();
    const bytes = files.pem({ address }, { address: "bob@work.example", key: "ed25519" });
    const found = valueOf(await identities.importFile(file(bytes, "two.pem"), null));
    if (found.kind !== "choose") throw new Error(found.kind);
    expect(found.keys.map(({ facts }) => facts?.addresses)).toEqual([
      [address],
      ["bob@work.example"],
    ]);
    expect(identities.views).toEqual([]);
    expect(await identities.choose(2)).toEqual({ ok: false, error: { kind: "not-found" } });
    const bob = importedOf(await identities.choose(1));
    expect(bob.facts?.addresses).toEqual(["bob@work.example"]);
    expect(await identities.choose(0)).toEqual({ ok: false, error: { kind: "not-found" } });
  });

  test.each([
    ["no key", () => Buffer.from(files.root), "no-key"],
    ["nothing at all", () => Buffer.from("hello"), "unknown-format"],
    ["too much", () => Buffer.alloc(5 * 1024 * 1024), "too-large"],
    [
      "a key of somebody else",
      () => {
        const [, certificate = ""] = parts(files.pem({ address }));
        const [key = ""] = parts(files.pem({ address }));
        return Buffer.from(key + certificate);
      },
      "key-does-not-match",
    ],
  ])("says what is wrong with a file with %s", async (_what, bytes, problem) => {
    const { identities } = await makeStage();
    expect(await identities.importFile(file(bytes()), null)).toEqual({
      ok: false,
      error: { kind: "identity", problem },
    });
    expect(identities.views).toEqual([]);
  });

  test("says what speaks against a certificate, and takes it all the same", async () => {
    const { identities } = await makeStage();
    const bytes = files.pem({ address: null, purpose: "serverAuth" });
    const identity = importedOf(await identities.importFile(file(bytes), null));
    expect(identity.problems).toEqual([{ kind: "no-client-auth" }, { kind: "no-address" }]);
  });

  test("can be cancelled while it takes long", async () => {
    const { identities } = await makeStage();
    const bytes = files.pkcs12({ address });
    const importing = identities.importFile(file(bytes), "secret");
    identities.cancel();
    expect(await importing).toEqual({ ok: false, error: { kind: "cancelled" } });
    expect(identities.views).toEqual([]);
  });
});

describe("a new key", () => {
  test.each(["p-256", "p-384", "ed25519", "rsa-3072"] as const)(
    "%s: with a request, which its authority answers",
    async (kind) => {
      const { identities, store } = await makeStage();
      const made = valueOf(await identities.create(kind, address, "request"));
      expect(made.identity).toMatchObject({ hasCertificate: false, fingerprint: null, address });
      expect(await readClientIdentity(store, made.identity.id)).toBeNull();
      const other = files.answer(
        valueOf(await identities.create("p-256", address, "request")).request ?? "",
      );
      expect(await identities.importReply(made.identity.id, file(other))).toEqual({
        ok: false,
        error: { kind: "identity", problem: "other-key" },
      });
      const reply = files.answer(made.request ?? "");
      const answered = valueOf(await identities.importReply(made.identity.id, file(reply)));
      expect(answered).toMatchObject({
        id: made.identity.id,
        hasCertificate: true,
        facts: { addresses: [address], issuer: "Verona people" },
        problems: [],
      });
      expect(await readClientIdentity(store, made.identity.id)).not.toBeNull();
    },
  );

  test("with a certificate that signs itself", async () => {
    const { identities, clock } = await makeStage();
    const { identity, request } = valueOf(
      await identities.create("ed25519", address, "self-signed"),
    );
    expect(request).toBeNull();
    expect(identity).toMatchObject({ hasCertificate: true, problems: [] });
    const years = ((identity.facts?.notAfter ?? 0) - clock.now()) / (365.25 * dayMs);
    expect(Math.round(years)).toBe(identityLimits.selfSignedYears);
  });
});

describe("an identity", () => {
  test("is exported under a password, with its chain", async () => {
    const stage = await makeStage();
    const { id, fingerprint } = await importAna(stage);
    const bytes = valueOf(await stage.identities.export(id, "another secret"));
    expect(readKeyFile(bytes, "secret").ok).toBe(false);
    const read = readKeyFile(bytes, "another secret");
    if (!read.ok) throw new Error(read.error.kind);
    const [only, ...more] = read.value.identities;
    expect(more).toEqual([]);
    expect(only?.certificate?.fingerprint).toBe(fingerprint);
    expect(only?.key.isKeyOf(only.certificate ?? (null as never))).toBe(true);
    expect(read.value.certificates).toHaveLength(3);
  });

  test("is renamed and removed, and then gone with its key", async () => {
    const stage = await makeStage();
    const { identities, store } = stage;
    const { id } = await importAna(stage);
    await identities.rename(id, "Work");
    expect(identities.views[0]?.name).toBe("Work");
    const account = await addAccount(store, address, { identity: id, password: null });
    await identities.refresh();
    expect(identities.views[0]?.usedBy).toEqual([account.id]);
    expect(await identities.remove(id)).toEqual({ ok: true, value: null });
    expect(identities.views).toEqual([]);
    expect(await store.ask("identities", "key", { id })).toBeNull();
    const [left] = await store.ask("accounts", "list", null);
    expect(left?.identity).toBeNull();
    expect(await identities.remove(id)).toEqual({ ok: false, error: { kind: "not-found" } });
  });

  test("of another address is said to be of another address", async () => {
    const stage = await makeStage();
    const { id } = await importAna(stage);
    await addAccount(stage.store, "other@home.example", { identity: id });
    await stage.identities.refresh();
    expect(stage.identities.views[0]?.problems).toEqual([
      { kind: "other-address", address: "other@home.example" },
    ]);
  });

  test("goes into the handshake with its authority and without the root", async () => {
    const stage = await makeStage();
    const { id } = await importAna(stage);
    const identity = await readClientIdentity(stage.store, id);
    const { cert } = identity?.tlsOptions ?? { cert: "" };
    const subjects = String(cert)
      .split(/(?<=END CERTIFICATE-----\n)/)
      .map((pem) => new X509Certificate(pem).subject);
    expect(subjects).toEqual([`CN=${address}`, "CN=Verona people"]);
    expect(identity?.addresses).toEqual([address]);
  });
});

describe("the key", () => {
  test("is in no row but its own, no view, no log, and no text of what holds it", async () => {
    const stage = await makeStage();
    const { identities, store, changes, log } = stage;
    const { id } = await importAna(stage);
    const key = await store.ask("identities", "key", { id });
    if (!key) throw new Error("no key");
    const account = await addAccount(store, address, { identity: id });
    await identities.refresh();
    const client = await readClientIdentity(store, id);
    const told = [
      await store.ask("identities", "list", null),
      await store.ask("accounts", "list", null),
      await store.ask("identities", "get", { id }),
      identities.views,
      changes.all.items,
      client,
      account,
    ];
    const texts = [JSON.stringify(told), inspect(told, { depth: 20 }), log.text()];
    // A view of bytes shows as numbers: what is looked for is the middle of the key, in all spellings.
    const middle = Buffer.from(key).subarray(40, 70);
    const spellings = [
      middle.toString("hex"),
      middle.toString("base64").slice(4, -4),
      [...middle].join(","),
      [...middle].join(", "),
      "PRIVATE KEY",
    ];
    for (const text of texts) for (const each of spellings) expect(text).not.toContain(each);
    // So that the test itself can be believed.
    expect(JSON.stringify(client?.tlsOptions)).toContain("PRIVATE KEY");
    expect(JSON.stringify({ key: [...key] })).toContain([...middle].join(","));
  });
});

describe("reminders", () => {
  test("come once for each threshold, and only for what is in use", async () => {
    const stage = await makeStage();
    const { identities, store, clock, changes } = stage;
    const { id } = await importAna(stage, 32);
    const due = (): number | null | undefined => identities.views[0]?.reminderDays;
    await addAccount(store, address, { identity: id });
    await identities.refresh();
    expect(due()).toBeNull();
    const seen = changes.all.items.length;
    await clock.advance(3 * dayMs);
    await changes.all.until(() => (due() === 30 ? true : undefined));
    expect(changes.all.items.length).toBeGreaterThan(seen);
    await identities.dismissReminder(id);
    expect(due()).toBeNull();
    await clock.advance(10 * dayMs);
    await identities.refresh();
    expect(due()).toBeNull();
    await clock.advance(13 * dayMs);
    await identities.refresh();
    expect(due()).toBe(7);
    await identities.dismissReminder(id);
    await clock.advance(5.5 * dayMs);
    await identities.refresh();
    expect(due()).toBe(1);
    await store.ask("accounts", "setIdentity", { id: 1 as never, identity: null });
    await identities.refresh();
    expect(due()).toBeNull();
  });

  test("end with the certificate: from then on it is a problem", async () => {
    const stage = await makeStage();
    const { id } = await importAna(stage, 2);
    await addAccount(stage.store, address, { identity: id });
    await stage.clock.advance(3 * dayMs);
    await stage.identities.refresh();
    expect(stage.identities.views[0]).toMatchObject({
      reminderDays: null,
      problems: [{ kind: "expired" }],
    });
  });
});
