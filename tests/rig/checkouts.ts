import assert from "node:assert/strict";
import { assertOk, type CommandOptions, type Outcome, type Rig, text } from "../rig.ts";
import { type Changes, changesBetween, takeSnapshot, undo } from "./snapshot.ts";

/** Where a command line names the checkout that it runs in. */
export const ROOT = "ROOT";

/** What became of a command in one checkout: its streams, and every file that it wrote. */
interface Ran {
  readonly outcome: Outcome;
  readonly changes: Changes;
}

/** A repository with worktrees, in which the same commands run with results shared between them. */
export class Checkouts {
  readonly rig: Rig;
  /** Absolute paths, of different lengths. */
  readonly folders: readonly string[];

  private constructor(rig: Rig, folders: readonly string[]) {
    this.rig = rig;
    this.folders = folders;
  }

  /** Makes a repository of these files and adds worktrees to it. */
  static async worktrees(rig: Rig, files: Readonly<Record<string, string>>): Promise<Checkouts> {
    const first = rig.folder(files, "repo/main");
    const git = async (...args: string[]) => {
      const identity = ["-c", "user.name=a", "-c", "user.email=a@b"];
      assertOk(await rig.bare(["git", ...identity, ...args], { in: first }));
    };
    await git("init", "-q");
    await git("add", "-A", "-f");
    await git("commit", "-qm", "all of it");
    const others = ["other-worktree", "w3"].map((name) => `${rig.base}/repo/${name}`);
    for (const folder of others) await git("worktree", "add", "-q", "--detach", folder);
    return new Checkouts(rig, [first, ...others]);
  }

  /** Folders that are there already, with another cache. */
  static of(rig: Rig, folders: readonly string[]): Checkouts {
    return new Checkouts(rig, folders);
  }

  /** Runs a command through the cache in a checkout, in `build` if it doesn't say where. */
  async run(index: number, argv: readonly string[], options: CommandOptions = {}): Promise<Ran> {
    return await this.#observe(index, options, (at) =>
      this.rig.wrapped(this.local(index, argv), {
        ...options,
        in: at,
        env: { ZCCACHE_PATH_REMAP: "auto", ...options.env },
      }));
  }

  /** The same without the cache. */
  async bare(index: number, argv: readonly string[], options: CommandOptions = {}): Promise<Ran> {
    return await this.#observe(
      index,
      options,
      (at) => this.rig.bare(this.local(index, argv), { ...options, in: at }),
    );
  }

  /** A command line for one of the checkouts. */
  local(index: number, argv: readonly string[]): string[] {
    return argv.map((word) => word.replaceAll(ROOT, this.folders[index]!));
  }

  /** How many hits came from other checkouts and from the same one, and why results were not shared; zeros without a daemon. */
  async counters(): Promise<
    { worktree: number; own: number; cold: number; unshared: Record<string, number> }
  > {
    const { code, stdout } = await this.rig.bare(this.rig.wrapper.countersCommand, { in: this.rig.base });
    if (code !== 0) return { worktree: 0, own: 0, cold: 0, unshared: {} };
    const { daemon, not_shared } = JSON.parse(text(stdout));
    return {
      worktree: daemon.worktree_hits,
      own: daemon.same_root_hits,
      cold: daemon.cache_misses,
      unshared: not_shared,
    };
  }

  /**
   * Runs a command in the second checkout with an empty cache, for what the tool gives there; then with an empty cache in
   * the first one and again in the second. That must be a hit, and the same byte for byte. What the bare tool says
   * and lists as dependencies must be the same too.
   */
  async expectShared(argv: readonly string[], options: CommandOptions = {}): Promise<void> {
    const what = argv.join(" ");
    await this.clear();
    const own = await this.run(1, argv, options);
    this.undo(1, own);
    const bare = await this.bare(1, argv, options);
    this.undo(1, bare);
    await this.clear();
    this.undo(0, await this.run(0, argv, options));
    const shared = await this.run(1, argv, options);
    assert.deepEqual(await this.counters(), { worktree: 1, own: 0, cold: 1, unshared: {} }, what);
    assertSame(shared, own, what);
    assertSame(shared, bare, what, (path) => path.endsWith(".d"));
    this.undo(1, shared);
  }

  /** Runs a command in two checkouts: kept in each, shared by none. */
  async expectAlone(argv: readonly string[], reason: string, options: CommandOptions = {}): Promise<void> {
    const what = argv.join(" ");
    await this.clear();
    for (const index of [0, 1]) {
      const bare = await this.bare(index, argv, options);
      this.undo(index, bare);
      for (let i = 0; i < 2; i++) {
        const ran = await this.run(index, argv, options);
        assertSame(ran, bare, what, (path) => path.endsWith(".d"));
        this.undo(index, ran);
      }
    }
    const { worktree, own, cold, unshared } = await this.counters();
    assert.deepEqual([worktree, own, cold], [0, 2, 2], what);
    assert.ok((unshared[reason] ?? 0) >= 1, `${what}: ${JSON.stringify(unshared)}`);
  }

  /** Links in two checkouts: the second one is a hit, and what the bare tool makes there. */
  async expectLinkShared(argv: readonly string[]): Promise<void> {
    const what = argv.join(" ");
    await this.clear();
    const bare = await this.bare(1, argv);
    this.undo(1, bare);
    this.undo(0, await this.run(0, argv));
    const shared = await this.run(1, argv);
    const { worktree, unshared } = await this.counters();
    assert.deepEqual({ worktree, unshared }, { worktree: 1, unshared: {} }, what);
    assertSame(shared, bare, what);
    this.undo(1, shared);
  }

  /** Links in two checkouts: each makes its own, for this reason. */
  async expectLinkAlone(argv: readonly string[], reason: string): Promise<void> {
    const what = argv.join(" ");
    await this.clear();
    for (const index of [0, 1]) {
      const bare = await this.bare(index, argv);
      this.undo(index, bare);
      for (let i = 0; i < 2; i++) {
        const ran = await this.run(index, argv);
        assertSame(ran, bare, what);
        this.undo(index, ran);
      }
    }
    const { worktree, unshared } = await this.counters();
    assert.equal(worktree, 0, what);
    assert.ok((unshared[reason] ?? 0) >= 1, `${what}: ${JSON.stringify(unshared)}`);
  }

  /** Empties the cache. */
  async clear(): Promise<void> {
    assertOk(await this.rig.wrapped(["clear"], { in: this.rig.base }));
  }

  async #observe(
    index: number,
    options: CommandOptions,
    start: (folder: string) => Promise<Outcome>,
  ): Promise<Ran> {
    const root = this.folders[index]!;
    const at = options.in?.replaceAll(ROOT, root) ?? `${root}/build`;
    const watched = at.startsWith(root) ? root : at;
    const before = takeSnapshot(watched);
    const outcome = await start(at);
    return { outcome, changes: changesBetween(before, takeSnapshot(watched)) };
  }

  /** Puts a checkout back to what it was before a run. */
  undo(index: number, { changes }: Ran): void {
    undo(this.folders[index]!, changes);
  }
}

export function assertSame(
  ran: Ran,
  expected: Ran,
  what: string,
  isCompared = (_path: string) => true,
): void {
  const { outcome } = ran;
  assert.equal(text(outcome.stderr), text(expected.outcome.stderr), what);
  assert.equal(text(outcome.stdout), text(expected.outcome.stdout), what);
  assert.equal(outcome.code, expected.outcome.code, what);
  assert.deepEqual([...ran.changes.keys()].sort(), [...expected.changes.keys()].sort(), what);
  for (const [path, { after }] of expected.changes) {
    if (!isCompared(path) || after === undefined) continue;
    const bytes = ran.changes.get(path)?.after?.bytes ?? new Uint8Array();
    if (path.endsWith(".d")) assert.equal(text(bytes), text(after.bytes), `${what}: ${path}`);
    assert.ok(text(bytes) === text(after.bytes), `${what}: ${path} differs`);
    assert.equal(ran.changes.get(path)?.after?.mode, after.mode, `${what}: mode of ${path}`);
  }
}
