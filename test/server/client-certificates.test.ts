/** Signing in with a certificate instead of a password: mutual TLS and SASL EXTERNAL (XEP-0178) with real
 *  servers, with identities as people have them: PKCS#12 files. And the server's list of them (XEP-0257). */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { systemClock } from "../../app/base/clock.ts";
import type { Result } from "../../app/base/result.ts";
import type { IdentityId } from "../../app/contract/ids.ts";
import type { AppError } from "../../app/contract/problems.ts";
import type { AccountView, IdentityView } from "../../app/contract/views.ts";
import { Identities } from "../../app/trust/identities.ts";
import { IdentityWorker } from "../../app/trust/identity-jobs.ts";
import { Ejabberd } from "../lab/ejabberd.ts";
import { KeyFiles, type PersonOptions } from "../lab/key-files.ts";
import { identityScript } from "../lab/profile-folder.ts";
import { Prosody } from "../lab/prosody.ts";
import { recordedLog } from "../lab/recorded-log.ts";
import type { XmppServerOptions } from "../lab/xmpp-server.ts";
import { describeServer, domain, type Lab } from "./lab.ts";
import type { Person } from "./person.ts";

const people = new KeyFiles("Verona people");
const others = new KeyFiles("Mantua people");
afterAll(() => {
  people[Symbol.dispose]();
  others[Symbol.dispose]();
});

/** Where Debian's prosody-modules are; without them there is nothing to test. */
const prosodyModules = "/usr/lib/prosody/modules";
const hasModules = existsSync(join(prosodyModules, "mod_auth_ccert"));

/** What keeps mod_client_certs from running in Prosody 0.12: a permission has another name there, and writing
 *  PEM fails with Lua 5.4. */
const corrections: readonly (readonly [string, string])[] = [
  ['adhoc_handler, "user")', 'adhoc_handler, "any")'],
  [
    'local util_x509 = require "util.x509";',
    `local util_x509 = { der2pem = function(der)
      local lines = require "util.encodings".base64.encode(der):gsub(("."):rep(64), "%0\\n");
      return "-----BEGIN CERTIFICATE-----\\n" .. lines .. "\\n-----END CERTIFICATE-----\\n";
    end };`,
  ],
];

/** A folder with mod_client_certs as it runs. */
function clientCertsModule(folder: string): string {
  const file = "mod_client_certs.lua";
  let source = readFileSync(join(prosodyModules, "mod_client_certs", file), "utf8");
  for (const [before, after] of corrections) source = source.replace(before, () => after);
  const modules = `${folder}-modules`;
  mkdirSync(modules);
  writeFileSync(join(modules, file), source);
  return modules;
}

/** The root is all that a server needs to know, but for ejabberd, which wants the issuer there as well. */
function startProsody(
  options: XmppServerOptions,
  more: string,
  modules?: string,
): Promise<Prosody> {
  const { folder } = options;
  const authorities = `${folder}-people.pem`;
  writeFileSync(authorities, people.root);
  const extra = `
c2s_ssl = {
  certificate = "${folder}/server.crt"; key = "${folder}/server.key"; cafile = "${authorities}";
  verify = { "peer", "client_once" }; verifyext = { lsec_ignore_purpose = false };
}
${more}`;
  return Prosody.start({ ...options, extra, ...(modules === undefined ? {} : { modules }) });
}

function startEjabberd(options: XmppServerOptions): Promise<Ejabberd> {
  const authorities = `${options.folder}-people.pem`;
  writeFileSync(authorities, people.authorities);
  return Ejabberd.start({ ...options, peopleAuthorities: authorities });
}

/** Imports a PKCS#12 file into somebody's store. */
async function importInto(
  person: Person,
  options: PersonOptions,
  by = people,
): Promise<IdentityView> {
  const identities = await Identities.load({
    store: person.store,
    publisher: person.screen,
    worker: new IdentityWorker(identityScript, systemClock),
    clock: systemClock,
    log: recordedLog().log,
  });
  try {
    const file = { name: "person.p12", bytes: by.pkcs12({ password: "päss", ...options }) };
    const imported = await identities.importFile(file, "päss");
    if (!imported.ok || imported.value.kind !== "imported") throw new Error("not imported");
    return imported.value.identity;
  } finally {
    identities.close();
  }
}

interface Attempt {
  readonly person: Person;
  readonly signedIn: Result<AccountView, AppError>;
  readonly identity: IdentityId;
}

/** Signs in at a new computer with a new identity. */
async function signIn(
  lab: Lab,
  username: string,
  options: Partial<PersonOptions> & { readonly accountPassword?: string } = {},
  by = people,
): Promise<Attempt> {
  const person = await lab.person();
  const address = `${username}@${domain}`;
  const { accountPassword = null, ...wishes } = options;
  const { id: identity } = await importInto(person, { address, ...wishes }, by);
  const signedIn = await person.accounts.signIn({
    address,
    password: accountPassword,
    identity,
    server: lab.at("starttls"),
    isPlainAllowed: false,
  });
  return { person, signedIn, identity };
}

function problemOf({ signedIn }: Attempt): string {
  if (signedIn.ok) return "none";
  return signedIn.error.kind === "connection" ? signedIn.error.problem.kind : signedIn.error.kind;
}

/** What both servers do. */
function describeCertificates(lab: Lab): void {
  test.each(["rsa", "p-256", "ed25519"] as const)("%s: in without a password", async (key) => {
    const { person, signedIn } = await signIn(lab, "juliet", { key });
    expect(signedIn).toMatchObject({ ok: true, value: { connection: { kind: "online" } } });
    expect(person.dialer.wire.sent).toMatch(/<auth [^>]*mechanism="EXTERNAL"[^>]*>=<\/auth>/);
    expect(person.dialer.wire.sentCertificate).toEqual({ addresses: [`juliet@${domain}`] });
  });

  test("the same after the program was started again", async () => {
    const { person, signedIn } = await signIn(lab, "juliet");
    if (!signedIn.ok) throw new Error(problemOf({ person, signedIn, identity: 1 as IdentityId }));
    person.account.stop();
    await person.account.setConnected(true);
    await person.screen.until("online", () => person.account.view.connection.kind === "online");
    expect(person.dialer.attempts).toHaveLength(2);
  });

  test("a certificate for somebody else does not open this account", async () => {
    const attempt = await signIn(lab, "juliet", { address: `nurse@${domain}` });
    expect(problemOf(attempt)).toBe("certificate-refused");
    expect(attempt.person.dialer.wire.sent).toMatch(
      /mechanism="EXTERNAL"[^>]*>[A-Za-z0-9+/=]{8,}</,
    );
    expect(attempt.person.accounts.views).toEqual([]);
  });

  test("nor does one of another authority", async () => {
    const attempt = await signIn(lab, "juliet", {}, others);
    expect(["certificate-refused", "client-certificate"]).toContain(problemOf(attempt));
  });

  test("nor one that has expired", async () => {
    const attempt = await signIn(lab, "juliet", { days: -1 });
    expect(["certificate-refused", "client-certificate"]).toContain(problemOf(attempt));
  });
}

/** XEP-0257. */
function describeList(lab: Lab): void {
  test("it takes a certificate, signs in with it, and forgets it again", async () => {
    const user = await lab.user();
    const { person, signedIn, identity } = await signIn(lab, user.username, {
      accountPassword: user.password,
    });
    expect(signedIn).toMatchObject({ ok: true });
    expect(person.dialer.wire.sent).toMatch(/mechanism="EXTERNAL".*mechanism="SCRAM-/s);
    const { certificates } = person.account;
    expect(await certificates.list()).toEqual({ ok: true, value: [] });
    expect(await certificates.add(identity)).toEqual({ ok: true, value: null });
    expect(await certificates.list()).toMatchObject({
      ok: true,
      value: [{ name: user.address, facts: { addresses: [user.address] }, users: [] }],
    });

    await person.account.setIdentity(identity);
    await person.screen.until("online", () => person.account.view.connection.kind === "online");
    expect(person.dialer.wire.sent).toMatch(/mechanism="EXTERNAL"/);
    expect(person.dialer.wire.sent).not.toMatch(/mechanism="SCRAM/);

    expect(await certificates.disable(user.address)).toEqual({ ok: true, value: null });
    expect(await certificates.list()).toEqual({ ok: true, value: [] });
  });

  test("one that is revoked throws out who is signed in with it", async () => {
    const user = await lab.user();
    const { person, identity } = await signIn(lab, user.username, {
      accountPassword: user.password,
    });
    const { certificates } = person.account;
    await certificates.add(identity);
    await certificates.revoke(user.address);
    await person.screen.until("thrown out", () => person.account.view.connection.kind !== "online");
  });
}

describeServer("ejabberd that knows people's certificates", startEjabberd, (lab) => {
  describeCertificates(lab);

  test("who has a password as well signs in with that instead", async () => {
    const user = await lab.user();
    const wrong = { address: `nurse@${domain}`, accountPassword: user.password };
    const { person, signedIn } = await signIn(lab, user.username, wrong);
    expect(signedIn).toMatchObject({ ok: true });
    expect(person.dialer.wire.sent).toMatch(/mechanism="EXTERNAL".*mechanism="SCRAM-/s);
  });

  test("EXTERNAL is offered to everybody, and not taken without a certificate", async () => {
    const [, person] = await lab.newcomer();
    expect(person.dialer.wire.received).toContain("<mechanism>EXTERNAL</mechanism>");
    expect(person.dialer.wire.sent).not.toContain("EXTERNAL");
  });
});

describe.skipIf(!hasModules)("with Debian's prosody-modules", () => {
  describeServer(
    "Prosody that knows people's certificates (mod_auth_ccert)",
    (options) => startProsody(options, 'authentication = "ccert"'),
    (lab) => {
      describeCertificates(lab);

      test("a certificate without an address opens nothing", async () => {
        const attempt = await signIn(lab, "juliet", { address: null });
        expect(problemOf(attempt)).toBe("certificate-refused");
        const said = Buffer.from(`juliet@${domain}`).toString("base64");
        expect(attempt.person.dialer.wire.sent).toContain(said);
      });
    },
  );

  describeServer(
    "Prosody with a list of certificates (mod_client_certs)",
    (options) => {
      const modules = clientCertsModule(options.folder);
      return startProsody(options, 'modules_enabled = { "client_certs" }', modules);
    },
    describeList,
  );
});

describeServer(
  "a server without such a list",
  (options) => Prosody.start(options),
  (lab) => {
    test("says so by saying nothing of it", async () => {
      const [, person] = await lab.newcomer();
      expect(await person.account.certificates.list()).toEqual({ ok: true, value: null });
    });
  },
);
