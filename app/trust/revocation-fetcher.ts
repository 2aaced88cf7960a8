/** Fetches what responders and authorities publish, from addresses that a certificate names: over http(s)
 *  only, only so much, only so long, and not from inside the own network for a certificate of the public. */

import { isIP } from "node:net";
import type { Clock } from "../base/clock.ts";
import { trustLimits } from "../base/limits.ts";
import { failure, success, type Result } from "../base/result.ts";
import { isPrivateAddress } from "./network-place.ts";
import type { Web, WebResponse } from "./web-fetch.ts";

export type FetchProblem =
  "unsupported-source" | "private-address" | "unreachable" | "too-large" | "bad-answer";

export interface FetchRequest {
  readonly url: string;
  /** POSTed where there is one. */
  readonly body?: Uint8Array;
  readonly contentType?: string;
  readonly bytesMax: number;
  readonly mayBePrivate: boolean;
  /** Milliseconds. */
  readonly timeoutMs: number;
}

export class RevocationFetcher {
  readonly #web: Web;
  readonly #clock: Clock;
  readonly #flights = new Map<string, Promise<Result<Uint8Array, FetchProblem>>>();

  constructor(web: Web, clock: Clock) {
    this.#web = web;
    this.#clock = clock;
  }

  /** Who asks for what is being fetched already gets the same answer. */
  fetch(request: FetchRequest): Promise<Result<Uint8Array, FetchProblem>> {
    const body = request.body ? Buffer.from(request.body).toString("base64") : "";
    const key = `${request.mayBePrivate} ${request.url} ${body}`;
    const flying = this.#flights.get(key);
    if (flying) return flying;
    if (this.#flights.size >= trustLimits.flightsMax) {
      return Promise.resolve(failure("unreachable"));
    }
    const flight = this.#fly(request).finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }

  async #fly(request: FetchRequest): Promise<Result<Uint8Array, FetchProblem>> {
    const abort = new AbortController();
    const late = Promise.withResolvers<Result<never, FetchProblem>>();
    const cancel = this.#clock.after(request.timeoutMs, () => {
      late.resolve(failure("unreachable"));
      abort.abort();
    });
    // A stack that does not heed the signal must not keep anybody waiting.
    const answer = await Promise.race([this.#follow(request, abort), late.promise]);
    cancel();
    abort.abort();
    return answer;
  }

  async #follow(
    request: FetchRequest,
    { signal }: AbortController,
  ): Promise<Result<Uint8Array, FetchProblem>> {
    let { url } = request;
    try {
      for (let redirects = 0; redirects <= trustLimits.redirectsMax; redirects++) {
        const trouble = await this.#troubleOf(url, request.mayBePrivate);
        if (trouble !== null) return failure(trouble);
        const { body, contentType } = request;
        const response = await this.#web.fetch(url, {
          method: body ? "POST" : "GET",
          headers: contentType === undefined ? {} : { "content-type": contentType },
          ...(body ? { body } : {}),
          redirect: "manual",
          signal,
        });
        if (response.status === 200) return await readBody(response, request.bytesMax);
        const target = response.headers.get("location");
        if (!redirecting.has(response.status) || target === null) return failure("bad-answer");
        url = new URL(target, url).href;
      }
      return failure("bad-answer");
    } catch {
      // Networks fail in countless ways, and a target may be no address at all: there is no answer.
      return failure("unreachable");
    }
  }

  async #troubleOf(text: string, mayBePrivate: boolean): Promise<FetchProblem | null> {
    const url = text.length <= trustLimits.urlCharsMax && URL.canParse(text) ? new URL(text) : null;
    if (!url || !isWebUrl(text) || url.username !== "" || url.password !== "") {
      return "unsupported-source";
    }
    if (mayBePrivate) return null;
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const addresses = isIP(host) ? [host] : await this.#web.resolve(host);
    return addresses.length === 0 || addresses.some(isPrivateAddress) ? "private-address" : null;
  }
}

/** Whether an address can be fetched at all: directories (ldap) cannot. */
export function isWebUrl(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

const redirecting: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

async function readBody(
  response: WebResponse,
  bytesMax: number,
): Promise<Result<Uint8Array, FetchProblem>> {
  const announced = Number(response.headers.get("content-length") ?? 0);
  if (announced > bytesMax) return failure("too-large");
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > bytesMax) return failure("too-large");
    chunks.push(chunk);
  }
  return success(Buffer.concat(chunks));
}
