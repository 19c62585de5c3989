import { PATHS } from "../../lib/core/mod.ts";
import {
  type JournalEntry,
  parseEntry,
  parseSizeLine,
  readOldestFirst,
  type SizePoint,
} from "../../lib/journal/mod.ts";
import { type Command, type Context, type Outcome, printed, said } from "../command.ts";
import { collectReport } from "../report/collect.ts";
import { renderPage } from "../report/page.ts";
import { ENDPOINT_OPTION, ENDPOINT_VARIABLES, SESSION_OPTION } from "./_options.ts";

/** Where the page goes if nobody says. */
const DEFAULT_OUT = "zccache-report.html";

/** `zccache report`: in the caller's process, because it writes a file of the caller's and takes a while. */
export const reportCommand: Command = {
  name: "report",
  aliases: [],
  summary: "make a page about what builds got from the cache",
  about: [
    "Writes one HTML file that needs no network: hit rate over time, a timeline of each build with every command, the " +
    "reasons for misses and what to do about them, the edits that cost most, the slowest misses, the files that were " +
    "rebuilt most, size and eviction, time saved.",
    "It is made from the compile journal, so it reaches back as far as that does; a session's report has the commands " +
    "of that session only.",
  ],
  operands: "",
  operandCount: [0, 0],
  options: [
    SESSION_OPTION,
    {
      name: "out",
      takes: "FILE",
      meaning: `where the page goes; ${DEFAULT_OUT} if not given, - for standard output`,
    },
    ENDPOINT_OPTION,
  ],
  examples: [
    ["zccache report", `everything that the journal has, to ${DEFAULT_OUT}`],
    ["zccache report --session $ZCCACHE_SESSION_ID --out build.html", "one build"],
  ],
  exits: [[0, "written"], [1, "the journal has no such command, or the file can't be written"]],
  variables: [...ENDPOINT_VARIABLES],
  place: "caller",
  run: writeReport,
};

async function writeReport({ settings, cwd, options, live }: Context): Promise<Outcome> {
  const session = options.value("session");
  const out = options.value("out") ?? DEFAULT_OUT;
  const daemon = await daemonNumbers(live);
  const entries = await readEntries(`${settings.root}/logs/compile_journal.jsonl`, session);
  if (entries.length === 0) {
    return said(1, `the journal has no command${session === undefined ? "" : ` of session ${session}`}\n`);
  }
  const sizes = await readSizes(`${settings.root}/logs/cache_size.jsonl`);
  const page = renderPage(collectReport(entries, { session, madeMs: Date.now(), daemon, sizes }));
  if (out === "-") return printed(page);
  const path = PATHS.from(cwd, out);
  try {
    await Deno.writeTextFile(path, page);
  } catch (error) {
    if (error instanceof Error && "code" in error) return said(1, `cannot write ${path}: ${error.message}\n`);
    throw error;
  }
  return printed(`${path}\n`);
}

/** The daemon's figures; `why` answers once the journal has everything, so it is asked first. */
async function daemonNumbers(live: Context["live"]): Promise<Readonly<Record<string, unknown>> | undefined> {
  await live?.ask(["why", "--json"]);
  const status = await live?.ask(["status", "--json"]);
  if (status?.exit !== 0) return undefined;
  const { daemon } = JSON.parse(status.stdout) as { readonly daemon: Readonly<Record<string, unknown>> };
  return daemon;
}

async function readEntries(path: string, session: string | undefined): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const lines of readOldestFirst(path)) {
    for (const line of lines) {
      if (session !== undefined && !line.includes(session)) continue;
      const entry = parseEntry(line);
      if (entry !== undefined && (session === undefined || entry.sessionId === session)) entries.push(entry);
    }
  }
  return entries;
}

async function readSizes(path: string): Promise<SizePoint[]> {
  const points: SizePoint[] = [];
  for await (const lines of readOldestFirst(path)) {
    points.push(...lines.map(parseSizeLine).filter((point) => point !== undefined));
  }
  return points;
}
