import assert from "node:assert/strict";
import { Rig, text } from "../rig.ts";
import { Checkouts } from "../rig/checkouts.ts";
import { rustEnvironment } from "../rig/rust.ts";
import { type Built, builtFiles } from "./cargo_project.ts";
import { counted } from "../rig/wrapper.ts";

/** What a build in a checkout came to. */
export interface CheckoutBuild extends Built {
  /** Hits that came from other checkouts. */
  readonly worktreeHits: number;
  /** Why results stayed with their checkout. */
  readonly unshared: Readonly<Record<string, number>>;
}

/** A cargo project in several worktrees, built through one cache that they share. */
export class CargoCheckouts implements AsyncDisposable {
  readonly rig: Rig;
  readonly checkouts: Checkouts;

  private constructor(rig: Rig, checkouts: Checkouts) {
    this.rig = rig;
    this.checkouts = checkouts;
  }

  static async open(files: Readonly<Record<string, string>>): Promise<CargoCheckouts> {
    const rig = await Rig.open({
      env: { ...rustEnvironment(), CARGO_INCREMENTAL: "0", CARGO_NET_OFFLINE: "true" },
    });
    return new CargoCheckouts(rig, await Checkouts.worktrees(rig, files));
  }

  folder(index: number): string {
    return this.checkouts.folders[index]!;
  }

  /** Where cargo puts what it builds, if it isn't told otherwise. */
  target(index: number): string {
    return `${this.folder(index)}/target`;
  }

  clean(index: number): void {
    Deno.mkdirSync(this.target(index), { recursive: true });
    Deno.removeSync(this.target(index), { recursive: true });
  }

  /** Runs cargo through the cache in a checkout. */
  async build(
    index: number,
    words: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<CheckoutBuild> {
    const shared = { RUSTC_WRAPPER: this.rig.wrapper.prefix[0]!, ZCCACHE_PATH_REMAP: "auto", ...env };
    await this.rig.settled(this.folder(index));
    const [before, then] = [await this.rig.counters(), await this.checkouts.counters()];
    const outcome = await this.cargo(index, words, shared);
    const counters = counted(before, await this.rig.counters());
    const now = await this.checkouts.counters();
    assert.equal(outcome.code, 0, text(outcome.stderr));
    const unshared: Record<string, number> = {};
    for (const [reason, count] of Object.entries(now.unshared)) {
      const more = count - (then.unshared[reason] ?? 0);
      if (more > 0) unshared[reason] = more;
    }
    const files = builtFiles(env["CARGO_TARGET_DIR"] ?? this.target(index));
    return { outcome, counters, files, unshared, worktreeHits: now.worktree - then.worktree };
  }

  /** Runs cargo as it is in a checkout. */
  cargo(index: number, words: string, env: Readonly<Record<string, string>> = {}) {
    const argv = ["cargo", ...words.split(" ")];
    return this.rig.bare(argv, { in: this.folder(index), env, deadlineMs: 600_000 });
  }

  /** Runs a program that was built in a checkout, in its root. */
  async run(index: number, program: string, ...args: string[]): Promise<{ said: string; failed: string }> {
    const argv = [`${this.target(index)}/debug/${program}`, ...args];
    const { stdout, stderr } = await this.rig.bare(argv, {
      in: this.folder(index),
      env: { RUST_BACKTRACE: "1" },
    });
    return { said: text(stdout), failed: text(stderr).replace(/\(\d+\) panicked/, "panicked") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rig[Symbol.asyncDispose]();
  }
}
