import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import type { JournalEntry } from "../../lib/journal/mod.ts";
import { type Drawn, OUTCOMES, type Report } from "./collect.ts";

/** Stand for source and output in a command, so that most commands of a project are one text. */
const SOURCE = "\u{1}";
const OUTPUT = "\u{2}";
/** A journal tells when a command ended in whole milliseconds: what follows on it may seem to begin before. */
const CLOCK_MS = 2;
/** More lanes than any build has jobs; a journal that says otherwise still makes a page. */
const MOST_LANES = 256;
/** Times are whole tenths of a millisecond. */
const PER_MS = 10;

/** What the page's script draws: columns of numbers, and the texts that they name. */
export interface TimelineData {
  readonly builds: readonly {
    readonly fromMs: number;
    readonly first: number;
    readonly last: number;
    readonly lanes: number;
  }[];
  /** Since the build's beginning, and for how long. */
  readonly start: readonly number[];
  readonly length: readonly number[];
  readonly lane: readonly number[];
  readonly outcome: readonly number[];
  readonly reason: readonly number[];
  readonly command: readonly number[];
  readonly source: readonly number[];
  readonly output: readonly number[];
  readonly texts: readonly string[];
}

/** The columns of a report's records. */
export function timelineData({ builds, records }: Report): TimelineData {
  const texts = new Texts();
  const lanes = builds.map((build) => lanesOf(records.slice(build.first, build.last)));
  const columns = builds.flatMap((build) =>
    records.slice(build.first, build.last).map((record) => ({ build, record }))
  );
  const row = <T>(value: (each: { readonly build: typeof builds[number]; readonly record: Drawn }) => T) =>
    columns.map(value);
  return {
    builds: builds.map(({ fromMs, first, last }, i) => ({
      fromMs,
      first,
      last,
      lanes: lanes[i]!.reduce((most, lane) => Math.max(most, lane + 1), 1),
    })),
    start: row(({ build, record }) => Math.round((record.startMs - build.fromMs) * PER_MS)),
    length: row(({ record }) => Math.round((record.endMs - record.startMs) * PER_MS)),
    lane: lanes.flat(),
    outcome: row(({ record }) => OUTCOMES.indexOf(record.shown)),
    reason: row(({ record }) => texts.add(reasonText(record.entry))),
    command: row(({ record }) => texts.add(template(record.entry))),
    source: row(({ record }) => texts.add(record.entry.source ?? "")),
    output: row(({ record }) => texts.add(record.entry.output ?? "")),
    texts: texts.all,
  };
}

/** The data as text that may stand anywhere in a page: packed, in letters, digits, `+`, `/` and `=`. */
export function packed(data: TimelineData): string {
  return Buffer.from(gzipSync(JSON.stringify(data))).toString("base64");
}

/** The lane of each record (sorted by start): the first that is free, at last the one that is free first. */
export function lanesOf(records: readonly Pick<Drawn, "startMs" | "endMs">[]): number[] {
  const busyUntil: number[] = [];
  return records.map(({ startMs, endMs }) => {
    const free = busyUntil.findIndex((until) => until <= startMs + CLOCK_MS);
    const lane = free >= 0 ? free : busyUntil.length < MOST_LANES ? busyUntil.length : earliest(busyUntil);
    busyUntil[lane] = endMs;
    return lane;
  });
}

function earliest(busyUntil: readonly number[]): number {
  return busyUntil.reduce((best, until, lane) => until < busyUntil[best]! ? lane : best, 0);
}

/** A command in which source and output are left out, as they are spelled. */
function template({ compiler, args, cwd, source, output }: JournalEntry): string {
  const is = (arg: string, path: string | undefined) =>
    path !== undefined && (arg === path || `${cwd}/${arg}` === path);
  const words = args.map((arg) => is(arg, source) ? SOURCE : is(arg, output) ? OUTPUT : arg);
  return [compiler, ...words].join(" ");
}

function reasonText({ reason, detail }: JournalEntry): string {
  return reason === undefined ? "" : detail === undefined ? reason : `${reason}: ${detail}`;
}

/** Texts by number, each once. */
class Texts {
  readonly #numbers = new Map<string, number>();

  add(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) this.#numbers.set(text, number = this.#numbers.size);
    return number;
  }

  get all(): string[] {
    return [...this.#numbers.keys()];
  }
}
