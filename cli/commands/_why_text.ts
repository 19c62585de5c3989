import { REASONS } from "../../lib/core/mod.ts";
import {
  differencesOf,
  isHit,
  type JournalEntry,
  type JournalTally,
  subjectOf,
  type ToldDifference,
} from "../../lib/journal/mod.ts";
import { formatMs, formatRow, formatSecs, formatTime } from "../format.ts";

/** Rows of a session's table of changes. */
const CHANGES = 8;
/** Longest command that is shown in full. */
const COMMAND_CHARACTERS = 300;
const LABEL_WIDTH = 13;

/** Where and when somebody asks. */
export interface Asking {
  readonly cwd: string;
  readonly nowMs: number;
}

/** One screen about one command. */
export function entryText(
  entry: JournalEntry,
  history: readonly JournalEntry[],
  { cwd, nowMs }: Asking,
): string {
  const near = (path: string) => nearer(path, cwd);
  const secs = Math.round((nowMs - entry.atMs) / 1000);
  const ago = secs < 1 ? "just now" : `${formatSecs(secs)} ago`;
  const lines = [`${near(subjectOf(entry))}: ${outcomeText(entry)}, ${ago}\n\n`];
  const { reason } = entry;
  if (reason !== undefined) {
    const { text, code, remedy } = REASONS[reason];
    const detail = entry.detail === undefined ? "" : `: ${near(entry.detail)}`;
    lines.push(row("Why:", `${text}${detail} (${reason}, ${code})`));
    lines.push(...differenceRows(entry, near), ...chainRows(viaOf(entry), near));
    lines.push(row("To do:", remedy));
  }
  const command = [entry.compiler, ...entry.args].join(" ");
  const shown = command.length > COMMAND_CHARACTERS ? `${command.slice(0, COMMAND_CHARACTERS)}…` : command;
  lines.push(row("Command:", shown), row("Folder:", entry.cwd));
  if (entry.id !== undefined) {
    const key = entry.key === undefined ? "" : `, key ${entry.key} (zccache inspect)`;
    lines.push(row("Record:", `${entry.id}${key}`));
  }
  lines.push(...history.map((other, i) => row(i === 0 ? "Before:" : "", historyText(other))));
  return printable(lines.join(""));
}

/** A table of a session's reasons, and what changed most. */
export function sessionText(session: string, tally: JournalTally, cwd: string): string {
  const { total, hits, savedMs, spentMs, reasons, changes } = tally;
  const lines = [
    `session ${session}: ${total} commands, ${hits} from the cache, ~${formatMs(savedMs)} saved, ${
      formatMs(spentMs)
    } in tools\n`,
  ];
  if (reasons.length > 0) lines.push("\n  Not from the cache, by reason:\n");
  for (const { reason, count, toolMs, examples } of reasons) {
    const { text, code } = REASONS[reason];
    lines.push(
      `  ${String(count).padStart(7)}  ${formatMs(toolMs).padStart(7)}  ${reason} (${code}): ${text}\n`,
    );
    lines.push(`${" ".repeat(20)}${examples.map((path) => nearer(path, cwd)).join(", ")}\n`);
  }
  if (changes.length > 0) lines.push("\n  What had changed, by the time that it cost:\n");
  for (const { kind, name, count, toolMs } of changes.slice(0, CHANGES)) {
    lines.push(
      `  ${String(count).padStart(7)}  ${formatMs(toolMs).padStart(7)}  ${kind} ${nearer(name, cwd)}\n`,
    );
  }
  if (changes.length > CHANGES) lines.push(`  ${"".padStart(16)}  and ${changes.length - CHANGES} more\n`);
  return printable(lines.join(""));
}

function outcomeText(entry: JournalEntry): string {
  const ran = entry.toolMs === undefined ? "" : `, the tool ran for ${formatMs(entry.toolMs)}`;
  if (isHit(entry)) return `answered from the cache in ${formatMs(entry.latencyMs)}`;
  const exit = entry.exitCode === null || entry.exitCode === 0 ? "" : ` with exit code ${entry.exitCode}`;
  if (entry.outcome === "error") return `the tool failed${exit}${ran}`;
  const group = entry.reason === undefined ? "miss" : REASONS[entry.reason].group;
  return `${group === "miss" ? "missed and kept" : "not cached"}${ran}`;
}

function historyText(entry: JournalEntry): string {
  return `${formatTime(entry.atMs)}  ${entry.outcome}${
    entry.reason === undefined ? "" : ` (${entry.reason})`
  }`;
}

function differenceRows(entry: JournalEntry, near: (path: string) => string): string[] {
  const differences = differencesOf(entry);
  const rows = differences.flatMap((difference, i) => [
    row(i === 0 ? "Differs:" : "", differenceText(difference, entry, near)),
    ...chainRows(difference.via, near),
  ]);
  const more = entry.because?.["more"];
  if (typeof more === "number") rows.push(row("", `and ${more} more`));
  const compared = entry.because?.["compared_with"];
  if (typeof compared === "string" && Number.isFinite(Date.parse(compared))) {
    rows.push(
      row("Compared:", `with the compile that was kept at ${formatTime(Date.parse(compared))}`),
    );
  }
  return rows;
}

function differenceText(
  difference: ToldDifference,
  entry: JournalEntry,
  near: (path: string) => string,
): string {
  const { kind, was, now } = difference;
  const name = near(difference.name);
  switch (kind) {
    case "argument":
      return changed("argument", was, now);
    case "folder":
      if (was === undefined) return `the folder counts now: ${now ?? ""}`;
      return now === undefined ? "the folder no longer counts" : changed("folder", was, now);
    case "variable":
    case "setting":
      return changed(`${kind} ${name}`, was, now);
    case "file":
      return fileText(difference, entry, name);
    case "place":
      if (was !== undefined && now !== undefined) return `what is at or in ${name} is another`;
      if (now === undefined) return `${name} is no longer there, where a searched name was found`;
      return `${name} is found now${
        difference.hides === undefined ? "" : ` and hides ${near(difference.hides)}`
      }`;
    case "program":
      return difference.name.startsWith("/")
        ? `${name} is another program or library now`
        : changed("compiler", was, now);
    default:
      return `${kind} ${name}`;
  }
}

function fileText({ was, now, atMs }: ToldDifference, entry: JournalEntry, name: string): string {
  const words = was === undefined ? "new" : now === undefined ? "gone" : "edited";
  if (atMs === undefined || atMs > entry.atMs) return `${name}, ${words}`;
  return `${name}, ${words} ${formatTime(atMs)}, ${formatMs(entry.atMs - atMs)} before`;
}

function changed(what: string, was: string | undefined, now: string | undefined): string {
  if (was === undefined) return `${what}: added ${now ?? ""}`;
  if (now === undefined) return `${what}: dropped ${was}`;
  return `${what}: was ${was}, is ${now}`;
}

function viaOf(entry: JournalEntry): readonly string[] | undefined {
  const via = entry.because?.["via"];
  return Array.isArray(via) ? via.filter((step) => typeof step === "string") : undefined;
}

function chainRows(via: readonly string[] | undefined, near: (path: string) => string): string[] {
  return via === undefined || via.length < 2 ? [] : [row("", `  by ${via.map(near).join(" > ")}`)];
}

/** A path relative to a folder that holds it. */
function nearer(path: string, cwd: string): string {
  return cwd !== "/" && path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
}

/** Names come from anywhere: what would move a terminal's cursor is shown as its code. */
function printable(text: string): string {
  return text.replace(
    /(?!\n)\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

function row(label: string, value: string): string {
  return formatRow(label, value, LABEL_WIDTH);
}
