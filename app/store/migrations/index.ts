/** The schema's versions, in order. A migration that was released is never changed, only followed. */

import type { Database } from "@signalapp/sqlcipher";
import { initial } from "./0001-initial.ts";
import { trust } from "./0002-trust.ts";
import { identities } from "./0003-identities.ts";

/** A script, or what has to be done where a script is not enough. */
export type Migration = string | ((db: Database) => void);

/** The migration at index n leads from version n to n + 1. */
export const migrations: readonly Migration[] = [initial, trust, identities];
