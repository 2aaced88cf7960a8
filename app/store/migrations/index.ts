/** The schema's versions, in order. A migration that was released is never changed, only followed. */

import { initial } from "./0001-initial.ts";

/** The script at index n leads from version n to n + 1. */
export const migrations: readonly string[] = [initial];
