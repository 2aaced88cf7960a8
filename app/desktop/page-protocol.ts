/** The page's own scheme. `app://linnet/` serves the files of the built page and nothing else: no
 *  file:// with its reach over the disk, no server that others could talk to. */

import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { protocol, type Session } from "electron";

export const pageScheme = "app";
export const pageOrigin = "app://linnet";
export const pageUrl = `${pageOrigin}/index.html`;

/** The page talks to nobody but us, through its port. Inline scripts and styles do not run. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** Must run before the app is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** @param folder with the built page */
export function servePage(session: Session, folder: string): void {
  session.protocol.handle(pageScheme, async (request) => {
    const path = pagePath(request.method, request.url, folder);
    const type = path === null ? undefined : contentTypes[extname(path)];
    if (path === null || type === undefined) return new Response(null, { status: 404 });
    try {
      return new Response(await readFile(path), {
        headers: {
          "Content-Type": type,
          "Content-Security-Policy": contentSecurityPolicy,
          "X-Content-Type-Options": "nosniff",
          "Cross-Origin-Opener-Policy": "same-origin",
        },
      });
    } catch {
      // readFile's failures all mean the same to the page.
      return new Response(null, { status: 404 });
    }
  });
}

/** The file for a request, or null if it is not one of the page's. */
export function pagePath(method: string, url: string, folder: string): string | null {
  const parsed = URL.parse(url);
  if (method !== "GET" || !parsed || `${parsed.protocol}//${parsed.host}` !== pageOrigin) {
    return null;
  }
  let pathname: string;
  try {
    pathname = decodeURIComponent(parsed.pathname);
  } catch {
    // Malformed percent-encoding: nothing of ours is called so.
    return null;
  }
  const path = normalize(join(folder, pathname));
  return path.startsWith(folder + sep) ? path : null;
}
