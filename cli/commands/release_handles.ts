import { absolutePath, type ReleaseReport } from "../../lib/core/mod.ts";
import { type Command, type Context, type Outcome, printed, said } from "../command.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES, JSON_OPTION } from "./_options.ts";

/** `zccache release-handles --path FOLDER`. */
export const releaseHandlesCommand: Command = {
  name: "release-handles",
  aliases: [],
  summary: "let go of a folder, so that it can be removed",
  about: [
    "Ends the daemon's watches at and below a folder and the sessions that work there, so that nothing of the daemon's is " +
    "in the way when the folder is removed, a worktree for instance. Results stay, and a later compile there is served " +
    "as before. Without a running daemon there is nothing to let go of.",
    "A tool that is still running below the folder is the caller's own and is not ended: its folder is named, under " +
    "--json in `unreleased`.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [
    { name: "path", takes: "FOLDER", meaning: "the folder; it must not hold the cache itself" },
    JSON_OPTION,
    ENDPOINT_OPTION,
  ],
  examples: [
    ["zccache release-handles --path ../feature && git worktree remove ../feature", "remove a worktree"],
  ],
  exits: [[0, "let go of, or no daemon is running"], [1, "the folder holds the cache"], [2, "usage"]],
  variables: [...ENDPOINT_VARIABLES],
  place: "daemon",
  run: releaseHandles,
};

async function releaseHandles({ daemon, settings, options, cwd }: Context): Promise<Outcome> {
  const given = options.value("path");
  if (given === undefined || given === "") return said(2, "error: release-handles needs --path FOLDER\n");
  const folder = absolutePath(given, cwd);
  if (daemon === undefined) {
    return said(0, `daemon not running at ${settings.endpoint} — nothing to release\n`);
  }
  const released = await daemon.release(folder);
  if (!released.ok) return said(1, `${released.error}\n`);
  if (options.has("json")) return printed(`${JSON.stringify(toJson(released.value), null, 2)}\n`);
  const { inspected, sessionsDropped, unreleased } = released.value;
  const stdout = `released ${sessionsDropped.length} of ${inspected} session handle(s) under ${folder}\n`;
  return { exit: 0, stdout, stderr: unreleased.map((at) => `a tool is running in ${at}\n`).join("") };
}

function toJson({ inspected, sessionsDropped, files, unreleased }: ReleaseReport): Record<string, unknown> {
  return {
    inspected,
    released: sessionsDropped.length,
    sessions_dropped: sessionsDropped,
    files,
    unreleased,
  };
}
