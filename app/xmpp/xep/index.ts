/** Every extension we implement, in the order of their numbers.
 *
 *  From this list come the disco features, the caps hash, the types of message and presence fields,
 *  the DOAP file and the README's table. Adding an extension is adding a line here. */

import { disco } from "./0030-disco.ts";
import { caps } from "./0115-caps.ts";
import { receipts } from "./0184-receipts.ts";
import { streamManagement } from "./0198-stream-management.ts";
import { ping } from "./0199-ping.ts";
import { delay } from "./0203-delay.ts";
import { clientCertificates } from "./0257-client-certificates.ts";
import { stanzaIds } from "./0359-stanza-ids.ts";
import { directTls } from "./0368-direct-tls.ts";
import { channelBindingTypes } from "./0440-channel-binding-types.ts";

export const extensions = [
  disco,
  caps,
  receipts,
  streamManagement,
  ping,
  delay,
  clientCertificates,
  stanzaIds,
  directTls,
  channelBindingTypes,
] as const;
