/** Writes the log to a file of bounded size, and to standard error while developing. */

import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { logLevels, type LogEntry, type LogLevel, type LogSink } from "../base/log.ts";

/** Then the file becomes `….old`, and a new one begins. */
const fileBytesMax = 2 * 1024 * 1024;

export interface LogFileOptions {
  readonly path: string;
  readonly level: LogLevel;
  readonly isEchoed: boolean;
}

export function makeLogFile({ path, level, isEchoed }: LogFileOptions): LogSink {
  const threshold = logLevels.indexOf(level);
  let bytes = openLog(path);
  return (entry: LogEntry) => {
    if (logLevels.indexOf(entry.level) < threshold) return;
    const line = `${new Date().toISOString()} ${entry.level} ${entry.area}: ${entry.text}\n`;
    if (isEchoed) process.stderr.write(line);
    try {
      if (bytes > fileBytesMax) {
        renameSync(path, `${path}.old`);
        bytes = 0;
      }
      appendFileSync(path, line);
      bytes += Buffer.byteLength(line);
    } catch {
      // A log that cannot be written must not stop what it would have told about.
      bytes = 0;
    }
  };
}

function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
