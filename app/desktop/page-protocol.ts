/** The page's own scheme. `app://linnet/` serves the files of the built page and nothing else: no
 *  file:// with its reach over the disk, no server that others could talk to. */

import { readFile } from "node:fs/promises";
import { protocol, type Session } from "electron";
import { contentSecurityPolicy, pageFile, pageScheme } from "./page-files.ts";

/** Must run before the app is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** @param folder with the built page */
export function servePage(session: Session, folder: string): void {
  session.protocol.handle(pageScheme, async (request) => {
    const file = pageFile(request.method, request.url, folder);
    if (!file) return new Response(null, { status: 404 });
    try {
      return new Response(await readFile(file.path), {
        headers: {
          "Content-Type": file.type,
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
