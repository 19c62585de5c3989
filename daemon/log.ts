/** How much the daemon's log tells; each level includes those before it. */
export const LOG_LEVELS = ["error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Size at which the log becomes `<name>.1`. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/** A text log, one line a message; what can't be written is dropped. */
export class Log {
  readonly #path: string;
  readonly #level: number;

  constructor(path: string, level: LogLevel) {
    this.#path = path;
    this.#level = LOG_LEVELS.indexOf(level);
  }

  write(level: LogLevel, message: string): void {
    if (LOG_LEVELS.indexOf(level) > this.#level) return;
    const line = `${new Date().toISOString()} ${level} [${Deno.pid}] ${message.replaceAll("\n", "\n  ")}\n`;
    try {
      using file = Deno.openSync(this.#path, { create: true, append: true, mode: 0o600 });
      if (file.statSync().size > LIMIT_BYTES) Deno.renameSync(this.#path, `${this.#path}.1`);
      file.writeSync(new TextEncoder().encode(line));
    } catch (error) {
      // a log that can't be written must not stop what it's about
      if (!(error instanceof Error)) throw error;
    }
  }
}
