/** One start of a program, seen from outside: when its window came and when it was painted. */

import { join } from "node:path";
import { HelperProgram } from "./helper-program.ts";
import type { Person } from "./person.ts";
import type { Profile } from "./profile.ts";
import type { Stage } from "./stage.ts";
import { lightColour } from "./theme-colours.ts";
import { linnetCommand } from "./running-linnet.ts";

/** A column of pixels as high as the window, and what must be seen in it. */
export interface Strip {
  /** From the left edge of the window. */
  readonly x: number;
  readonly width: number;
  readonly coloursMin: number;
  readonly colours: readonly string[];
}

/** A program to start. */
export interface Startable {
  readonly name: string;
  readonly command: readonly string[];
  /** What is different from the person's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly strips: readonly Strip[];
  /** Puts everything back to how it was before the last start. */
  restore(): void;
}

export interface Start {
  readonly pid: number;
  /** Milliseconds from the start of the process; null where it did not come to that. */
  readonly windowMs: number | null;
  readonly contentMs: number | null;
  readonly settledMs: number | null;
}

const timeoutMs = 40_000;
/** Letters are drawn in many shades of their colour: fewer than this is a surface. */
const coloursMin = 12;

/** Linnet, which has content when list and chat are painted: in the list the selected chat and shades
 *  of letters; in the chat bubbles of both sides with shades of letters in them. */
export function linnet(person: Person, stage: Stage, profile: Profile, policy: string): Startable {
  const seen = (x: number, ...tokens: string[]): Strip => ({
    x,
    width: 16,
    coloursMin,
    colours: tokens.map(lightColour),
  });
  return {
    name: "Linnet",
    command: linnetCommand({ person, stage, profile: profile.folder, policy }),
    // The list ends at 400; the bubbles begin at 424 and end at 1066.
    strips: [
      seen(140, "surface-list", "surface-selected"),
      seen(440, "surface", "bubble-theirs"),
      seen(1_040, "surface", "bubble-ours"),
    ],
    restore: () => {
      profile.restore();
    },
  };
}

/** Strips for a window of which nobody knows what it shows: content is any picture. */
export const anyPicture: readonly Strip[] = [140, 440, 1_040].map((x) => ({
  x,
  width: 16,
  coloursMin,
  colours: [],
}));

/** A window with nothing in it. Looking at it costs the same as looking at ours. */
export function emptyWindow(person: Person, stage: Stage): Startable {
  const folder = join(person.home, "empty-window");
  return {
    name: "Electron, empty window",
    command: [
      stage.electron,
      ...person.electronFlags,
      stage.emptyWindow,
      `--user-data-dir=${folder}`,
    ],
    strips: anyPicture,
    // Nothing in it changes from start to start.
    restore: () => undefined,
  };
}

/** A program that is running, until it is ended. */
export class Started {
  readonly start: Start;
  readonly #probe: HelperProgram;

  private constructor(start: Start, probe: HelperProgram) {
    this.start = start;
    this.#probe = probe;
  }

  /** Starts a program; `before` is the last thing that happens before it.
   *  @param settleMs how long to look on after the content came */
  static async from(
    person: Person,
    what: Startable,
    { settleMs, before }: { settleMs: number; before?: () => void },
  ): Promise<Started> {
    what.restore();
    const spec = {
      command: person.command(what.command),
      env: { ...person.env, ...what.env },
      cwd: person.home,
      strips: what.strips,
      timeoutMs,
      settleMs,
    };
    const script = join(import.meta.dirname, "start-probe.py");
    const env = { ...process.env, DISPLAY: person.env["DISPLAY"] };
    const probe = new HelperProgram(["/usr/bin/python3", script, JSON.stringify(spec)], { env });
    await probe.line();
    before?.();
    probe.say("start\n");
    return new Started(JSON.parse(await probe.line()) as Start, probe);
  }

  async end(): Promise<void> {
    this.#probe.hush();
    await this.#probe.finished();
  }
}

/** How long until the content was there. @throws where it never came */
export function contentMs({ start }: Started, name: string): number {
  if (start.contentMs === null) throw new Error(`${name} was not painted in ${timeoutMs} ms`);
  return start.contentMs;
}
