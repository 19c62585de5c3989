import { type Command, type Context, type Outcome, said } from "../command.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES, JSON_OPTION } from "./_options.ts";
import { isSessionId, sessionObject, sessionText } from "./_session_text.ts";
import { isOnDisk } from "./_session_on_disk.ts";

/** `zccache session-stats ID`. */
export const sessionStatsCommand: Command = {
  name: "session-stats",
  aliases: [],
  summary: "show what a session came to so far",
  about: [
    "Shows the counts of a session that is open and was begun with --stats. The text goes to standard error, so that " +
    "it doesn't get into a build's output; the JSON goes to standard output.",
  ],
  operands: "ID",
  operandCount: [1, 1],
  options: [JSON_OPTION, ENDPOINT_OPTION],
  examples: [
    ['zccache session-stats "$ZCCACHE_SESSION_ID"', "for people"],
    ['zccache session-stats --json "$ZCCACHE_SESSION_ID" | jq .hit_rate', "one number"],
  ],
  exits: [
    [0, "shown, or told that the session isn't counted"],
    [1, "no daemon is running, or no session of this id is open"],
    [2, "usage"],
  ],
  variables: [...ENDPOINT_VARIABLES],
  place: "daemon",
  startsDaemon: isOnDisk,
  run: (context) => Promise.resolve(show(context)),
};

function show({ daemon, settings, options }: Context): Outcome {
  const id = options.operands[0] ?? "";
  const fail = (message: string) => failed(id, message, options.has("json"));
  if (!isSessionId(id)) return fail("invalid session ID");
  if (daemon === undefined) return fail(`daemon not running at ${settings.endpoint}`);
  const report = daemon.session(id);
  if (report === undefined) return fail(`unknown session: ${id} (never begun, ended or expired)`);
  if (options.has("json")) {
    return { exit: 0, stdout: `${JSON.stringify(sessionObject(report), null, 2)}\n`, stderr: "" };
  }
  return said(0, sessionText(report, "active"));
}

function failed(id: string, message: string, json: boolean): Outcome {
  if (!json) return said(1, `session-stats failed: ${message}\n`);
  const object = { status: "error", session_id: id, error: message };
  return { exit: 1, stdout: `${JSON.stringify(object, null, 2)}\n`, stderr: "" };
}
