/** A log whose lines a test can read. */

import { Log, type LogEntry } from "../../app/base/log.ts";

export interface RecordedLog {
  readonly log: Log;
  readonly entries: LogEntry[];
  /** All lines as one text: for what must not be in it. */
  readonly text: () => string;
}

export function recordedLog(): RecordedLog {
  const entries: LogEntry[] = [];
  return {
    log: new Log("", (entry) => entries.push(entry)),
    entries,
    text: () => entries.map(({ level, area, text }) => `${level} ${area}: ${text}`).join("\n"),
  };
}
