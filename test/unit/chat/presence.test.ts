/** The presences of many devices as one of a person. */

import { describe, expect, test } from "vitest";
import { rosterLimits } from "../../../app/base/limits.ts";
import { PresenceBook } from "../../../app/chat/presence.ts";
import { bareOf, parseJid, type Jid } from "../../../app/xmpp/jid.ts";
import type { Presence } from "../../../app/xmpp/stanza/presence.ts";

function jid(text: string): Jid {
  const parsed = parseJid(text);
  if (!parsed) throw new Error(`${text} is no address`);
  return parsed;
}

function presence(from: string, change: Partial<Presence> = {}): Presence {
  return {
    from: jid(from),
    type: "available",
    availability: "online",
    status: "",
    priority: 0,
    ...change,
  };
}

const bob = bareOf(jid("bob@work.example"));

/** What is seen of bob after some presences of his. */
function seen(...presences: readonly Presence[]): ReturnType<PresenceBook["of"]> {
  const book = new PresenceBook();
  for (const each of presences) book.update(each);
  return book.of(bob);
}

describe("one person", () => {
  test("is not there until a device says so, nor after the last has gone", () => {
    const book = new PresenceBook();
    expect(book.of(bob)).toBeNull();
    expect(book.update(presence("bob@work.example/phone", { status: "hi" }))).toBe(true);
    expect(book.of(bob)).toEqual({ availability: "online", status: "hi" });
    expect(book.update(presence("bob@work.example/phone", { type: "unavailable" }))).toBe(true);
    expect(book.of(bob)).toBeNull();
    expect(book.update(presence("bob@work.example/phone", { type: "unavailable" }))).toBe(false);
  });

  test("looks like the device with the highest priority, also a negative one", () => {
    expect(
      seen(
        presence("bob@work.example/a", { availability: "chat", priority: -5 }),
        presence("bob@work.example/b", { availability: "xa", priority: 5 }),
        presence("bob@work.example/c", { availability: "online", priority: 1 }),
      ),
    ).toEqual({ availability: "xa", status: "" });
    expect(seen(presence("bob@work.example/a", { priority: -5 }))?.availability).toBe("online");
  });

  test("looks like the most reachable of devices with one priority", () => {
    const order = ["xa", "dnd", "away", "online", "chat"] as const;
    for (const [index, better] of order.entries()) {
      for (const worse of order.slice(0, index)) {
        const both = [
          presence("bob@work.example/a", { availability: worse }),
          presence("bob@work.example/b", { availability: better }),
        ];
        expect(seen(...both)?.availability).toBe(better);
        expect(seen(...both.toReversed())?.availability).toBe(better);
      }
    }
  });

  test("falls back to the next device when the best one goes", () => {
    const book = new PresenceBook();
    book.update(presence("bob@work.example/desk", { priority: 5, status: "at the desk" }));
    book.update(presence("bob@work.example/phone", { availability: "away" }));
    book.update(presence("bob@work.example/desk", { type: "unavailable" }));
    expect(book.of(bob)).toEqual({ availability: "away", status: "" });
  });

  test("is gone with all devices when the account itself says so, or cannot be reached", () => {
    for (const type of ["unavailable", "error"] as const) {
      const gone = seen(
        presence("bob@work.example/a"),
        presence("bob@work.example/b"),
        presence("bob@work.example", { type }),
      );
      expect(gone).toBeNull();
    }
  });

  test("changes only when that can be seen", () => {
    const book = new PresenceBook();
    book.update(presence("bob@work.example/desk", { priority: 5 }));
    expect(book.update(presence("bob@work.example/desk", { priority: 6 }))).toBe(false);
    expect(book.update(presence("bob@work.example/phone", { availability: "away" }))).toBe(false);
    expect(book.update(presence("bob@work.example/desk", { status: "new" }))).toBe(true);
  });
});

describe("limits", () => {
  test("hold for the devices of one person; a known device may still change", () => {
    const book = new PresenceBook();
    for (let number = 0; number < rosterLimits.resourcesMax; number++) {
      book.update(presence(`bob@work.example/${number}`, { availability: "away" }));
    }
    const late = presence("bob@work.example/one-too-many", { availability: "chat" });
    expect(book.update(late)).toBe(false);
    expect(book.of(bob)?.availability).toBe("away");
    expect(book.update(presence("bob@work.example/0", { availability: "chat" }))).toBe(true);
    book.update(presence("bob@work.example/1", { type: "unavailable" }));
    book.update(late);
    book.update(presence("bob@work.example/0", { type: "unavailable" }));
    expect(book.of(bob)?.availability).toBe("chat");
  });

  test("hold for the number of people", () => {
    const book = new PresenceBook();
    for (let number = 0; number < rosterLimits.contactsMax; number++) {
      book.update(presence(`person-${number}@large.example/x`));
    }
    expect(book.update(presence("bob@work.example/late"))).toBe(false);
    expect(book.of(bob)).toBeNull();
    expect(book.clear()).toHaveLength(rosterLimits.contactsMax);
    expect(book.update(presence("bob@work.example/late"))).toBe(true);
  });
});

test("without a connection nobody is there, and who was is said once", () => {
  const book = new PresenceBook();
  book.update(presence("bob@work.example/a"));
  book.update(presence("bob@work.example/b"));
  book.update(presence("kim@far.example/a"));
  expect(book.clear()).toEqual(["bob@work.example", "kim@far.example"]);
  expect(book.of(bob)).toBeNull();
  expect(book.clear()).toEqual([]);
});
