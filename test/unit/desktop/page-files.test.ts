/** Which file answers which address of the page's own scheme: those of the page, and no others. */

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  contentSecurityPolicy,
  pageFile,
  pageOrigin,
  pageUrl,
} from "../../../app/desktop/page-files.ts";

const folder = join("/opt", "linnet", "renderer");

function pathOf(url: string, method = "GET"): string | null {
  return pageFile(method, url, folder)?.path ?? null;
}

describe("the page's own files", () => {
  test.each([
    ["/index.html", "text/html; charset=utf-8"],
    ["/assets/index-4f2a.js", "text/javascript; charset=utf-8"],
    ["/assets/index-4f2a.css", "text/css; charset=utf-8"],
    ["/assets/inter.woff2", "font/woff2"],
    ["/assets/bird.svg", "image/svg+xml"],
    ["/assets/a%20b.png", "image/png"],
  ])("are served with their type: %s", (path, type) => {
    expect(pageFile("GET", `${pageOrigin}${path}`, folder)).toEqual({
      path: join(folder, decodeURIComponent(path)),
      type,
    });
  });

  test("are served whatever stands behind the path", () => {
    expect(pathOf(`${pageUrl}?v=1#top`)).toBe(join(folder, "index.html"));
    expect(pathOf(`${pageOrigin}/assets/../index.html`)).toBe(join(folder, "index.html"));
  });
});

describe("nothing else is served", () => {
  test.each([
    "/..%2fsecret.js",
    "/..%2F..%2Fetc%2Fpasswd.html",
    "/%2e%2e%2fsecret.js",
    "/assets/..%2f..%2fsecret.js",
    "/..%2frenderer-of-somebody-else%2findex.html",
    "/%2e%2e%2frenderer.js",
  ])("outside the folder: %s", (path) => {
    expect(pathOf(`${pageOrigin}${path}`)).toBeNull();
  });

  test.each([
    "/../secret.js",
    "/../../../../etc/passwd.html",
    "/%2e%2e/secret.js",
    "/%2E%2E/%2e%2e/secret.js",
    "/.%2e/secret.js",
    "/assets/../../secret.js",
    "/%252e%252e%252fsecret.js",
    "//etc/passwd.html",
    "/..\\..\\secret.js",
    "/..%5c..%5csecret.js",
  ])("above the root of the address, which is the folder: %s", (path) => {
    expect(pathOf(`${pageOrigin}${path}`)?.startsWith(`${folder}/`) ?? true).toBe(true);
  });

  test.each([
    "/",
    "",
    "/assets",
    "/index.htm",
    "/preload.cjs",
    "/linnet.db",
    "/vault.json",
    "/.html",
    "/index.html.map",
    "/constructor",
    "/x.constructor",
    "/%",
    "/%zz/index.html",
    "/%ff.html",
  ])("of another kind: %j", (path) => {
    expect(pathOf(`${pageOrigin}${path}`)).toBeNull();
  });

  test.each([
    "app://other/index.html",
    "app://linnet.example/index.html",
    "app://linnet:80/index.html",
    "app:///index.html",
    "app:index.html",
    "app:/index.html",
    "file:///opt/linnet/renderer/index.html",
    "http://linnet/index.html",
    "https://linnet/index.html",
    "apps://linnet/index.html",
    "linnet/index.html",
    "",
  ])("from another place: %j", (url) => {
    expect(pathOf(url)).toBeNull();
  });

  test.each(["POST", "HEAD", "PUT", "DELETE", "OPTIONS", "get", ""])(
    "for another method: %j",
    (method) => {
      expect(pathOf(pageUrl, method)).toBeNull();
    },
  );
});

test("the page may run and load what is its own, and reach nobody", () => {
  const rules = new Map(
    contentSecurityPolicy.split("; ").map((rule): [string, string[]] => {
      const [name = "", ...sources] = rule.split(" ");
      return [name, sources];
    }),
  );
  for (const name of ["default-src", "connect-src", "form-action", "base-uri", "frame-ancestors"]) {
    expect({ name, sources: rules.get(name) }).toEqual({ name, sources: ["'none'"] });
  }
  expect(rules.get("script-src")).toEqual(["'self'"]);
  expect(rules.get("style-src")).toEqual(["'self'"]);
  expect(contentSecurityPolicy).not.toMatch(/unsafe|\*|http/);
});
