/** SCRAM against the examples of its RFCs and against an independent server. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scramLimits } from "../../../app/base/limits.ts";
import { systemRandom, type Random } from "../../../app/base/random.ts";
import { makePlain } from "../../../app/xmpp/sasl/plain.ts";
import { Scram, type ChannelBinding, type ScramHash } from "../../../app/xmpp/sasl/scram.ts";
import { ScramServer } from "../../lab/scram-server.ts";

/** A client that chooses the nonce of an example. */
function withNonce(nonce: string): Random {
  return { ...systemRandom, bytes: () => Buffer.from(nonce, "base64") };
}

const pencil = { username: "user", password: "pencil" };
const unbound: ChannelBinding = { flag: "n" };

async function answer(scram: Scram, challenge: string): Promise<string> {
  const response = await scram.respond(Buffer.from(challenge));
  return response.ok ? Buffer.from(response.value).toString() : response.error;
}

describe("the examples", () => {
  test("RFC 5802 §5: SCRAM-SHA-1", async () => {
    const scram = new Scram("SHA-1", unbound, pencil, withNonce("fyko+d2lbbFgONRv9qkxdawL"));
    expect(scram.name).toBe("SCRAM-SHA-1");
    expect(Buffer.from(scram.start()).toString()).toBe("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    const nonce = "fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j";
    expect(await answer(scram, `r=${nonce},s=QSXCR+Q6sek8bf92,i=4096`)).toBe(
      `c=biws,r=${nonce},p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=`,
    );
    const final = Buffer.from("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
    expect(scram.finish(final)).toEqual({ ok: true, value: null });
  });

  test("RFC 7677 §3: SCRAM-SHA-256", async () => {
    const scram = new Scram("SHA-256", unbound, pencil, withNonce("rOprNGfwEbeRWgbNEkqO"));
    expect(Buffer.from(scram.start()).toString()).toBe("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    expect(await answer(scram, `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`)).toBe(
      `c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
    );
    const final = Buffer.from("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    expect(scram.finish(final)).toEqual({ ok: true, value: null });
  });
});

describe("against a server that checks everything", () => {
  const digests = { "SHA-1": "sha1", "SHA-256": "sha256", "SHA-512": "sha512" } as const;
  const bindings: readonly ChannelBinding[] = [
    { flag: "n" },
    { flag: "y" },
    { flag: "p", type: "tls-exporter", data: Buffer.from("what both sides derived") },
  ];
  const all = (Object.keys(digests) as ScramHash[]).flatMap((hash) =>
    bindings.map((binding) => [hash, binding.flag, binding] as const),
  );

  test.each(all)("%s with %s", async (hash, flag, binding) => {
    const scram = new Scram(hash, binding, pencil, systemRandom);
    const bindingData = binding.flag === "p" ? { bindingData: binding.data } : {};
    const server = new ScramServer({ digest: digests[hash], password: "pencil", ...bindingData });
    const first = server.first(Buffer.from(scram.start()).toString());
    const verdict = server.final(await answer(scram, first));
    expect(verdict.isProven).toBe(true);
    expect(server.gs2Header).toBe(flag === "p" ? "p=tls-exporter,," : `${flag},,`);
    expect(scram.name.endsWith("-PLUS")).toBe(flag === "p");
    expect(scram.finish(Buffer.from(verdict.final)).ok).toBe(true);
  });

  test("a man in the middle has another channel binding, and the server notices", async () => {
    const data = Buffer.from("the connection to the man in the middle");
    const binding = { flag: "p", type: "tls-exporter", data } as const;
    const scram = new Scram("SHA-256", binding, pencil, systemRandom);
    const server = new ScramServer({
      digest: "sha256",
      password: "pencil",
      bindingData: Buffer.from("his connection to the server"),
    });
    const first = server.first(Buffer.from(scram.start()).toString());
    expect(server.final(await answer(scram, first)).isProven).toBe(false);
  });

  test("any name and password of letters, signs and emoji", async () => {
    const letters = ["a", "Z", "9", "=", ",", ":", "@", "&", "ж", "€", "日", "🔑", "'", '"', "<"];
    const text = fc.string({ unit: fc.constantFrom(...letters), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(text, text, async (username, password) => {
        const scram = new Scram("SHA-256", unbound, { username, password }, systemRandom);
        const server = new ScramServer({ digest: "sha256", password: password.normalize("NFKC") });
        const first = server.first(Buffer.from(scram.start()).toString());
        expect(server.username).toBe(username);
        expect(server.final(await answer(scram, first)).isProven).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("what a client must not accept", () => {
  async function respondTo(make: (nonce: string) => string): Promise<string> {
    const scram = new Scram("SHA-256", unbound, pencil, withNonce("rOprNGfwEbeRWgbNEkqO"));
    return answer(scram, make("rOprNGfwEbeRWgbNEkqO"));
  }

  test.each<[string, (nonce: string) => string]>([
    ["nothing", () => ""],
    ["a foreign nonce", () => "r=another,s=QUJD,i=4096"],
    ["our nonce and no more", (nonce) => `r=${nonce},s=QUJD,i=4096`],
    ["no salt", (nonce) => `r=${nonce}x,i=4096`],
    ["an empty salt", (nonce) => `r=${nonce}x,s=,i=4096`],
    ["no iterations", (nonce) => `r=${nonce}x,s=QUJD`],
    ["one iteration too few", (nonce) => `r=${nonce}x,s=QUJD,i=${scramLimits.iterationsMin - 1}`],
    ["one iteration too many", (nonce) => `r=${nonce}x,s=QUJD,i=${scramLimits.iterationsMax + 1}`],
    ["a negative count", (nonce) => `r=${nonce}x,s=QUJD,i=-4096`],
    ["a count in another notation", (nonce) => `r=${nonce}x,s=QUJD,i=1e5`],
    ["a count with a leading zero", (nonce) => `r=${nonce}x,s=QUJD,i=04096`],
    ["another order", (nonce) => `s=QUJD,r=${nonce}x,i=4096`],
    ["a mandatory extension", (nonce) => `m=ext,r=${nonce}x,s=QUJD,i=4096`],
    ["a line break", (nonce) => `r=${nonce}x,s=QUJD,i=4096\n`],
    ["a megabyte", (nonce) => `r=${nonce}${"x".repeat(1_000_000)},s=QUJD,i=4096`],
  ])("%s", async (_, make) => {
    expect(await respondTo(make)).toBe("bad-challenge");
  });

  test("an optional extension behind it is no fault", async () => {
    expect(await respondTo((nonce) => `r=${nonce}x,s=QUJD,i=4096,x=new`)).toMatch(/^c=biws,r=/);
  });

  test("success before the first challenge", () => {
    const scram = new Scram("SHA-256", unbound, pencil, systemRandom);
    expect(scram.finish(null)).toEqual({ ok: false, error: "server-unproven" });
    const empty = new Scram("SHA-256", unbound, pencil, systemRandom);
    expect(empty.finish(Buffer.from("v="))).toEqual({ ok: false, error: "server-unproven" });
  });

  test("a nonce is never used twice", () => {
    const nonces = Array.from({ length: 100 }, () =>
      Buffer.from(new Scram("SHA-1", unbound, pencil, systemRandom).start()).toString(),
    );
    expect(new Set(nonces).size).toBe(100);
  });
});

test("PLAIN says the name and the password as they are, and answers no challenge", async () => {
  const plain = makePlain({ username: "юлия", password: "p=,:€" });
  expect(Buffer.from(plain.start() ?? []).toString()).toBe("\0юлия\0p=,:€");
  expect(await plain.respond(Buffer.from("more"))).toEqual({ ok: false, error: "bad-challenge" });
  expect(plain.finish(null).ok).toBe(true);
});
