import type { LineFile } from "./line_file.ts";
import { journalLine, type JournalRecord, logLine } from "./record.ts";

/** Where a record goes besides the journal itself: the files of the session that asked. */
export interface RecordFiles {
  readonly journal?: LineFile | undefined;
  readonly log?: LineFile | undefined;
}

/** How long a record may wait before it's written, in milliseconds. */
const FLUSH_MS = 600;

/** How long a file that takes nothing may hold up who waits for it, in milliseconds. */
const PATIENCE_MS = 5000;

/** The compile journal: one line of JSON a command, there and in its session's files. Recording only queues. */
export class Journal implements AsyncDisposable {
  readonly #file: LineFile;
  readonly #generation: string;
  #pending: { readonly record: JournalRecord; readonly files: RecordFiles | undefined }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #count = 0;
  readonly #writing = new Set<Promise<void>>();

  readonly #patienceMs: number;

  /** `generation` makes the ids of one daemon's records differ from another's. */
  constructor(file: LineFile, generation: string, patienceMs = PATIENCE_MS) {
    this.#file = file;
    this.#generation = generation;
    this.#patienceMs = patienceMs;
  }

  /** Queues a record. */
  record(record: JournalRecord, files?: RecordFiles): void {
    this.#pending.push({ record, files });
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#flush(), FLUSH_MS);
  }

  /** Resolves when everything that was recorded before is written, or some file has taken nothing for too long. */
  async written(): Promise<void> {
    this.#flush();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<void>((resolve) => timer = setTimeout(resolve, this.#patienceMs));
    await Promise.race([Promise.all(this.#writing), over]);
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.written();
  }

  /** Hands over what is queued, a batch a file. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const texts = new Map<LineFile, string>();
    const add = (file: LineFile, line: string) => texts.set(file, (texts.get(file) ?? "") + line);
    for (const { record, files } of this.#pending) {
      const line = journalLine(record, `${this.#generation}.${++this.#count}`);
      add(this.#file, line);
      if (files?.journal !== undefined) add(files.journal, line);
      if (files?.log !== undefined) add(files.log, logLine(record));
    }
    this.#pending = [];
    for (const [file, text] of texts) {
      file.append(text);
      const written = file.written().finally(() => this.#writing.delete(written));
      this.#writing.add(written);
    }
  }
}
