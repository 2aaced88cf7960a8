/** Who is online: the presence of every device of every contact, reduced to one for each person. */

import { rosterLimits } from "../base/limits.ts";
import type { Availability, ContactView } from "../contract/views.ts";
import { bareOf, resourceOf, type BareJid } from "../xmpp/jid.ts";
import type { Presence } from "../xmpp/stanza/presence.ts";

type PresenceView = ContactView["presence"];

interface DevicePresence {
  readonly availability: Availability;
  readonly status: string;
  readonly priority: number;
}

/** The more reachable, the larger. */
const reachability: Record<Availability, number> = { chat: 4, online: 3, away: 2, dnd: 1, xa: 0 };

export class PresenceBook {
  readonly #devices = new Map<BareJid, Map<string, DevicePresence>>();

  /** Takes a presence. Returns true if the person looks different now. */
  update(presence: Presence): boolean {
    const person = bareOf(presence.from);
    const before = this.of(person);
    const devices = this.#devices.get(person) ?? new Map<string, DevicePresence>();
    const device = resourceOf(presence.from);
    if (presence.type === "available") {
      if (devices.size >= rosterLimits.resourcesMax && !devices.has(device)) return false;
      if (this.#devices.size >= rosterLimits.contactsMax && devices.size === 0) return false;
      const { availability, status, priority } = presence;
      devices.set(device, { availability, status, priority });
      this.#devices.set(person, devices);
    } else if (device === "") {
      // RFC 6121 §4.5.4: unavailable without a device: all of them.
      this.#devices.delete(person);
    } else {
      devices.delete(device);
      if (devices.size === 0) this.#devices.delete(person);
    }
    const after = this.of(person);
    return before?.availability !== after?.availability || before?.status !== after?.status;
  }

  /** The presence of a person: that of the device with the highest priority, the most reachable of
   *  equals. Null while none is online. */
  of(person: BareJid): PresenceView {
    let best: DevicePresence | null = null;
    for (const device of this.#devices.get(person)?.values() ?? []) {
      if (!best || isBetter(device, best)) best = device;
    }
    return best && { availability: best.availability, status: best.status };
  }

  /** Without a connection nothing is known of anybody. Returns whose presence went. */
  clear(): BareJid[] {
    const people = [...this.#devices.keys()];
    this.#devices.clear();
    return people;
  }
}

function isBetter(a: DevicePresence, b: DevicePresence): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return reachability[a.availability] > reachability[b.availability];
}
