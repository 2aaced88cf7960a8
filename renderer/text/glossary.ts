/** Words of the trade and what people read instead. A test looks for the left column on the screen. */

export const glossary: Readonly<Record<string, string>> = {
  JID: "address",
  MUC: "group or channel",
  PubSub: "(not named)",
  PEP: "(not named)",
  MAM: "history",
  carbons: "(not named)",
  stanza: "message",
  roster: "contacts",
  resource: "device",
  presence: "status",
  subscription: "contact request",
  SASL: "sign-in",
  SCRAM: "sign-in",
  TLS: "encryption",
  STARTTLS: "encryption",
  IQ: "(not named)",
  OMEMO: "end-to-end encryption",
  "end point": "server",
};
