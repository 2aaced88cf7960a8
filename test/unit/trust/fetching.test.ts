/** What a certificate may make us fetch: little, for a short time, and nothing from inside. */

import { describe, expect, test } from "vitest";
import { FakeClock } from "../../../app/base/clock.fake.ts";
import { systemClock } from "../../../app/base/clock.ts";
import { isPrivateAddress } from "../../../app/trust/network-place.ts";
import { RevocationFetcher, type FetchRequest } from "../../../app/trust/revocation-fetcher.ts";
import type { Web } from "../../../app/trust/web-fetch.ts";
import { nodeWeb, serveWeb } from "./stage.ts";

function request(url: string, more: Partial<FetchRequest> = {}): FetchRequest {
  return { url, bytesMax: 1_000, mayBePrivate: true, timeoutMs: 2_000, ...more };
}

async function said(fetching: ReturnType<RevocationFetcher["fetch"]>): Promise<string> {
  const fetched = await fetching;
  return fetched.ok ? Buffer.from(fetched.value).toString() : fetched.error;
}

const fetcher = new RevocationFetcher(nodeWeb, systemClock);

describe("addresses", () => {
  test.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "not an address",
    "",
  ])("inside: %s", (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  test.each(["192.0.32.10", "172.32.0.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])(
    "outside: %s",
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );
});

describe("refused", () => {
  test.each([
    "ldap://directory.example/list",
    "file:///etc/passwd",
    "ftp://a.example/list",
    "http://user:secret@127.0.0.1/",
    "javascript:alert(1)",
    "//a.example",
    `http://a.example/${"x".repeat(3_000)}`,
    "",
  ])("%s", async (url) => {
    expect(await said(fetcher.fetch(request(url)))).toBe("unsupported-source");
  });

  test.each(["http://127.0.0.1:9/", "http://[::1]:9/", "http://2130706433/", "http://0x7f.1/"])(
    "from a public certificate: %s",
    async (url) => {
      const asked = fetcher.fetch(request(url, { mayBePrivate: false }));
      expect(await said(asked)).toBe("private-address");
    },
  );

  test("a public name that leads inside", async () => {
    const web: Web = { ...nodeWeb, resolve: () => Promise.resolve(["192.0.32.10", "10.0.0.1"]) };
    const asked = new RevocationFetcher(web, systemClock).fetch(
      request("http://ocsp.example/", { mayBePrivate: false }),
    );
    expect(await said(asked)).toBe("private-address");
  });

  test("a redirect that leads inside, or to what cannot be fetched", async () => {
    const inner = await serveWeb(() => Buffer.from("secret"));
    const web: Web = {
      resolve: (host) => Promise.resolve([host === "outer.example" ? "192.0.32.10" : host]),
      fetch: (url, init) =>
        url.startsWith("http://outer.example")
          ? Promise.resolve({
              status: 302,
              headers: { get: () => new URL(url).searchParams.get("to") },
              body: null,
            })
          : nodeWeb.fetch(url, init),
    };
    const guarded = new RevocationFetcher(web, systemClock);
    const asked = (to: string): Promise<string> =>
      said(guarded.fetch(request(`http://outer.example/?to=${to}`, { mayBePrivate: false })));
    expect(await asked(inner.url)).toBe("private-address");
    expect(await asked("file:///etc/passwd")).toBe("unsupported-source");
    expect(inner.asked()).toBe(0);
  });

  test("too much, announced or not", async () => {
    const big = await serveWeb(() => Buffer.alloc(2_000));
    expect(await said(fetcher.fetch(request(big.url)))).toBe("too-large");
  });

  test("redirects without end", async () => {
    const loop = await serveWeb(() => ({ status: 302, location: "/again" }));
    expect(await said(fetcher.fetch(request(loop.url)))).toBe("bad-answer");
    expect(loop.asked()).toBe(4);
  });
});

test("what is being fetched is not fetched twice", async () => {
  const web = await serveWeb(() => Buffer.from("list"));
  const both = [fetcher.fetch(request(web.url)), fetcher.fetch(request(web.url))];
  expect(await Promise.all(both.map(said))).toEqual(["list", "list"]);
  expect(web.asked()).toBe(1);
});

test("whoever keeps silent is left, even by a network stack that does not listen", async () => {
  const clock = new FakeClock();
  const deaf: Web = { ...nodeWeb, fetch: () => new Promise(() => undefined) };
  const asked = said(new RevocationFetcher(deaf, clock).fetch(request("http://a.example/")));
  await clock.advance(2_000);
  expect(await asked).toBe("unreachable");
  expect(clock.pending).toBe(0);
});
