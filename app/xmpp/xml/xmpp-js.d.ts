/** The parts of the xmpp.js packages that we compose, typed for what we use of them.
 *  (The published types reach for the whole client and let `any` through.) */

declare module "@xmpp/xml" {
  export type Attributes = Record<string, string | undefined>;
  export type Node = Element | string;

  export class Element {
    constructor(name: string, attrs?: Attributes);
    name: string;
    parent: Element | null;
    children: Node[];
    attrs: Attributes;
    is(name: string, xmlns?: string): boolean;
    getName(): string;
    getNS(): string | undefined;
    getChild(name: string, xmlns?: string): Element | undefined;
    getChildren(name: string, xmlns?: string): Element[];
    getChildText(name: string, xmlns?: string): string | null;
    getChildElements(): Element[];
    text(): string;
    append(...nodes: Node[]): void;
    toString(): string;
  }

  export function xml(
    name: string,
    attrs?: Attributes | string | null,
    ...children: (Node | null | undefined | readonly Node[])[]
  ): Element;
}

declare module "@xmpp/middleware" {
  import type { EventEmitter } from "node:events";
  import type { Element } from "@xmpp/xml";

  /** What the packages ask of the object they are attached to. */
  export interface Entity extends EventEmitter {
    jid: { toString(): string } | null;
    readonly options: { readonly domain: string };
    send(element: Element): Promise<void>;
  }

  export interface IncomingContext {
    readonly stanza: Element;
    readonly name: string;
    readonly type: string;
    readonly id: string;
    /** Set by `@xmpp/iq/callee`: the one child of an IQ request. */
    readonly element?: Element;
  }

  export type Handler = (context: IncomingContext, next: () => Promise<unknown>) => unknown;

  export interface Middleware {
    use(handler: Handler): Handler;
  }

  export default function middleware(options: { entity: Entity }): Middleware;
}

declare module "@xmpp/stream-features" {
  import type { Element } from "@xmpp/xml";
  import type { IncomingContext, Middleware } from "@xmpp/middleware";

  export interface StreamFeatures {
    use(
      name: string,
      xmlns: string,
      handler: (
        context: IncomingContext,
        next: () => Promise<unknown>,
        feature: Element,
      ) => Promise<unknown>,
    ): void;
  }

  export default function streamFeatures(options: { middleware: Middleware }): StreamFeatures;
}

declare module "@xmpp/iq/callee.js" {
  import type { Entity, Middleware } from "@xmpp/middleware";

  export default function iqCallee(options: { middleware: Middleware; entity: Entity }): unknown;
}
