import assert from "node:assert/strict";
import { type Digest, digestText } from "../../core/mod.ts";
import type { FileView } from "../file_view.ts";

/** A view and the folder in which the contract may do as it likes. */
export interface Bench extends Disposable {
  readonly view: FileView;
  readonly root: string;
}

/** A time stamp that edits are hidden behind. */
export const OLD = new Date("2020-01-01T00:00:00.123Z");

/** The digest of a text, as a state. */
export function of(text: string): Digest {
  return digestText(text);
}

/** Tracks a path and gives its state now. */
export function now(view: FileView, path: string): string {
  view.barrier();
  const state = view.state(view.track(path));
  view.barrier();
  assert.equal(
    view.changedSince(Int32Array.of(view.track(path)), view.generation),
    false,
    "settled and still changed",
  );
  return state;
}

/** Lets the clock go on, and nothing else. */
export function waitMs(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** What is set up, what is done behind the view's back, what it must say. */
export type Check = (bench: Bench) => void;

/** Rows of a contract: what is promised, and how it is checked. */
export type Checks = readonly (readonly [name: string, check: Check])[];

/** Settles the path, acts, and expects the view to notice at the next barrier. */
export function expectChange(view: FileView, path: string, act: () => void): void {
  const ids = Int32Array.of(view.track(path));
  const before = now(view, path);
  const since = view.generation;
  assert.equal(view.changedSince(ids, since), false);
  act();
  view.barrier();
  assert.equal(view.changedSince(ids, since), true, "a change went unnoticed");
  assert.notEqual(view.state(ids[0]!), before);
}

/** Asks for the name, acts, and expects the names' generation to move and the answer to be right. */
export function expectNames(view: FileView, path: string, act: () => void, there: boolean): void {
  view.barrier();
  assert.equal(view.exists(path), !there);
  const before = view.namesGeneration;
  act();
  view.barrier();
  assert.notEqual(view.namesGeneration, before, "a name came or went unnoticed");
  assert.equal(view.exists(path), there);
}

const AT_FDCWD = -100;
const RENAME_EXCHANGE = 2;

/** Exchanges what stands at two paths; on Linux in one call, as only that can tell. Throws `Error` if it can't be done. */
export function exchange(a: string, b: string): void {
  if (Deno.build.os !== "linux") {
    Deno.renameSync(a, `${a}.swap`);
    Deno.renameSync(b, a);
    return Deno.renameSync(`${a}.swap`, b);
  }
  const library = Deno.dlopen("libc.so.6", {
    renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
  });
  const text = (path: string) => new TextEncoder().encode(`${path}\0`);
  const result = library.symbols.renameat2(AT_FDCWD, text(a), AT_FDCWD, text(b), RENAME_EXCHANGE);
  library.close();
  if (result !== 0) throw new Error(`Cannot exchange ${a} and ${b}`);
}
