import assert from "node:assert/strict";
import type { FileView } from "../file_view.ts";
import { type FileViewOptions, openFileView } from "../open_file_view.ts";

/** A view, and a folder to look at by it that goes with it. */
export interface Scene extends Disposable {
  readonly view: FileView;
  /** Absolute, without links. */
  readonly root: string;
}

/** Opens a view; the folder is a new one. */
export function open(options: Partial<FileViewOptions> = {}, folder = Deno.makeTempDirSync()): Scene {
  const root = Deno.realPathSync(folder);
  const view = openFileView({ watch: true, ...options });
  return {
    view,
    root,
    [Symbol.dispose]() {
      view[Symbol.dispose]();
      Deno.removeSync(root, { recursive: true });
    },
  };
}

/** A scene in memory, for many files. */
export function openInMemory(): Scene {
  return open({}, Deno.makeTempDirSync({ dir: "/dev/shm" }));
}

/** What is at a path after a barrier. */
export function now(view: FileView, path: string): string {
  view.barrier();
  return view.state(view.track(path));
}

/** Runs a command, which must succeed. */
export function run(command: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(command, { args }).outputSync();
  assert.ok(success, new TextDecoder().decode(stderr));
}
