/** What the tests use of `@xmpp/client`, a client that is not ours. It has no types of its own. */

declare module "@xmpp/client" {
  import type { EventEmitter } from "node:events";
  import type { Element } from "@xmpp/xml";

  export { xml } from "@xmpp/xml";

  export interface Client extends EventEmitter {
    readonly iqCaller: { request(stanza: Element): Promise<Element> };
    start(): Promise<unknown>;
    stop(): Promise<unknown>;
    send(element: Element): Promise<void>;
  }

  export function client(options: {
    readonly service: string;
    readonly domain: string;
    readonly username: string;
    readonly password: string;
    readonly resource?: string;
  }): Client;
}
