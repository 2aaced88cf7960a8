/** What the page consists of, and the policy it is served under. Pure: the protocol that serves it is
 *  in page-protocol.ts. */

import { extname, join, normalize, sep } from "node:path";

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

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

export interface PageFile {
  readonly path: string;
  readonly type: string;
}

/** The file for a request, or null if it is not one of the page's.
 *  @param folder with the built page */
export function pageFile(method: string, url: string, folder: string): PageFile | null {
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
  const type = contentTypes[extname(path)];
  return path.startsWith(folder + sep) && type !== undefined ? { path, type } : null;
}
