import type { Digest } from "../core/mod.ts";
import type { Job } from "./job.ts";
import type { Paths } from "./paths.ts";
import type { Witness } from "./witness.ts";

/** A run that was begun. */
interface Writer {
  readonly unit: Pick<Job, "cwd" | "writes">;
  /** Two of the same command in the same state have the same. */
  readonly context: Digest;
  /** What writes nothing may have none. */
  readonly witness?: Witness | undefined;
}

/**
 * Who is writing what. What is copied when a tool has ended is what that tool made only if nobody else wrote there
 * meanwhile; and commands that write one file at once need not be the same.
 */
export class Writers {
  readonly #paths: Paths;
  readonly #byPath = new Map<string, Set<Writer>>();
  readonly #byRun = new Map<Writer, readonly string[]>();
  readonly #spoilt = new WeakMap<Writer, string>();

  constructor(paths: Paths) {
    this.#paths = paths;
  }

  /** Whether nobody is writing anything. */
  get none(): boolean {
    return this.#byPath.size === 0;
  }

  /** The tool of a run is about to write its outputs. */
  begin<Run extends Writer>(run: Run): Run {
    const { cwd, writes } = run.unit;
    const paths = writes.map((path) => this.#paths.resolve(cwd, path));
    for (const path of paths) {
      const others = this.#byPath.get(path) ?? new Set();
      for (const other of others) this.#meet(run, other, path);
      this.#byPath.set(path, others.add(run));
    }
    this.#byRun.set(run, paths);
    return run;
  }

  /** A result that was found under a key is put to an absolute path. */
  delivered(context: Digest, path: string): void {
    for (const run of this.#byPath.get(path) ?? []) if (run.context !== context) this.#spoilt.set(run, path);
  }

  /** The tool of a run has ended and what it wrote is copied, or nobody will take that in. */
  end(run: Writer): void {
    for (const path of this.#byRun.get(run) ?? []) {
      const runs = this.#byPath.get(path);
      runs?.delete(run);
      if (runs?.size === 0) this.#byPath.delete(path);
    }
    this.#byRun.delete(run);
  }

  /** A path at which somebody else wrote while a run did, and may have written something else. */
  spoiltOf(run: Writer): string | undefined {
    return this.#spoilt.get(run);
  }

  /**
   * Two runs write one file at once. The same command twice writes the same, as long as nothing changes from when the
   * earlier one began.
   */
  #meet(late: Writer, early: Writer, path: string): void {
    if (late.context === early.context && early.witness !== undefined) {
      late.witness?.reachBackTo(early.witness);
      return;
    }
    this.#spoilt.set(late, path);
    this.#spoilt.set(early, path);
  }
}
