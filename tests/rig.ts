import assert from "node:assert/strict";
import { type Outcome, run, text } from "./rig/process.ts";
import { type Changes, changesBetween, takeSnapshot, undo } from "./rig/snapshot.ts";
import { type Allowance, assertCounted, assertSame, type Expected, type Observed } from "./rig/verdict.ts";
import { counted, type Counters, launcher, type Wrapper } from "./rig/wrapper.ts";
import { endDaemon } from "./rig/daemon.ts";

export { type Outcome, text } from "./rig/process.ts";
export { type Need, skipRest, testWith, which } from "../testing/needs.ts";
export { type Counters, launcher, typescript, type Wrapper, WRAPPERS } from "./rig/wrapper.ts";
export { type Allowance, type Expected } from "./rig/verdict.ts";

/** More than the daemon's margin for the clock of time stamps. */
const TRUSTED_AFTER_MS = 30;

/** How a rig is set up. */
export interface RigOptions {
  /** The cache under test; the launcher if not given. */
  readonly wrapper?: Wrapper;
  /** Variables for every command, besides PATH, HOME, LANG and the cache's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the cache root is, if not in the rig's own folder. */
  readonly root?: string;
}

/** How one command runs. */
export interface CommandOptions {
  /** The folder; the rig's work folder if not given. */
  readonly in?: string | undefined;
  /** More variables; an empty text removes one. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly stdin?: Uint8Array | undefined;
  readonly deadlineMs?: number | undefined;
}

/** What the cache must do with a command: the first time, and at once again. */
export interface Expectation extends CommandOptions {
  readonly cold: Expected;
  /** Left out: the command is run once only. */
  readonly warm?: Expected;
  readonly allow?: Allowance;
  /** Runs before every run, bare and wrapped: puts back what a run uses up. */
  readonly before?: () => void | Promise<void>;
}

/**
 * A cache with a private root, a private home and private work folders. Everything is gone after `dispose`,
 * its daemon too; no other process is touched. The product must be built (`deno task build`).
 */
export class Rig implements AsyncDisposable {
  readonly base: string;
  readonly root: string;
  readonly wrapper: Wrapper;
  /** The folder in which commands run. */
  work: string;
  readonly #env: Record<string, string>;
  readonly #settled = new Set<string>();
  #folders = 0;

  private constructor(base: string, options: RigOptions) {
    this.base = base;
    this.root = options.root ?? `${base}/root`;
    this.wrapper = options.wrapper ?? launcher;
    this.#env = {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      HOME: `${base}/home`,
      LANG: "C.UTF-8",
      TMPDIR: `${base}/tmp`,
      ...this.wrapper.env(this.root),
      ...options.env,
    };
    this.work = this.folder();
  }

  /** Sets up a rig. Throws if the product is not built. */
  static async open(options: RigOptions = {}): Promise<Rig> {
    const wrapper = options.wrapper ?? launcher;
    for (const file of wrapper.files) {
      const info = await Deno.stat(file).catch((error) => {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      });
      if (info === undefined) throw new Error(`Cannot test: ${file} is missing, run "deno task build" first`);
    }
    const base = await Deno.makeTempDir({ prefix: "zccache-test-" });
    await Deno.mkdir(`${base}/home`);
    await Deno.mkdir(`${base}/tmp`);
    return new Rig(base, options);
  }

  /** The environment that every command of this rig gets. */
  get env(): Readonly<Record<string, string>> {
    return this.#env;
  }

  /** A new folder with these files in it (`path: text`), to be the work folder or not. */
  folder(files: Readonly<Record<string, string>> = {}, name = `work${++this.#folders}`): string {
    const folder = `${this.base}/${name}`;
    Deno.mkdirSync(folder, { recursive: true });
    this.write(files, folder);
    return folder;
  }

  /** Leaves the work folder for a new one with these files. */
  fresh(files: Readonly<Record<string, string>> = {}): void {
    this.work = this.folder(files);
  }

  /** Writes files into the work folder, making the folders they need. */
  write(files: Readonly<Record<string, string>>, folder = this.work): void {
    for (const [name, content] of Object.entries(files)) {
      const path = `${folder}/${name}`;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(path, content);
    }
  }

  /** A path in the work folder. */
  at(name: string): string {
    return `${this.work}/${name}`;
  }

  /** Runs a command without the cache. */
  bare(argv: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
    return run(argv, {
      cwd: options.in ?? this.work,
      env: withoutEmpty({ ...this.#env, ...options.env }),
      stdin: options.stdin,
      deadlineMs: options.deadlineMs,
    });
  }

  /** Runs a command without the cache for what it leaves to the test. Throws `AssertionError` if it fails. */
  async prepare(argv: readonly string[], options: CommandOptions = {}): Promise<void> {
    const { code, stderr } = await this.bare(argv, options);
    assert.equal(code, 0, `${argv.join(" ")}: ${text(stderr)}`);
  }

  /** Runs a command through the cache. */
  async wrapped(argv: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
    const folder = options.in ?? this.work;
    if (folder !== this.base && !this.#settled.has(folder)) await this.settled(folder);
    return await this.bare([...this.wrapper.prefix, ...argv], options);
  }

  /**
   * Resolves when everything in a folder is old enough to be trusted: a file as young as the clock's grain may have been
   * written while the tool ran, and the result is not kept. Happens by itself before the first compile in a folder.
   */
  async settled(folder = this.work): Promise<void> {
    this.#settled.add(folder);
    const stamps = [...takeSnapshot(folder).values()].map((entry) => Number(entry.ctimeNs / 1_000_000n));
    const now = Date.now();
    // the runtime gives this stamp in whole seconds: the change may have been at any time within
    const newest = Math.min(now, Math.max(0, ...stamps) + 999);
    const rest = newest + TRUSTED_AFTER_MS - now;
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  }

  /** The counters, after the daemon has taken in all it was told. All zero without a daemon. */
  async counters(): Promise<Counters> {
    return this.wrapper.readCounters(await this.bare(this.wrapper.countersCommand, { in: this.base }));
  }

  /** What the counters did while something was done. */
  async counting(work: () => Promise<unknown>): Promise<Counters> {
    const before = await this.counters();
    await work();
    return counted(before, await this.counters());
  }

  /**
   * Runs the bare tool, then the same through the cache once or twice, each time from the same state of the folder.
   * Exit code, streams, every file made, changed or removed, modes, freshness and counters must be right. The
   * folder is left as the last run left it.
   */
  async expectSame(argv: readonly string[], expectation: Expectation): Promise<Outcome> {
    const bare = await this.#observe(argv, expectation, (words) => this.bare(words, expectation));
    let last = bare;
    for (const phase of ["cold", "warm"] as const) {
      const expected = expectation[phase];
      if (expected === undefined) continue;
      undo(expectation.in ?? this.work, last.changes);
      try {
        const before = await this.counters();
        last = await this.#observe(argv, expectation, (words) => this.wrapped(words, expectation));
        assertSame(bare, last, expectation.allow);
        assertCounted(counted(before, await this.counters()), expected);
      } catch (error) {
        throw this.#explained(error, `${phase} (${this.wrapper.name}): ${argv.join(" ")}`);
      }
    }
    return last.outcome;
  }

  async #observe(
    argv: readonly string[],
    expectation: Expectation,
    start: (argv: readonly string[]) => Promise<Outcome>,
  ): Promise<Observed> {
    await expectation.before?.();
    const folder = expectation.in ?? this.work;
    const before = takeSnapshot(folder);
    const startedMs = Date.now();
    const outcome = await start(argv);
    const changes: Changes = changesBetween(before, takeSnapshot(folder));
    return { outcome, changes, startedMs };
  }

  /** An assertion that failed, with the command and the end of the daemon's log. */
  #explained(error: unknown, what: string): unknown {
    if (!(error instanceof assert.AssertionError)) return error;
    error.message = `${what}\n${error.message}\n${this.log().split("\n").slice(-20).join("\n")}`;
    return error;
  }

  /** The daemon's log. */
  log(): string {
    try {
      return [...Deno.readDirSync(`${this.root}/logs`)].filter((entry) => entry.name.endsWith(".log"))
        .map((entry) => Deno.readTextFileSync(`${this.root}/logs/${entry.name}`)).join("");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }

  /** Ends the daemon, whatever state it is in. */
  async endDaemon(): Promise<void> {
    await endDaemon(this.root, () => this.wrapped(["stop"], { in: this.base, deadlineMs: 15_000 }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endDaemon();
    if (Deno.env.get("ZCCACHE_TEST_KEEP") === "1") return;
    await Deno.remove(this.base, { recursive: true });
  }
}

function withoutEmpty(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}

/** Fails with the command's messages unless it exited with 0. */
export function assertOk(outcome: Outcome): void {
  assert.equal(outcome.code, 0, text(outcome.stderr));
}
