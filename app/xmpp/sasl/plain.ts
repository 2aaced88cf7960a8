/** PLAIN (RFC 4616): the password itself. Only for accounts that allow it, and never without TLS. */

import { success } from "../../base/result.ts";
import type { Credentials, Mechanism } from "./mechanism.ts";

export function makePlain({ username, password }: Credentials): Mechanism {
  return {
    name: "PLAIN",
    start: () => Buffer.from(`\0${username}\0${password}`),
    respond: () => Promise.resolve({ ok: false, error: "bad-challenge" }),
    finish: () => success(null),
  };
}
