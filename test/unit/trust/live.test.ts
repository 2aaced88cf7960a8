/** The decision over real TLS: kinds of keys, exceptions, revocation, and what happens when trust changes. */

import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { writeContext, writeContextPrimitive, writeSequence } from "../../../app/pki/der/writer.ts";
import { extensionOids } from "../../../app/pki/oids.ts";
import {
  dayMs,
  domain,
  hourMs,
  issueLeaf,
  makeRoot,
  makeTrust,
  questionOf,
  reach,
  selfSigned,
  serveWeb,
  showServer,
  verdictOf,
  wordsFor,
  type TestAuthority,
} from "./stage.ts";
import { writeEntry } from "../pki/test-authority.ts";

const root = makeRoot("Verona Root");
const issuedWithin = { producedAt: Date.now() };

function statusOf(
  by: TestAuthority,
  { certificate }: TestAuthority,
  status: "good" | "revoked",
  from = Date.now() - hourMs,
  to = Date.now() + hourMs,
): Buffer {
  return by.makeOcsp({
    ...issuedWithin,
    producedAt: from,
    answers: [
      {
        certificate,
        status: status === "good" ? "good" : { reason: 1, at: from },
        thisUpdate: from,
        nextUpdate: to,
      },
    ],
  });
}

describe("keys", () => {
  test("of Ed25519 and P-521 are taken", async () => {
    const stage = await makeTrust({ imported: [root] });
    const ed25519 = issueLeaf(root, { keys: generateKeyPairSync("ed25519") });
    const p521 = issueLeaf(root, { keys: generateKeyPairSync("ec", { namedCurve: "P-521" }) });
    expect(await verdictOf(stage, (await showServer(ed25519)).port)).toBe("trusted");
    expect(await verdictOf(stage, (await showServer(p521)).port)).toBe("trusted");
  });
});

describe("authorities", () => {
  test("that are imported vouch, whoever else does not", async () => {
    const { port } = await showServer(issueLeaf(root));
    expect(await verdictOf(await makeTrust({ imported: [root] }), port)).toBe("trusted");
    expect(await verdictOf(await makeTrust({ builtIn: [root] }), port)).toBe("trusted");
    expect(await verdictOf(await makeTrust(), port)).toBe("untrusted-authority");
  });

  test("with constraints on addresses are understood", async () => {
    const permitted = writeSequence(
      writeContextPrimitive(7, Buffer.from([10, 0, 0, 0, 255, 0, 0, 0])),
    );
    const constrained = makeRoot("Constrained Root", {
      extensions: [
        {
          oid: extensionOids.nameConstraints,
          isCritical: true,
          value: writeSequence(writeContext(0, permitted)),
        },
      ],
    });
    const stage = await makeTrust({ imported: [constrained] });
    expect(await verdictOf(stage, (await showServer(issueLeaf(constrained))).port)).toBe("trusted");
  });

  test("that are distrusted vouch for nobody, below whatever they stand", async () => {
    const stage = await makeTrust({ imported: [root] });
    const middle = root.issue("Middle", {
      isAuthority: true,
      keyUsage: [5, 6],
      notBefore: Date.now() - dayMs,
      notAfter: Date.now() + dayMs,
    });
    const { port } = await showServer(issueLeaf(middle), { chain: [middle] });
    expect(await verdictOf(stage, port)).toBe("trusted");
    await stage.trust.distrust(middle.certificate.fingerprint);
    expect(await verdictOf(stage, port)).toBe("distrusted");
    await stage.trust.restore(middle.certificate.fingerprint);
    expect(await verdictOf(stage, port)).toBe("trusted");
    await stage.trust.distrust(root.certificate.fingerprint);
    expect(await verdictOf(stage, port)).toContain("distrusted");
    expect((await stage.trust.distrusted()).map(({ subject }) => subject)).toEqual(["Verona Root"]);
    await stage.trust.restore(root.certificate.fingerprint);
    expect(await verdictOf(stage, port)).toBe("trusted");
  });

  test("can be distrusted by policy, and then not by a person be restored", async () => {
    const { fingerprint } = root.certificate;
    const distrusted = new Set([fingerprint]);
    const stage = await makeTrust({ builtIn: [root], rules: { distrusted } });
    const { port } = await showServer(issueLeaf(root));
    expect(await verdictOf(stage, port)).toContain("distrusted");
    expect(await stage.trust.restore(fingerprint)).toMatchObject({
      error: { kind: "set-by-policy" },
    });
  });
});

describe("an exception", () => {
  const expired = { notBefore: Date.now() - 9 * dayMs, notAfter: Date.now() - dayMs };

  test("lets exactly this server pass, once for the run of the program", async () => {
    const stage = await makeTrust();
    const { port } = await showServer(selfSigned());
    const refused = await reach(stage, port);
    expect(wordsFor(refused.secured)).toBe("self-signed");
    expect(stage.trust.question(questionOf(refused))).toMatchObject({
      value: { domain, host: "127.0.0.1", port, names: [domain], mayOnce: true, mayAlways: true },
    });
    expect(await stage.trust.decide(questionOf(refused), "once")).toEqual({
      ok: true,
      value: null,
    });
    expect(await verdictOf(stage, port)).toBe("trusted");
    const again = await makeTrust({ store: stage.store });
    expect(await verdictOf(again, port)).toBe("self-signed");
  });

  test("for always is there after a restart, and makes no authority", async () => {
    const stage = await makeTrust();
    const own = selfSigned({ isAuthority: true });
    const { port } = await showServer(own);
    await stage.trust.decide(questionOf(await reach(stage, port)), "always");
    const again = await makeTrust({ store: stage.store });
    expect(await verdictOf(again, port)).toBe("trusted");
    const below = await showServer(issueLeaf(own), { chain: [own] });
    expect(await verdictOf(again, below.port)).toBe("untrusted-authority");
    const server = again.trust.servers().find((each) => each.port === port);
    expect(server).toMatchObject({ exception: { problems: ["self-signed"] } });
    await again.trust.removeException(server?.exception?.id ?? 0);
    expect(await verdictOf(again, port)).toBe("self-signed");
  });

  test("is for the problems it was made for: expired and forged is not expired", async () => {
    const stage = await makeTrust({ imported: [root] });
    const leaf = issueLeaf(root, expired);
    const shown = await showServer(leaf);
    const refused = await reach(stage, shown.port);
    expect(wordsFor(refused.secured)).toBe("expired");
    await stage.trust.decide(questionOf(refused), "always");
    expect(await verdictOf(stage, shown.port)).toBe("trusted");
    // The same name and dates, by somebody who has the authority's name and not its key.
    const forger = makeRoot("Verona Root");
    const forged = await showServer(issueLeaf(forger, expired));
    const attack = await reach(stage, forged.port);
    expect(wordsFor(attack.secured)).toBe("forged, expired");
    const question = questionOf(attack);
    expect(stage.trust.question(question)).toMatchObject({
      value: { mayOnce: false, mayAlways: false, refusedBy: "problem" },
    });
    for (const choice of ["once", "always"] as const) {
      expect(await stage.trust.decide(question, choice)).toMatchObject({ ok: false });
    }
    expect(await verdictOf(stage, forged.port)).toBe("forged, expired");
  });

  test("ends when the server has another key, and both are shown", async () => {
    const stage = await makeTrust();
    const first = selfSigned();
    const shown = await showServer(first);
    await stage.trust.decide(questionOf(await reach(stage, shown.port)), "always");
    for (const socket of shown.connections) socket.destroy();
    const { port } = await showServer(selfSigned(), { port: 0 });
    // The same place: what counts is the place that was accepted.
    const [kept] = (await stage.store.ask("trust", "all", null)).exceptions;
    expect(kept?.port).toBe(shown.port);
    await stage.store.ask("trust", "accept", {
      place: { domain, host: "127.0.0.1", port },
      certificate: {
        fingerprint: first.certificate.fingerprint,
        der: first.certificate.encoded,
        subject: "first",
        expiresAt: 1,
      },
      spki: kept?.spki ?? "",
      boundTo: "certificate",
      problems: ["self-signed"],
      expiresAt: null,
      now: 1,
    });
    await stage.trust.reload();
    const changed = await reach(stage, port);
    expect(wordsFor(changed.secured)).toBe("self-signed, key-changed");
    expect(stage.trust.question(questionOf(changed))).toMatchObject({
      value: { previous: { fingerprint: first.certificate.fingerprint } },
    });
    await stage.trust.decide(questionOf(changed), "always");
    expect(await verdictOf(stage, port)).toBe("trusted");
  });

  test("can be forbidden", async () => {
    const stage = await makeTrust({ rules: { mayMakeExceptions: false } });
    const { port } = await showServer(selfSigned());
    const question = questionOf(await reach(stage, port));
    expect(stage.trust.question(question)).toMatchObject({
      value: { mayOnce: false, mayAlways: false, refusedBy: "policy" },
    });
    expect(await stage.trust.decide(question, "once")).toMatchObject({ ok: false });
  });

  test("of an earlier time counts for nothing once it is forbidden", async () => {
    const stage = await makeTrust();
    const { port } = await showServer(selfSigned());
    await stage.trust.decide(questionOf(await reach(stage, port)), "always");
    stage.rules = { ...stage.rules, mayMakeExceptions: false };
    expect(await verdictOf(stage, port)).toBe("self-signed");
  });
});

describe("a remembered key", () => {
  test("is the one that a server must have, until a person takes the new one", async () => {
    const stage = await makeTrust({ imported: [root], rules: { remembersKeys: true } });
    const first = issueLeaf(root);
    const { port } = await showServer(first);
    expect(await verdictOf(stage, port)).toBe("trusted");
    const [pin] = (await stage.store.ask("trust", "all", null)).pins;
    expect(pin).toMatchObject({ domain, port, certificate: first.certificate.fingerprint });
    const other = await showServer(issueLeaf(root));
    await stage.store.ask("trust", "pin", {
      place: { domain, host: "127.0.0.1", port: other.port },
      certificate: {
        fingerprint: first.certificate.fingerprint,
        der: first.certificate.encoded,
        subject: "first",
        expiresAt: 1,
      },
      spki: pin?.spki ?? "",
      now: 1,
    });
    await stage.trust.reload();
    const changed = await reach(stage, other.port);
    expect(wordsFor(changed.secured)).toBe("key-changed");
    await stage.trust.decide(questionOf(changed), "always");
    expect(await verdictOf(stage, other.port)).toBe("trusted");
    expect((await stage.store.ask("trust", "all", null)).exceptions).toEqual([]);
  });
});

describe("a staple", () => {
  test.each(["soft", "hard"] as const)("that is good is enough: %s", async (revocation) => {
    const leaf = issueLeaf(root);
    const stage = await makeTrust({ imported: [root], rules: { revocation } });
    const { port } = await showServer(leaf, { staple: () => statusOf(root, leaf, "good") });
    expect(await verdictOf(stage, port)).toBe("trusted");
    expect(stage.trust.servers()[0]?.decision?.checks).toMatchObject([{ kind: "staple" }]);
  });

  test.each(["off", "soft", "hard"] as const)("that says revoked refuses: %s", async (mode) => {
    const leaf = issueLeaf(root);
    const stage = await makeTrust({ imported: [root], rules: { revocation: mode } });
    const { port } = await showServer(leaf, { staple: () => statusOf(root, leaf, "revoked") });
    const refused = await reach(stage, port);
    expect(wordsFor(refused.secured)).toBe("revoked");
    expect(stage.trust.question(questionOf(refused))).toMatchObject({ value: { mayOnce: false } });
  });

  test("that says revoked refuses also where nobody vouches for the chain", async () => {
    const leaf = issueLeaf(root);
    const stage = await makeTrust();
    const staple = (): Buffer => statusOf(root, leaf, "revoked");
    const { port } = await showServer(leaf, { chain: [root], staple });
    expect(await verdictOf(stage, port)).toBe("revoked, untrusted-authority");
  });

  test("that is stale, or of somebody else, is none", async () => {
    const leaf = issueLeaf(root);
    const before = Date.now() - 5 * dayMs;
    const stale = statusOf(root, leaf, "good", before, before + dayMs);
    const foreign = statusOf(makeRoot("Verona Root"), leaf, "good");
    for (const staple of [stale, foreign, Buffer.from("nonsense")]) {
      const { port } = await showServer(leaf, { staple: () => staple });
      const hard = await makeTrust({ imported: [root], rules: { revocation: "hard" } });
      expect(await verdictOf(hard, port)).toBe("revocation-unknown");
      const soft = await makeTrust({ imported: [root] });
      expect(await verdictOf(soft, port)).toBe("trusted");
      expect(soft.trust.servers()[0]?.decision?.checks).toEqual([
        { kind: "not-checked", why: "no-source" },
      ]);
    }
  });

  test("that was promised must come", async () => {
    const leaf = issueLeaf(root, { mustStaple: true });
    const stage = await makeTrust({ imported: [root] });
    const refused = await reach(stage, (await showServer(leaf)).port);
    expect(wordsFor(refused.secured)).toBe("staple-missing");
    expect(stage.trust.question(questionOf(refused))).toMatchObject({ value: { mayOnce: false } });
    const { port } = await showServer(leaf, { staple: () => statusOf(root, leaf, "good") });
    expect(await verdictOf(stage, port)).toBe("trusted");
  });
});

describe("a responder", () => {
  test("is asked once, and its answer kept over a restart", async () => {
    let status: "good" | "revoked" = "good";
    const web = await serveWeb(() => statusOf(root, leaf, status));
    const leaf = issueLeaf(root, { ocsp: [web.url] });
    const { port } = await showServer(leaf);
    const stage = await makeTrust({ imported: [root], rules: { revocation: "hard" } });
    expect(await verdictOf(stage, port)).toBe("trusted");
    expect(stage.trust.servers()[0]?.decision?.checks).toMatchObject([{ kind: "ocsp" }]);
    status = "revoked";
    const again = await makeTrust({ store: stage.store, rules: { revocation: "hard" } });
    expect(await verdictOf(again, port)).toBe("trusted");
    expect(web.asked()).toBe(1);
  });

  test.each(["soft", "hard"] as const)("that says revoked refuses: %s", async (revocation) => {
    const web = await serveWeb(() => statusOf(root, leaf, "revoked"));
    const leaf = issueLeaf(root, { ocsp: [web.url] });
    const stage = await makeTrust({ imported: [root], rules: { revocation } });
    expect(await verdictOf(stage, (await showServer(leaf)).port)).toBe("revoked");
  });

  test("that is down does no harm under soft, and refuses under hard", async () => {
    const web = await serveWeb(() => ({ status: 500 }));
    const { port } = await showServer(issueLeaf(root, { ocsp: [web.url] }));
    const soft = await makeTrust({ imported: [root] });
    expect(await verdictOf(soft, port)).toBe("trusted");
    expect(soft.trust.servers()[0]?.decision?.checks).toEqual([
      { kind: "not-checked", why: "bad-answer" },
    ]);
    const hard = await makeTrust({ imported: [root], rules: { revocation: "hard" } });
    const refused = await reach(hard, port);
    expect(wordsFor(refused.secured)).toBe("revocation-unknown");
    expect(hard.trust.question(questionOf(refused))).toMatchObject({
      value: { mayOnce: true, mayAlways: false },
    });
    hard.rules = { ...hard.rules, isRevocationByPolicy: true };
    expect(hard.trust.question(questionOf(await reach(hard, port)))).toMatchObject({
      value: { mayOnce: false, refusedBy: "policy" },
    });
  });

  test("is not asked where that is switched off", async () => {
    const web = await serveWeb(() => ({ status: 500 }));
    const stage = await makeTrust({ imported: [root], rules: { revocation: "off" } });
    const { port } = await showServer(issueLeaf(root, { ocsp: [web.url] }));
    expect(await verdictOf(stage, port)).toBe("trusted");
    expect(web.asked()).toBe(0);
    expect(stage.trust.servers()[0]?.decision?.checks).toEqual([
      { kind: "not-checked", why: "switched-off" },
    ]);
  });

  test("inside the own network is not asked for a public certificate, unless that is allowed", async () => {
    const web = await serveWeb(() => statusOf(root, leaf, "revoked"));
    const leaf = issueLeaf(root, { ocsp: [web.url] });
    const { port } = await showServer(leaf);
    const stage = await makeTrust({ builtIn: [root] });
    expect(await verdictOf(stage, port)).toBe("trusted");
    expect(web.asked()).toBe(0);
    expect(stage.trust.servers()[0]?.decision?.checks).toEqual([
      { kind: "not-checked", why: "private-address" },
    ]);
    stage.rules = { ...stage.rules, mayAskPrivateHosts: true };
    expect(await verdictOf(stage, port)).toBe("revoked");
  });

  test("that keeps silent holds nothing up for longer than its time, and not a byte is said", async () => {
    const web = await serveWeb(() => null);
    const shown = await showServer(issueLeaf(root, { ocsp: [web.url] }));
    const stage = await makeTrust({ imported: [root], rules: { revocation: "hard" } });
    const start = performance.now();
    expect(await verdictOf(stage, shown.port)).toBe("revocation-unknown");
    expect(performance.now() - start).toBeLessThan(7_000);
    expect(shown.heard()).toBe("");
  });
});

describe("a list", () => {
  function listOf(serials: readonly TestAuthority[], number = 1): Buffer {
    return root.makeCrl({
      number,
      thisUpdate: Date.now() - hourMs,
      nextUpdate: Date.now() + dayMs,
      entries: serials.map(({ certificate }) => writeEntry(certificate.serial)),
    });
  }

  test("says what is revoked, and is kept over a restart", async () => {
    let revoked: TestAuthority[] = [];
    const web = await serveWeb(() => listOf(revoked));
    const leaf = issueLeaf(root, { crls: [web.url] });
    const { port } = await showServer(leaf);
    const stage = await makeTrust({ imported: [root], rules: { revocation: "hard" } });
    expect(await verdictOf(stage, port)).toBe("trusted");
    expect(stage.trust.servers()[0]?.decision?.checks).toMatchObject([{ kind: "crl" }]);
    const { store, folder } = stage;
    const again = await makeTrust({ store, folder, rules: { revocation: "hard" } });
    expect(await verdictOf(again, port)).toBe("trusted");
    expect(web.asked()).toBe(1);
    revoked = [leaf];
    const fresh = await makeTrust({ imported: [root] });
    expect(await verdictOf(fresh, port)).toBe("revoked");
  });

  test("of directories only is not supported, and does not crash", async () => {
    const leaf = issueLeaf(root, { crls: ["ldap://directory.example/cn=list"] });
    const { port } = await showServer(leaf);
    const stage = await makeTrust({ imported: [root] });
    expect(await verdictOf(stage, port)).toBe("trusted");
    expect(stage.trust.servers()[0]?.decision?.checks).toEqual([
      { kind: "not-checked", why: "unsupported-source" },
    ]);
  });

  test("steps in where the responder is down", async () => {
    const down = await serveWeb(() => ({ status: 503 }));
    const web = await serveWeb(() => listOf([leaf]));
    const leaf = issueLeaf(root, { ocsp: [down.url], crls: [web.url] });
    const stage = await makeTrust({ imported: [root] });
    expect(await verdictOf(stage, (await showServer(leaf)).port)).toBe("revoked");
  });
});

describe("open connections", () => {
  test("are closed when what they were trusted for is gone", async () => {
    const stage = await makeTrust({ imported: [root] });
    const { port } = await showServer(issueLeaf(root));
    const { secured, transport } = await reach(stage, port);
    expect(secured.ok).toBe(true);
    const ended = new Promise((resolve) => {
      transport.listen({ data: () => undefined, end: resolve });
    });
    await stage.trust.distrust(root.certificate.fingerprint);
    expect(await ended).toMatchObject({ kind: "broken" });
  });

  test("stay open when something else changes", async () => {
    const stage = await makeTrust({ imported: [root] });
    const { port } = await showServer(issueLeaf(root));
    const { transport } = await reach(stage, port);
    const end = vi.fn();
    transport.listen({ data: () => undefined, end });
    stage.rules = { ...stage.rules, revocation: "off" };
    await stage.trust.reload();
    await stage.trust.gate.rejudge();
    expect(end).not.toHaveBeenCalled();
    expect(stage.views.length).toBeGreaterThan(0);
  });

  test("are never resumed: each shows its certificate anew", async () => {
    const stage = await makeTrust({ imported: [root] });
    const shown = await showServer(issueLeaf(root));
    for (let turn = 0; turn < 3; turn++) expect(await verdictOf(stage, shown.port)).toBe("trusted");
    await vi.waitFor(() => {
      expect(shown.resumptions).toEqual([false, false, false]);
    });
  });
});
