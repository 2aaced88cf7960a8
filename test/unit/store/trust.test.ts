/** Certificates have one row and are of one kind, whatever is done to them in whatever order. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { Database } from "@signalapp/sqlcipher";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../../app/store/database.ts";
import { initial } from "../../../app/store/migrations/0001-initial.ts";
import * as trust from "../../../app/store/queries/trust.ts";
import type { CertificateKind, NewCertificate } from "../../../app/store/queries/trust.ts";
import { TestAuthority } from "../../lab/certificates.ts";
import { derOf } from "../../lab/gate.ts";
import { makeFolder, openStore, testKey } from "../../lab/profile-folder.ts";

function certificate(number: number): NewCertificate {
  const der = Buffer.from(`certificate ${number}`);
  const fingerprint = createHash("sha256").update(der).digest("hex");
  return { fingerprint, der, subject: `subject ${number}`, expiresAt: number };
}

/** Numbers below are also authorities of the system. */
const builtInMax = 2;
const places = [1, 2].map((port) => ({ domain: "a.example", host: "h", port }));

type Step =
  | { readonly do: "import" | "remove" | "distrust" | "restore"; readonly number: number }
  | { readonly do: "accept" | "pin"; readonly number: number; readonly place: number }
  | { readonly do: "unaccept" | "unpin"; readonly place: number };

const number = fc.nat({ max: 4 });
const place = fc.nat({ max: places.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom("import", "remove", "distrust", "restore"), number }),
  fc.record({ do: fc.constantFrom("accept", "pin"), number, place }),
  fc.record({ do: fc.constantFrom("unaccept", "unpin"), place }),
);

/** What should be known of everything, kept the simplest way. */
class Model {
  readonly imported = new Set<number>();
  readonly distrusted = new Set<number>();
  readonly accepted = new Map<number, number>();
  readonly pinned = new Map<number, number>();

  kindOf(number: number): CertificateKind | null {
    if (this.distrusted.has(number)) return "distrusted";
    if (this.imported.has(number)) return "authority";
    const isUsed = [...this.accepted.values(), ...this.pinned.values()].includes(number);
    return isUsed ? "server" : null;
  }

  run(each: Step): void {
    switch (each.do) {
      case "import":
        this.imported.add(each.number);
        break;
      case "remove":
        // Not what is distrusted: that is no authority now, and is one again when it is restored.
        if (!this.distrusted.has(each.number)) this.imported.delete(each.number);
        break;
      case "distrust":
        this.distrusted.add(each.number);
        break;
      case "restore":
        this.distrusted.delete(each.number);
        break;
      case "accept":
        this.accepted.set(each.place, each.number);
        if (this.pinned.has(each.place)) this.pinned.set(each.place, each.number);
        break;
      case "pin":
        if (!this.pinned.has(each.place)) this.pinned.set(each.place, each.number);
        break;
      case "unaccept":
        this.accepted.delete(each.place);
        break;
      case "unpin":
        this.pinned.delete(each.place);
    }
  }
}

function run(db: Database, each: Step): void {
  const now = 1;
  const spki = "number" in each ? `spki ${each.number}` : "";
  const at = "place" in each ? places[each.place] : null;
  const { exceptions, pins } = trust.all.run(db, null);
  const isHere = (record: { readonly port: number }): boolean => record.port === at?.port;
  switch (each.do) {
    case "import":
      trust.addAuthorities.run(db, { certificates: [certificate(each.number)] });
      break;
    case "remove":
      trust.removeAuthority.run(db, certificate(each.number));
      break;
    case "distrust": {
      const isBuiltIn = each.number < builtInMax;
      trust.distrust.run(db, { certificate: certificate(each.number), isBuiltIn, now });
      break;
    }
    case "restore":
      trust.restore.run(db, certificate(each.number));
      break;
    case "accept":
      if (!at) break;
      trust.accept.run(db, {
        place: at,
        certificate: certificate(each.number),
        spki,
        boundTo: "certificate",
        problems: ["expired"],
        expiresAt: null,
        now,
      });
      break;
    case "pin":
      if (at) trust.pin.run(db, { place: at, certificate: certificate(each.number), spki, now });
      break;
    case "unaccept":
      trust.removeException.run(db, { id: exceptions.find(isHere)?.id ?? 0 });
      break;
    case "unpin":
      trust.removePin.run(db, { id: pins.find(isHere)?.id ?? 0 });
  }
}

describe("certificates", () => {
  test("are never lost and never of two kinds", () => {
    const db = openDatabase(join(makeFolder(), "linnet.db"), testKey);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        db.exec("DELETE FROM trust_exception; DELETE FROM trust_pin; DELETE FROM certificate");
        const model = new Model();
        for (const each of steps) {
          run(db, each);
          model.run(each);
          const { certificates, exceptions, pins } = trust.all.run(db, null);
          const kinds = new Map(certificates.map(({ fingerprint, kind }) => [fingerprint, kind]));
          expect(kinds.size).toBe(certificates.length);
          for (let index = 0; index < 5; index++) {
            const { fingerprint } = certificate(index);
            expect(kinds.get(fingerprint) ?? null).toBe(model.kindOf(index));
          }
          expect(exceptions).toHaveLength(model.accepted.size);
          expect(pins).toHaveLength(model.pinned.size);
        }
      }),
      { numRuns: 150, seed: 20261120 },
    );
    db.close();
  });

  test("that stand in an exception cannot be taken away from it", async () => {
    const store = await openStore();
    const where = { domain: "a.example", host: "h", port: 1 };
    const spki = "spki";
    await store.ask("trust", "pin", { place: where, certificate: certificate(3), spki, now: 1 });
    await store.ask("trust", "distrust", {
      certificate: certificate(3),
      isBuiltIn: false,
      now: 2,
    });
    await store.ask("trust", "removeAuthority", certificate(3));
    const { certificates, pins } = await store.ask("trust", "all", null);
    expect(certificates).toMatchObject([{ kind: "distrusted" }]);
    expect(pins).toHaveLength(1);
  });
});

test("authorities of an older version move over, whole and once", () => {
  const path = join(makeFolder(), "linnet.db");
  const authority = new TestAuthority("Old Works CA");
  const before = new Database(path, { cacheStatements: true });
  before.pragma(`key = "x'${testKey}'"`);
  before.exec(initial);
  const insert = before.prepare(
    "INSERT INTO authority (fingerprint, subject, expires_at, pem) VALUES (?, ?, ?, ?)",
  );
  insert.run(["AA:BB", "Old Works CA", 7, authority.pem]);
  before.pragma("user_version = 1");
  before.close();
  const db = openDatabase(path, testKey);
  const { certificates } = trust.all.run(db, null);
  const der = derOf(authority.pem);
  expect(certificates.map((each) => ({ ...each, der: Buffer.from(each.der) }))).toEqual([
    {
      fingerprint: createHash("sha256").update(der).digest("hex"),
      der,
      kind: "authority",
      origin: "imported",
      subject: "Old Works CA",
      expiresAt: 7,
      addedAt: 0,
    },
  ]);
  db.close();
});
