/** The web by Electron's network stack: it knows the system's proxies. No cookies, no credentials, no cache,
 *  and redirects come back instead of being followed, so that each can be judged. */

import { net, session, type Session } from "electron";

interface Request {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

interface Response {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Not the page's: that one reaches nothing. Kept in memory only. */
function ownSession(): Session {
  return session.fromPartition("revocation", { cache: false });
}

export const systemWeb = {
  fetch: (url: string, request: Request): Promise<Response> =>
    new Promise((resolve, reject) => {
      const { method, headers, body, signal } = request;
      const sent = net.request({
        session: ownSession(),
        url,
        method,
        redirect: "manual",
        credentials: "omit",
        useSessionCookies: false,
        cache: "no-store",
      });
      for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
      const abort = (): void => {
        sent.abort();
        reject(new Error("aborted"));
      };
      if (signal.aborted) {
        abort();
        return;
      }
      signal.addEventListener("abort", abort, { once: true });
      sent.on("redirect", (status, _method, target) => {
        const location = (name: string): string | null =>
          name.toLowerCase() === "location" ? target : null;
        resolve({ status, headers: { get: location }, body: null });
      });
      sent.on("response", (response) => {
        // Broken off in the middle: whoever reads it is told; nobody else has to be.
        response.on("error" as never, () => undefined);
        const get = (name: string): string | null => {
          const value = response.headers[name.toLowerCase()];
          return (Array.isArray(value) ? value[0] : value) ?? null;
        };
        const chunks = response as unknown as AsyncIterable<Uint8Array>;
        resolve({ status: response.statusCode, headers: { get }, body: chunks });
      });
      // Also what follows a redirect that is not followed.
      sent.on("error", reject);
      sent.end(body ? Buffer.from(body) : undefined);
    }),

  async resolve(host: string): Promise<readonly string[]> {
    const { endpoints } = await ownSession().resolveHost(host);
    return endpoints.map(({ address }) => address);
  },
};
