/** Nominal types: a `BareJid` and a `StanzaId` are both strings and must never be mixed. */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };
