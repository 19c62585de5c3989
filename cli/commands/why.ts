import { absolutePath, REASONS } from "../../lib/core/mod.ts";
import {
  isHit,
  type JournalEntry,
  parseEntry,
  readNewestFirst,
  readOldestFirst,
  Tallying,
} from "../../lib/journal/mod.ts";
import { type Command, type Context, type Outcome, printed, said } from "../command.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES, JSON_OPTION } from "./_options.ts";
import { entryText, sessionText } from "./_why_text.ts";

/** Earlier commands about the same file that are listed, at most. */
const HISTORY = 5;
/** Entries of other files after which no earlier ones are looked for once one was found. */
const PATIENCE = 20_000;

/** `zccache why`. */
export const whyCommand: Command = {
  name: "why",
  aliases: [],
  summary: "say why a command was not answered from the cache",
  about: [
    "For the last command about FILE (a source, an output, or any file that it names), says whether it was a hit, and " +
    "if not: the reason, what differs from the nearest earlier compile of the file – the argument, variable, header or " +
    "program, what it was and what it is – how a changed header is included, and what can be done about it.",
    "ID is a record's id or the beginning of a context key, both from the compile journal. Without an operand it is " +
    "about the last command that was not a hit. Everything is read from the journal, so it also works after a restart " +
    "and without a daemon.",
  ],
  operands: "[FILE|ID]",
  operandCount: [0, 1],
  options: [
    { name: "last", meaning: "the last command that was not a hit, whatever it was about" },
    {
      name: "session",
      takes: "ID",
      meaning: "a table of a session's reasons, with counts, times and examples",
    },
    JSON_OPTION,
    ENDPOINT_OPTION,
  ],
  examples: [
    ["zccache why src/main.c", "the last compile of this file"],
    ["zccache why", "the last command that was not a hit"],
    ["zccache why --session $ZCCACHE_SESSION_ID", "what a build missed, by reason"],
  ],
  exits: [[0, "shown"], [1, "the journal has nothing about it"], [
    2,
    "FILE and --session or --last were given",
  ]],
  variables: [...ENDPOINT_VARIABLES],
  place: "daemon",
  run: async (context) => {
    const { options, daemon } = context;
    const session = options.value("session");
    const [subject] = options.operands;
    const asked = [session !== undefined, options.has("last"), subject !== undefined].filter(Boolean).length;
    if (asked > 1) return said(2, "error: give one of FILE, --last and --session\n");
    await daemon?.journalWritten();
    if (session !== undefined) return await aboutSession(session, context);
    return await aboutOne(subject, context);
  },
};

async function aboutSession(session: string, { settings, options, cwd }: Context): Promise<Outcome> {
  const tallying = new Tallying();
  let count = 0;
  for await (const lines of readOldestFirst(journalOf(settings.root))) {
    for (const line of lines) {
      if (!line.includes(session)) continue;
      const entry = parseEntry(line);
      if (entry?.sessionId !== session) continue;
      tallying.add(entry);
      count++;
    }
  }
  if (count === 0) return said(1, `the journal has no command of session ${session}\n`);
  const { result } = tallying;
  if (!options.has("json")) return printed(sessionText(session, result, cwd));
  const object = {
    status: "ok",
    session_id: session,
    commands: result.total,
    hits: result.hits,
    saved_ms: Math.round(result.savedMs),
    spent_ms: Math.round(result.spentMs),
    reasons: result.reasons.map(({ reason, count, toolMs, examples }) => ({
      ...reasonObject(reason),
      count,
      tool_ms: Math.round(toolMs),
      examples,
    })),
    changes: result.changes.map(({ kind, name, count, toolMs }) => ({
      kind,
      name,
      count,
      tool_ms: Math.round(toolMs),
    })),
  };
  return printed(`${JSON.stringify(object, null, 2)}\n`);
}

/** An entry as read, with its line. */
interface Found {
  readonly entry: JournalEntry;
  readonly line: string;
}

async function aboutOne(subject: string | undefined, { settings, options, cwd }: Context): Promise<Outcome> {
  const matches = subject === undefined ? (entry: JournalEntry) => !isHit(entry) : matcher(subject, cwd);
  const found = await newest(journalOf(settings.root), matches, subject === undefined ? 1 : HISTORY + 1) ??
    [];
  const [last, ...history] = found;
  if (last === undefined) {
    const what = subject === undefined ? "no command that was not a hit" : `no command about ${subject}`;
    return said(1, `the journal has ${what}\n`);
  }
  if (!options.has("json")) {
    return printed(entryText(last.entry, history.map(({ entry }) => entry), { cwd, nowMs: Date.now() }));
  }
  const { reason } = last.entry;
  const object = {
    status: "ok",
    record: JSON.parse(last.line) as unknown,
    explanation: reason === undefined ? null : reasonObject(reason),
    history: history.map(({ entry }) => ({
      ts: new Date(entry.atMs).toISOString(),
      outcome: entry.outcome,
      ...(entry.reason === undefined ? {} : { reason: entry.reason }),
    })),
  };
  return printed(`${JSON.stringify(object, null, 2)}\n`);
}

function reasonObject(reason: keyof typeof REASONS): Record<string, unknown> {
  const { code, group, text, remedy } = REASONS[reason];
  return { reason, code, group, text, remedy };
}

/** The newest entries that match, at most `count`. */
async function newest(
  path: string,
  matches: (entry: JournalEntry) => boolean,
  count: number,
): Promise<Found[]> {
  const found: Found[] = [];
  let since = 0;
  for await (const lines of readNewestFirst(path)) {
    for (const line of lines) {
      const entry = parseEntry(line);
      if (entry !== undefined && matches(entry)) found.push({ entry, line });
      else if (found.length > 0) since++;
      if (found.length === count || since > PATIENCE) return found;
    }
  }
  return found;
}

/** Whether an entry is about a file, or has an id or key. */
function matcher(subject: string, cwd: string): (entry: JournalEntry) => boolean {
  const path = absolutePath(subject, cwd);
  const key = /^[0-9a-f]{8,64}$/.test(subject) ? subject : undefined;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (entry) => {
    if (entry.id === subject || (key !== undefined && entry.key?.startsWith(key))) return true;
    if (entry.source !== undefined && absolutePath(entry.source, "/") === path) return true;
    if (entry.output !== undefined && absolutePath(entry.output, "/") === path) return true;
    // a command that wasn't understood has no source; of one that was, other files are its inputs
    return entry.args.some((arg) => arg.endsWith(name) && absolutePath(arg, entry.cwd) === path);
  };
}

function journalOf(root: string): string {
  return `${root}/logs/compile_journal.jsonl`;
}
