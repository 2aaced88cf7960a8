/** What the readers of key files say, in the contract's words. */

import type { IdentityFault } from "../contract/problems.ts";
import type { ReplyFault } from "../pki/identity/signing-request.ts";

export function fileFault({ kind }: ReplyFault): IdentityFault {
  switch (kind) {
    case "unknown-format":
    case "damaged":
    case "unsupported":
    case "other-key":
      return kind;
    case "too-much-work":
      return "too-large";
    // Asked for where a password is possible; an authority's reply has none.
    case "password-needed":
    case "wrong-password":
      return "unsupported";
  }
}
