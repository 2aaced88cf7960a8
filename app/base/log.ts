/** The log. It names what happened and where; it never holds message text, passwords or keys.
 *  Addresses of other people are logged only at debug level, which is off unless asked for. */

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogEntry {
  readonly level: LogLevel;
  /** The folder the entry comes from, for example "net" or "store". */
  readonly area: string;
  readonly text: string;
}

export type LogSink = (entry: LogEntry) => void;

/** Nothing that reaches a log line may be longer: a server chooses what its errors say. */
const textCharsMax = 2000;

export class Log {
  readonly #area: string;
  readonly #sink: LogSink;

  constructor(area: string, sink: LogSink) {
    this.#area = area;
    this.#sink = sink;
  }

  /** A log for a part of this one, written as "area/part". */
  child(part: string): Log {
    return new Log(this.#area ? `${this.#area}/${part}` : part, this.#sink);
  }

  debug(text: string): void {
    this.#write("debug", text);
  }

  info(text: string): void {
    this.#write("info", text);
  }

  warn(text: string): void {
    this.#write("warn", text);
  }

  error(text: string): void {
    this.#write("error", text);
  }

  #write(level: LogLevel, text: string): void {
    this.#sink({ level, area: this.#area, text: printable(text) });
  }
}

/** What a caught value says of itself, for a log line. */
export function describe(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
  return String(thrown);
}

/** Control characters from the network must not forge log lines or reach a terminal. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  return text.slice(0, textCharsMax).replace(/[\u0000-\u001f\u007f-\u009f]/g, "�");
}
