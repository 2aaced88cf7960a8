/** What tests and the demo need from a server, whichever it is. */

import type { KeyAndCertificate } from "./certificates.ts";

export interface XmppServer {
  readonly domain: string;
  readonly starttlsPort: number;
  readonly directTlsPort: number;
  /** Creates an account on the running server. */
  register(username: string, password: string): Promise<void>;
  /** Ends it as an administrator would, or as a power cut would. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Starts it again after {@link stop}, on the same ports and data, with another certificate if given. */
  restart(identity?: KeyAndCertificate): Promise<void>;
  /** Its log of what clients sent it, a line for each element. Needs {@link XmppServerOptions.isVerbose}. */
  received(): string[];
}

export interface XmppServerOptions {
  /** Everything the server writes goes here. */
  readonly folder: string;
  readonly domain: string;
  readonly identity: KeyAndCertificate;
  /** Logs everything that it receives. */
  readonly isVerbose?: boolean;
  /** The tree of an unpacked server instead of the installed one. */
  readonly root?: string;
}
