/** Other clients, measured beside ours where they are installed. They have no gate.
 *
 *  Each has a home folder of its own that it keeps from start to start, and no account: they find their
 *  servers by DNS, and there is none for a server that lives for a quarter of an hour. */

import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Person } from "./person.ts";
import type { Startable, Strip } from "./start.ts";

const clients = [
  { name: "Dino without an account", program: "/usr/bin/dino-im" },
  { name: "Gajim without an account", program: "/usr/bin/gajim" },
];

/** Their windows are smaller than ours. */
const strips: readonly Strip[] = [{ x: 40, width: 120, coloursMin: 12, colours: [] }];

export function installedPeers(person: Person): Startable[] {
  return clients.filter(isInstalled).map(({ name, program }) => {
    const home = join(person.home, program.slice(program.lastIndexOf("/") + 1));
    mkdirSync(home, { recursive: true });
    person.give(home);
    return {
      name,
      command: [program],
      env: { HOME: home },
      strips,
      restore: () => undefined,
    };
  });
}

function isInstalled({ program }: { program: string }): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    // Not installed.
    return false;
  }
}
