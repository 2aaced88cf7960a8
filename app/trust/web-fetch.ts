/** How the gate reaches the web: Electron's network stack in the program, Node's in tests. Both are given in. */

export interface WebRequest {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Redirects come back as they are. */
  readonly redirect: "manual";
  readonly signal: AbortSignal;
}

export interface WebResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

export interface Web {
  /** Without cookies and other credentials. @throws where there is no answer */
  fetch(url: string, request: WebRequest): Promise<WebResponse>;
  /** The addresses of a host. @throws where it has none */
  resolve(host: string): Promise<readonly string[]>;
}
