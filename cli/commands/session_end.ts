import { type Command, type Context, type Outcome, said } from "../command.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES, JSON_OPTION } from "./_options.ts";
import { isSessionId, sessionObject, sessionText } from "./_session_text.ts";
import { isOnDisk } from "./_session_on_disk.ts";

/** `zccache session-end ID`. */
export const sessionEndCommand: Command = {
  name: "session-end",
  aliases: [],
  summary: "end a session and show what it came to",
  about: [
    "Ends a session once all its records are written, and shows its counts on standard error, or with --json on " +
    "standard output. To end a session again is no error, so that it can stand in a trap; a note on standard error " +
    "says so.",
  ],
  operands: "ID",
  operandCount: [1, 1],
  options: [JSON_OPTION, ENDPOINT_OPTION],
  examples: [
    ['zccache session-end "$ZCCACHE_SESSION_ID"', "for people"],
    ['zccache session-end --json "$ZCCACHE_SESSION_ID" > build.json', "for engine-profile"],
  ],
  exits: [[0, "it is over"], [1, "not the form of an id"], [2, "usage"]],
  variables: [...ENDPOINT_VARIABLES],
  place: "daemon",
  startsDaemon: isOnDisk,
  run: end,
};

async function end({ daemon, settings, options }: Context): Promise<Outcome> {
  const id = options.operands[0] ?? "";
  const json = options.has("json");
  if (!isSessionId(id)) return said(1, "session-end failed: invalid session ID\n");
  const report = await daemon?.endSession(id);
  if (report === undefined) {
    const why = daemon === undefined
      ? `daemon not running at ${settings.endpoint}; session ${id} is over`
      : `unknown session: ${id} (never begun, ended or expired)`;
    const object = { status: "unavailable", session_id: id, reason: "unknown_session" };
    return { exit: 0, stdout: json ? `${JSON.stringify(object, null, 2)}\n` : "", stderr: `${why}\n` };
  }
  if (json) return { exit: 0, stdout: `${JSON.stringify(sessionObject(report), null, 2)}\n`, stderr: "" };
  return report.counts === undefined ? said(0, "") : said(0, sessionText(report, "complete"));
}
