import assert from "node:assert/strict";
import { digestBytes } from "../../core/mod.ts";
import { type Bench, exchange } from "./bench.ts";
import type { FileId, FileState, Generation } from "../file_view.ts";

/** Few names, so that everything meets everything: a link where a folder was, a folder over a file's grave. */
const NAMES = ["a", "b", "c"];
const OLD = new Date("2020-01-01T00:00:00.123Z");

/** A small generator of numbers in [0, 1), the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}

/** What the view said of a path, and as of when. */
interface Said {
  readonly state: FileState;
  readonly generation: Generation;
  readonly there: boolean;
  readonly namesGeneration: Generation;
}

/** Random edits of a small tree and, after each few, the comparison of all that the view says with the disk. */
export class RandomEdits {
  readonly #bench: Bench;
  readonly #random: () => number;
  readonly #paths: string[] = [];
  readonly #ids: FileId[];
  readonly #said: Said[] = [];
  readonly #log: string[] = [];
  /** How often the view said that a file was not changed by a round. */
  proofs = 0;

  constructor(bench: Bench, seed: number) {
    this.#bench = bench;
    this.#random = randomNumbers(seed);
    // One folder down, because links that climb may lead out of it.
    const top = `${bench.root}/top`;
    Deno.mkdirSync(top);
    for (const a of NAMES) {
      this.#paths.push(`${top}/${a}`);
      for (const b of NAMES) {
        this.#paths.push(`${top}/${a}/${b}`);
        for (const c of NAMES) this.#paths.push(`${top}/${a}/${b}/${c}`);
      }
    }
    this.#ids = this.#paths.map((path) => bench.view.track(path));
  }

  /** Makes `steps` rounds. Throws `AssertionError`, with what was done last, where the view is wrong. */
  run(steps: number): void {
    const { view } = this.#bench;
    view.barrier();
    for (let i = 0; i < this.#paths.length; i++) this.#ask(i);
    for (let step = 0; step < steps; step++) {
      const [since, startedAtMs] = [view.generation, Date.now()];
      const before = this.#paths.map((path) => this.#onDisk(path));
      const edits = 1 + Math.floor(this.#random() * 4);
      for (let i = 0; i < edits; i++) this.#edit();
      view.barrier();
      for (let i = 0; i < this.#paths.length; i++) {
        if (this.#random() < 0.7 || !view.unchangedSince(this.#ids[i]!, since, startedAtMs)) continue;
        this.proofs++;
        assert.equal(this.#onDisk(this.#paths[i]!), before[i], this.#story(`no proof: ${this.#paths[i]}`));
      }
      // Asked in part only, so that the rest has to be right after several rounds.
      for (let i = 0; i < this.#paths.length; i++) if (this.#random() < 0.7) this.#compare(i);
    }
  }

  /** Notes what the view says now, as a cached result would. */
  #ask(i: number): void {
    const { view } = this.#bench;
    const [path, id] = [this.#paths[i]!, this.#ids[i]!];
    this.#said[i] = {
      state: view.state(id),
      generation: view.generation,
      there: view.exists(path),
      namesGeneration: view.namesGeneration,
    };
  }

  #compare(i: number): void {
    const { view } = this.#bench;
    const [path, id, said] = [this.#paths[i]!, this.#ids[i]!, this.#said[i]!];
    const state = this.#onDisk(path);
    if (state !== said.state) {
      const changed = view.changedSince(Int32Array.of(id), said.generation);
      assert.equal(changed, true, this.#story(`change unnoticed: ${path}`));
    }
    const there = this.#isThere(path);
    if (there !== said.there) {
      assert.notEqual(view.namesGeneration, said.namesGeneration, this.#story(`name unnoticed: ${path}`));
    }
    this.#ask(i);
    assert.equal(this.#said[i]!.state, state, this.#story(`wrong: ${path}`));
    assert.equal(this.#said[i]!.there, there, this.#story(`there or not: ${path}`));
  }

  #edit(): void {
    const path = this.#pick();
    const other = this.#pick();
    const text = `text ${Math.floor(this.#random() * 10)}`;
    const edits: readonly (readonly [name: string, edit: () => void])[] = [
      ["write", () => Deno.writeTextFileSync(path, text)],
      ["write and restore mtime", () => {
        Deno.writeTextFileSync(path, text);
        Deno.utimeSync(path, OLD, OLD);
      }],
      ["append", () => Deno.writeTextFileSync(path, text, { append: true })],
      ["mkdir", () => Deno.mkdirSync(path, { recursive: true })],
      ["remove", () => Deno.removeSync(path, { recursive: true })],
      ["rename", () => Deno.renameSync(path, other)],
      ["rename", () => Deno.renameSync(path, other)],
      ["exchange", () => {
        Deno.renameSync(path, `${this.#bench.root}/swap`);
        Deno.renameSync(other, path);
        Deno.renameSync(`${this.#bench.root}/swap`, other);
      }],
      ["exchange at once", () => exchange(path, other)],
      ["link to", () => Deno.symlinkSync(other, path)],
      ["relative link", () => Deno.symlinkSync(this.#random() < 0.5 ? "../a" : "b/../c", path)],
      ["hard link", () => Deno.linkSync(path, other)],
      ["touch", () => Deno.utimeSync(path, OLD, OLD)],
      ["truncate", () => Deno.truncateSync(path, 3)],
    ];
    const [name, edit] = edits[Math.floor(this.#random() * edits.length)]!;
    let outcome = "";
    try {
      edit();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      outcome = ` (${error.name})`;
    }
    this.#log.push(`${name} ${path} ${other}${outcome}`);
  }

  #pick(): string {
    return this.#paths[Math.floor(this.#random() * this.#paths.length)]!;
  }

  #isThere(path: string): boolean {
    try {
      Deno.lstatSync(path);
      return true;
    } catch (error) {
      if (error instanceof Error) return false;
      throw error;
    }
  }

  #onDisk(path: string): FileState {
    try {
      if (Deno.statSync(path).isDirectory) return "folder";
      return digestBytes(Deno.readFileSync(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
        return "absent";
      }
      if (error instanceof Error) return "unreadable";
      throw error;
    }
  }

  #story(what: string): string {
    return [what, ...this.#log.slice(-12)].join("\n  ");
  }
}
