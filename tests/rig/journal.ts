/** A line of a journal, as far as tests look at it. */
export interface JournalLine {
  readonly outcome: string;
  readonly compiler: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly exit_code: number | null;
  readonly session_id: string | null;
  readonly latency_ns: number;
  readonly reason?: string;
  readonly id: string;
  readonly source?: string;
  readonly phase_ns?: Readonly<Record<string, number>>;
}

/** The lines of a journal; throws for one that is not whole. Empty if it isn't there. */
export function readJournal(path: string): JournalLine[] {
  try {
    const lines = Deno.readTextFileSync(path).split("\n");
    if (lines.pop() !== "") throw new Error(`Cannot read ${path}: its last line is not whole`);
    return lines.map((line) => JSON.parse(line));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Waits until a condition holds, which nothing but time brings about; throws after the deadline. */
export async function eventually(what: string, deadlineMs: number, holds: () => boolean): Promise<void> {
  for (const until = performance.now() + deadlineMs; !holds();) {
    if (performance.now() > until) throw new Error(`Cannot wait longer than ${deadlineMs} ms: ${what}`);
    await new Promise((resume) => setTimeout(resume, 10));
  }
}
