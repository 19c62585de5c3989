import { PATHS } from "../../lib/core/mod.ts";
import {
  type EntryKind,
  type Group,
  type JournalEntry,
  kindOf,
  optionOf,
  parseEntry,
  readOldestFirst,
  Rollup,
} from "../../lib/journal/mod.ts";
import { type Command, type Context, type Outcome, printed, said } from "../command.ts";
import { JSON_OPTION, SESSION_OPTION } from "./_options.ts";
import { type Analysis, analysisObject, analysisText } from "./_analysis_text.ts";

/** `zccache analyze [JOURNAL]`. */
export const analyzeCommand: Command = {
  name: "analyze",
  aliases: [],
  summary: "roll up a journal: by tool, extension, source, reason",
  about: [
    "Counts what a journal has: hits, misses and what wasn't cacheable, compilations and links apart, by tool, file " +
    "extension, source, crate and reason, and the slowest commands. Without JOURNAL it's the cache's own, with what " +
    "was rotated away; a session's is the file of --journal. Lines that are no records are counted and passed over.",
  ],
  operands: "[JOURNAL]",
  operandCount: [0, 1],
  options: [
    JSON_OPTION,
    SESSION_OPTION,
    { name: "crate", takes: "NAME", meaning: "only compiles of this crate" },
    { name: "outcome", takes: "hit|miss|non-cacheable", meaning: "only commands that ended so" },
    {
      name: "sort",
      takes: "wall-clock|misses|hits",
      meaning: "order of the groups; wall-clock if not given",
    },
    { name: "top", takes: "N", meaning: "how many groups and slow commands are shown; 10 if not given" },
  ],
  examples: [
    ["zccache analyze", "everything that the cache was asked"],
    ["zccache analyze build.jsonl --sort misses", "a session's journal"],
    ["zccache analyze --json | jq .hit_rate", "one number"],
  ],
  exits: [[0, "shown, or there is no journal"], [1, "the journal has no record"], [2, "usage"]],
  variables: ["ZCCACHE_CACHE_DIR"],
  place: "caller",
  run: analyze,
};

const SORTS = {
  "wall-clock": (group: Group) => group.totalMs,
  "misses": (group: Group) => group.misses,
  "hits": (group: Group) => group.hits,
} as const;

const OUTCOMES: readonly EntryKind[] = ["hit", "miss", "non-cacheable"];

async function analyze({ options, settings, cwd }: Context): Promise<Outcome> {
  const given = options.operands[0] ?? `${settings.root}/logs/compile_journal.jsonl`;
  const path = PATHS.from(cwd, given);
  const weight = Object.entries(SORTS).find(([name]) => name === (options.value("sort") ?? "wall-clock"))
    ?.[1];
  if (weight === undefined) return said(2, `error: --sort takes one of ${Object.keys(SORTS).join(", ")}\n`);
  const outcome = OUTCOMES.find((kind) => kind === options.value("outcome"));
  if (outcome === undefined && options.value("outcome") !== undefined) {
    return said(2, `error: --outcome takes one of ${OUTCOMES.join(", ")}\n`);
  }
  const top = Number(options.value("top") ?? 10);
  if (!Number.isInteger(top) || top < 1) return said(2, "error: --top takes a whole number from 1 on\n");
  const session = options.value("session");
  const crate = options.value("crate");
  const wanted = (entry: JournalEntry) =>
    (session === undefined || entry.sessionId === session) &&
    (crate === undefined || optionOf(entry, "--crate-name") === crate) &&
    (outcome === undefined || kindOf(entry) === outcome);
  const read = await readAll(path, wanted);
  if (read.lineCount === 0) {
    return printed(options.has("json") ? absentObject(path) : `${path} (no journal)\n`);
  }
  if (read.parsedCount === 0) return said(1, `error: ${path} has no record of a command\n`);
  const analysis: Analysis = { path, ...read, top, weight };
  return printed(
    options.has("json") ? `${JSON.stringify(analysisObject(analysis), null, 2)}\n` : analysisText(analysis),
  );
}

function absentObject(path: string): string {
  const object = { status: "unavailable", reason: "no_journal", journal_path: path };
  return `${JSON.stringify(object, null, 2)}\n`;
}

async function readAll(
  path: string,
  wanted: (entry: JournalEntry) => boolean,
): Promise<{ readonly rollup: Rollup; readonly lineCount: number; readonly parsedCount: number }> {
  const rollup = new Rollup();
  let lineCount = 0;
  let parsedCount = 0;
  for await (const lines of readOldestFirst(path)) {
    for (const line of lines) {
      lineCount++;
      const entry = parseEntry(line);
      if (entry === undefined) continue;
      parsedCount++;
      if (wanted(entry)) rollup.add(entry);
    }
  }
  return { rollup, lineCount, parsedCount };
}
