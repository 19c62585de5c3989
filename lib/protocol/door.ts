import { err, ok, type Result } from "../core/mod.ts";

/**
 * How one gets in by the loopback interface, where anybody on the machine can knock. What the port file says, as text:
 *
 *     PORT TOKEN PID\n        TOKEN = 64 characters: 32 that the client shows, then 32 that the daemon shows
 */
export interface Door {
  readonly port: number;
  /** What a client sends first. */
  readonly knock: string;
  /** What the daemon answers: whoever else got the port of a dead daemon doesn't know it. */
  readonly welcome: string;
  /** The daemon's process. */
  readonly pid: number;
}

/** The length of each half of the token. */
export const KNOCK_BYTES = 32;

const FORMAT = new RegExp(
  `^([1-9]\\d{0,4}) ([!-~]{${KNOCK_BYTES}})([!-~]{${KNOCK_BYTES}}) ([1-9]\\d{0,9})\\n$`,
);

/** The port file's text. */
export function formatDoor({ port, knock, welcome, pid }: Door): string {
  return `${port} ${knock}${welcome} ${pid}\n`;
}

/** Reads a port file's text; the error says what it isn't. */
export function parseDoor(text: string): Result<Door, string> {
  const [, port, knock = "", welcome = "", pid] = FORMAT.exec(text) ?? [];
  if (port === undefined || Number(port) > 65535) return err("it does not hold PORT TOKEN PID");
  return ok({ port: Number(port), knock, welcome, pid: Number(pid) });
}
