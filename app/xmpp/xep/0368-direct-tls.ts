/** XEP-0368: SRV records for XMPP over TLS, version 1.1.0 (2019-08-20).
 *  https://xmpp.org/extensions/xep-0368.html
 *
 *  Implemented below the protocol library, in net/resolver.ts and net/dialer.ts. */

import { xep } from "./define.ts";

export const directTls = xep({
  number: "0368",
  title: "SRV records for XMPP over TLS",
  version: "1.1.0",
  date: "2019-08-20",
  status: "complete",
});
