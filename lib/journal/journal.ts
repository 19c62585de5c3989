/** What became of a command, as the journal tells it. */
export type JournalOutcome = "hit" | "miss" | "error" | "link_hit" | "link_miss";

/** What the journal says of a command, whatever became of it. */
export interface JournalCall {
  /** The program, as an absolute path where it's known. */
  readonly compiler: string;
  /** Arguments as given, response files not expanded. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** Build variables of the allow-list that were set. */
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly sessionId: string | null;
}

/** One line of the journal. */
export interface JournalRecord {
  readonly call: JournalCall;
  readonly outcome: JournalOutcome;
  /** Null where the tool replaced the launcher and its end is not known. */
  readonly exitCode: number | null;
  readonly latencyNs: number;
  /** Wall clock, in ms. */
  readonly atMs: number;
  /** Why it wasn't a hit. */
  readonly reason?: string;
  readonly detail?: string;
}

/** How long a record may wait before it's on disk, in milliseconds. */
const FLUSH_MS = 250;

/** Largest value of a variable that is written. */
const MAX_VALUE_CHARACTERS = 4096;

/**
 * Appends one JSON object per command to a file. Recording only queues; lines are made and written later. At the size limit
 * the file becomes `<name>.1` and a new one is begun.
 */
export class Journal implements Disposable {
  readonly #path: string;
  readonly #limitBytes: number;
  readonly #complain: (message: string) => void;
  #pending: JournalRecord[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string, limitBytes: number, complain: (message: string) => void) {
    this.#path = path;
    this.#limitBytes = limitBytes;
    this.#complain = complain;
  }

  /** Queues a record. */
  record(record: JournalRecord): void {
    this.#pending.push(record);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Writes what is queued. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const records = this.#pending;
    this.#pending = [];
    if (records.length === 0) return;
    try {
      this.#append(new TextEncoder().encode(records.map(lineOf).join("")));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#complain(`Cannot write the journal ${this.#path}: ${error.message}`);
    }
  }

  [Symbol.dispose](): void {
    this.flush();
  }

  #append(bytes: Uint8Array): void {
    using file = Deno.openSync(this.#path, { create: true, append: true, mode: 0o600 });
    if (
      this.#limitBytes > 0 && file.statSync().size + bytes.length > this.#limitBytes &&
      file.statSync().size > 0
    ) {
      Deno.renameSync(this.#path, `${this.#path}.1`);
      this.#append(bytes);
      return;
    }
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  }
}

function lineOf(record: JournalRecord): string {
  const { call } = record;
  const env = call.env.map(([name, value]) => [name, value.slice(0, MAX_VALUE_CHARACTERS)]);
  return JSON.stringify({
    ts: new Date(record.atMs).toISOString(),
    outcome: record.outcome,
    compiler: call.compiler,
    args: call.args,
    cwd: call.cwd,
    ...(env.length === 0 ? {} : { env }),
    exit_code: record.exitCode,
    session_id: call.sessionId,
    latency_ns: record.latencyNs,
    ...(record.reason === undefined ? {} : { reason: record.reason }),
    ...(record.detail === undefined ? {} : { detail: record.detail }),
  }) + "\n";
}
