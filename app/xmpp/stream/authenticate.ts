/** Signing in with SASL (RFC 6120 §6). */

import { xml, type Element } from "@xmpp/xml";
import { failure, type Result } from "../../base/result.ts";
import type { Mechanism } from "../sasl/mechanism.ts";
import type { SaslOffer } from "../sasl/choose.ts";
import { offeredBindingTypes } from "../xep/0440-channel-binding-types.ts";
import type { SessionEnd } from "./session-end.ts";
import type { XmlStream } from "./xml-stream.ts";

export const nsSasl = "urn:ietf:params:xml:ns:xmpp-sasl";

/** Challenges in one exchange: SCRAM needs one or two. */
const challengesMax = 8;

export function readSaslOffer(features: Element): SaslOffer {
  const mechanisms = features.getChild("mechanisms", nsSasl);
  return {
    mechanisms: mechanisms?.getChildren("mechanism").map((each) => each.text().trim()) ?? [],
    bindingTypes: offeredBindingTypes(features),
  };
}

/** Runs the exchange to its end. The caller restarts the stream afterwards. */
export async function authenticate(
  stream: XmlStream,
  mechanism: Mechanism,
): Promise<Result<null, SessionEnd>> {
  const attrs = { xmlns: nsSasl, mechanism: mechanism.name };
  let outgoing = xml("auth", attrs, encodeInitial(mechanism.start()));
  for (let round = 0; round <= challengesMax; round++) {
    const answer = stream.next((element) => element.getNS() === nsSasl);
    stream.send(outgoing);
    const reply = await answer;
    if (!reply) return failure({ kind: "ended" });
    const data = decode(reply.text());
    switch (reply.getName()) {
      case "success": {
        const finished = mechanism.finish(data);
        return finished.ok ? finished : failure(unproven(finished.error));
      }
      case "failure":
        return failure(readFailure(reply));
      case "challenge": {
        const response = await mechanism.respond(data ?? new Uint8Array());
        if (!response.ok) {
          stream.send(xml("abort", { xmlns: nsSasl }));
          return failure(unproven(response.error));
        }
        outgoing = xml("response", { xmlns: nsSasl }, encode(response.value));
        break;
      }
      default:
        return failure({ kind: "protocol", detail: `SASL element ${reply.getName()}` });
    }
  }
  return failure({ kind: "protocol", detail: "endless SASL exchange" });
}

function unproven(fault: "server-unproven" | "bad-challenge"): SessionEnd {
  return { kind: "server-unproven", fault };
}

/** RFC 6120 §6.4.2: an empty initial response is "=", none at all is an empty element. */
function encodeInitial(data: Uint8Array | null): string {
  return data?.length === 0 ? "=" : encode(data ?? new Uint8Array());
}

function encode(data: Uint8Array): string {
  return Buffer.from(data).toString("base64");
}

function decode(text: string): Uint8Array | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  return trimmed === "=" ? new Uint8Array() : Buffer.from(trimmed, "base64");
}

/** RFC 6120 §6.5: what the server says about why it refused. */
function readFailure(reply: Element): SessionEnd {
  const [first] = reply.getChildElements().filter((child) => child.getName() !== "text");
  const condition = first?.getName() ?? "undefined-condition";
  const text = (reply.getChildText("text", nsSasl) ?? "").slice(0, 500);
  switch (condition) {
    case "not-authorized":
    case "invalid-authzid":
      return { kind: "not-authorized" };
    case "account-disabled":
    case "credentials-expired":
      return { kind: "account-disabled", text };
    default:
      return { kind: "sasl-failure", condition, text };
  }
}
