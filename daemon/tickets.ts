import type { Explanation, Priority } from "../lib/core/mod.ts";
import type { CompileRun, IncrementalRun, Job, Run, Trial } from "../lib/cache/mod.ts";
import type { ReportRequest } from "../lib/protocol/mod.ts";
import type { Asked } from "./outcomes.ts";

/**
 * How far a miss is:
 *
 *     trial ──> running ──> depfile
 *
 * `trial` = the preprocessor runs for a second chance, `running` = the tool runs, `depfile` = it has reported, and writes
 * the user's depfile. Each may be the first or the last.
 */
export type Stage =
  | { readonly at: "trial"; readonly trial: Trial }
  | { readonly at: "running" } & Begun
  | { readonly at: "depfile"; readonly reported: ReportRequest } & Begun<CompileRun>;

/** A run that was begun, and why there was no hit. */
export interface Begun<R extends Run = Run> {
  readonly run: R;
  readonly why: Explanation;
  /** What is to be done about its incremental data when it has ended. */
  readonly data?: IncrementalRun | undefined;
}

/** A miss in flight. */
export interface Ticket {
  readonly id: number;
  /** What the run leaves goes here. */
  readonly folder: string;
  readonly job: Job;
  readonly asked: Asked;
  readonly stage: Stage;
  /** At what priority the tool runs, once it does. */
  readonly priority?: Priority;
}

/** How many empty folders are kept for the next tickets. */
const MAX_SPARE = 16;

/**
 * The misses in flight, and their folders below the root's `tmp/`. No two tickets have a folder of the same name, so
 * whatever writes late finds nothing; but making and removing one takes the file system 0.3 ms, so an emptied one goes on
 * under the next name.
 */
export class Tickets {
  readonly #folder: string;
  readonly #open = new Map<number, Ticket>();
  readonly #spare: string[] = [];
  /** No other daemon of the root uses such a number: what is late may come from another one's runs. */
  #last = Date.now() * 1000;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder of the next ticket. Throws what making a folder throws (a full disk, a missing root). */
  prepare(): { id: number; folder: string } {
    const id = ++this.#last;
    const folder = `${this.#folder}/${id}`;
    const spare = this.#spare.pop();
    if (spare === undefined || !movedTo(folder, spare)) makeFolder(folder);
    return { id, folder };
  }

  open(ticket: Ticket): void {
    this.#open.set(ticket.id, ticket);
  }

  /** The ticket, which is then closed; undefined if there is none with this number. */
  take(id: number): Ticket | undefined {
    const ticket = this.#open.get(id);
    this.#open.delete(id);
    return ticket;
  }

  /** Removes what a ticket's run left in its folder. */
  async discard(folder: string): Promise<void> {
    // first of all its name goes: a tool whose launcher was killed may still be about to write there
    const spare = `${folder}.spare`;
    const left = movedTo(spare, folder) ? spare : folder;
    if (left === spare && this.#spare.length < MAX_SPARE && isEmptied(spare)) {
      this.#spare.push(spare);
      return;
    }
    try {
      await Deno.remove(left, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** The folders that the callers of the misses in flight are in, one a miss. */
  get folders(): string[] {
    return Array.from(this.#open.values(), ({ job }) => job.cwd);
  }
}

/** Throws what making a folder throws. */
function makeFolder(folder: string): void {
  try {
    Deno.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // somebody tidied the root
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

/** Gives a folder another name; false if it can't be done. */
function movedTo(to: string, from: string): boolean {
  try {
    Deno.renameSync(from, to);
    return true;
  } catch (error) {
    // somebody tidied the root; for anything else, making a folder has the words
    if (error instanceof Error) return false;
    throw error;
  }
}

/** Removes the files in a folder; false if there is more in it. */
function isEmptied(folder: string): boolean {
  try {
    for (const entry of Deno.readDirSync(folder)) {
      if (entry.isDirectory) return false;
      Deno.removeSync(`${folder}/${entry.name}`);
    }
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
